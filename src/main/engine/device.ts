/** Opens the runtime that a task computes with. */
import { availableParallelism } from 'node:os';
import type { ComputedOn } from '../../shared/contracts/engine.ts';
import { badInput, describeFault, FaultError } from '../../shared/faults.ts';
import { whyAlone } from '../../shared/text/refusal.ts';
import type { RunConfig } from '../../shared/run/config.ts';
import { cudaProvider } from '../student/runtime/gpu/cuda-provider.ts';
import { openRuntime } from '../student/runtime/open.ts';
import type { Runtime, RuntimeOptions } from '../student/runtime/runtime.ts';
import type { DeviceChecks, Reports } from './supervisor.ts';

export interface OpenedRuntime {
    readonly runtime: Runtime;
    readonly threads: number;
}

/**
 * The runtime of a run, an evaluation or benchmarks. `auto` is CUDA where its provider is here, passed its check and
 * opens, else the processor; a run that goes on keeps what it computed on.
 * @throws bad input where what was asked for, or what the run computed on, cannot be used
 */
export async function engineRuntime(
    config: RunConfig,
    supervisor: Reports & DeviceChecks,
    computedOn?: ComputedOn,
): Promise<OpenedRuntime> {
    const { 'runtime.kind': kind, 'runtime.precision': precision } = config;
    const threads = threadsOf(config);
    const open = (kind: RuntimeOptions['kind']): Promise<Runtime> => openRuntime({ kind, threads, precision });
    if (kind !== 'auto') return { runtime: await open(kind), threads };
    if (computedOn === 'webgpu' || computedOn === 'cuda')
        return { runtime: await open(computedOn).catch(refuseAnother(computedOn, precision)), threads };
    let whyNoCuda = computedOn === 'processor' ? 'the run began on the processor' : await askForCuda(supervisor);
    if (whyNoCuda === null) {
        const runtime = await open('cuda').catch(doWithout(supervisor));
        if (runtime !== null) return { runtime, threads };
        whyNoCuda = 'CUDA cannot be used now';
    }
    if (precision === 'tf32' || precision === 'bf16')
        throw badInput(
            (name) =>
                `Only CUDA computes in ${precision}, and ${name('runtime.kind')} auto came to the processor: ${whyNoCuda}. Nothing was started. Leave ${name('runtime.precision')} on auto, or set CUDA up.`,
        );
    return { runtime: await open('processor'), threads };
}

/**
 * The runtime of a preview, or of a probe. `auto` is the processor: a few stories are soon written there, and take no
 * memory from a run on a GPU.
 * @throws bad input where what was asked for cannot be used
 */
export async function previewRuntime(config: RunConfig): Promise<OpenedRuntime> {
    const { 'runtime.kind': kind, 'runtime.precision': precision } = config;
    const threads = threadsOf(config);
    const options = kind === 'auto' ? ({ kind: 'processor', threads } as const) : { kind, threads, precision };
    return { runtime: await openRuntime(options), threads };
}

function threadsOf(config: RunConfig): number {
    return config['runtime.threads'] || Math.max(1, availableParallelism());
}

/** Why `auto` is not CUDA here, in words; null where it is. Says in a line what the check found. */
async function askForCuda(supervisor: Reports & DeviceChecks): Promise<string | null> {
    const provider = cudaProvider();
    if (provider === null) return 'no CUDA provider is set up here';
    const { passed, why } = await supervisor.cudaVerdict(provider);
    const text = passed
        ? 'CUDA passed the device check, so the student computes on it; the runtime native would stay on the processor.'
        : `CUDA did not pass the device check, so the student computes on the processor. ${why} Once that is mended, run the device check again.`;
    supervisor.send({ type: 'note', text });
    return passed ? null : 'CUDA did not pass the device check';
}

/** Says why a new run does without CUDA, which passed its check before; the check is repeated for the next one. */
function doWithout(supervisor: Reports) {
    return (error: unknown): null => {
        if (!(error instanceof FaultError)) throw error;
        const isFull = error.fault.kind === 'gpu-out-of-memory'; // for a while; the verdict stands
        const why = isFull ? 'Its memory is full.' : whyAlone(describeFault(error.fault, 'window'));
        if (!isFull) supervisor.send({ type: 'cuda-failed' });
        const text = `CUDA cannot be used now, though it passed the device check before, so the student computes on the processor. ${why}`;
        supervisor.send({ type: 'note', text });
        return null;
    };
}

const names = { webgpu: 'WebGPU', cuda: 'CUDA' } as const;

/** A run does not change from a device to the processor by itself, for its numbers would be others. */
function refuseAnother(computedOn: keyof typeof names, precision: RunConfig['runtime.precision']) {
    return (error: unknown): never => {
        if (!(error instanceof FaultError)) throw error;
        throw badInput((name, reader) => {
            const goOn = reader === 'window' ? 'continue it in a terminal' : 'resume it';
            const why = whyAlone(describeFault(error.fault, reader));
            const instead =
                precision === 'float32' || precision === 'auto'
                    ? `To continue on the processor, in float32 and with slightly different numbers, ${goOn} with ${name('runtime.kind')} native.`
                    : `It computes in ${precision}, which the processor cannot: go on where ${names[computedOn]} can be used.`;
            return `The run has computed on ${names[computedOn]} so far, and that cannot be used now; the run is unchanged. ${why} ${instead}`;
        });
    };
}
