/** Opens a runtime; on the processor the C API where it works, otherwise the official binding, and says why. */
import { badInput, FaultError, badInputAbout } from '../../../shared/faults.ts';
import { nothingStarted } from '../../../shared/text/refusal.ts';
import type { Runtime, RuntimeOptions } from './runtime.ts';

/**
 * Opens a runtime with the given number of threads; its description says what runs and why. For `processor`, a C API
 * that cannot be used becomes the reason for choosing the official binding.
 * @throws bad input, in one sentence, where `native`, `webgpu` or `cuda` was asked for and cannot be used
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
    const { kind, threads, precision = 'float32' } = options;
    if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
        throw badInput(`The number of threads must be a whole number from 1 to 1024, not ${threads}.`);
    }
    if (precision !== 'auto' && precision !== 'float32' && kind !== 'cuda') {
        const where = kind === 'webgpu' ? 'WebGPU computes' : 'The processor computes';
        throw badInput(
            `${where} in float32 alone, and ${precision} was asked for; nothing was started. Leave the precision on auto, or compute on CUDA.`,
        );
    }
    // onnxruntime 1.29 and later send telemetry unless told before they are loaded
    process.env['ORT_DISABLE_TELEMETRY'] = '1';
    if (kind === 'official') return official(threads, 'as asked');
    if (kind === 'webgpu' || kind === 'cuda') return onDevice(kind, threads, precision);
    try {
        const { nativeRuntime } = await import('./native/native.ts'); // koffi may have no binary for this platform
        return nativeRuntime(threads);
    } catch (error) {
        if (error instanceof FaultError) throw error; // a person named a library, and it is not usable
        const reason = words(error);
        if (kind === 'processor') return official(threads, `because its C API cannot be used: ${reason}`);
        throw badInput(
            (name) =>
                `The native runtime cannot be used: ${reason}. Nothing was started. Choose ${name('runtime.kind')} official.`,
        );
    }
}

async function onDevice(
    kind: 'webgpu' | 'cuda',
    threads: number,
    precision: NonNullable<RuntimeOptions['precision']>,
): Promise<Runtime> {
    try {
        const { deviceRuntime } = await import('./gpu/device-runtime.ts'); // koffi may have no binary for this platform
        if (kind === 'webgpu') return await deviceRuntime((await import('./gpu/webgpu.ts')).webGpu, threads);
        const { cudaIn } = await import('./gpu/cuda.ts');
        const { readGpu, usualPrecision } = await import('./gpu/nvidia-driver.ts');
        return await deviceRuntime(cudaIn(precision === 'auto' ? usualPrecision(readGpu()) : precision), threads);
    } catch (error) {
        if (error instanceof FaultError) throw error; // it already says what is missing
        throw badInputAbout(
            'not-set-up',
            (name) => `The runtime '${kind}' cannot be used: ${words(error)}. ${nothingStarted(name)}`,
        );
    }
}

function words(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

async function official(threads: number, reason: string): Promise<Runtime> {
    const { officialRuntime } = await import('./official.ts'); // loads the binding only where it is used
    return officialRuntime(threads, reason);
}
