/**
 * Whether `auto` may compute on CUDA here. A provider may end the process that loads it, so a probe tries it in one of
 * its own, once: what it found is remembered in `workshop.sqlite` until the provider or its surroundings change.
 */
import { z } from 'zod';
import { cudaVerdictSchema, type CudaVerdict } from '../../../shared/contracts/engine.ts';
import { describeFault, type Fault } from '../../../shared/faults.ts';
import { whyAlone } from '../../../shared/text/refusal.ts';
import { composeConfig } from '../../../shared/run/config.ts';
import { configVersion } from '../../../shared/run/stored-config.ts';
import type { ProcessHost } from '../../processes/process-host.ts';
import { readSetting, writeSetting, type Workshop } from '../../store/home/workshop.ts';
import { afterEnd } from './after-end.ts';
import { startEngine, type EngineHost, type TaskEnd, type TaskHandle } from './engine-session.ts';

const key = 'cuda check';
const storedSchema = cudaVerdictSchema.extend({ provider: z.string(), at: z.number() });

/** Starts processes, and answers engines that ask for CUDA. */
export function checkingCuda(host: ProcessHost, workshop: Pick<Workshop, 'db'>, clock: () => number): EngineHost {
    const underWay = new Map<string, Promise<CudaVerdict>>();
    const engines: EngineHost = {
        start: (entry) => host.start(entry),
        async cudaVerdict(provider, say) {
            const kept = keptVerdict(workshop, provider);
            if (kept !== null) return kept;
            say('CUDA is set up here and was not tried yet: a training step is compared with the processor’s first.');
            let checked = underWay.get(provider);
            if (checked === undefined) {
                const values = { ...composeConfig('improved', { 'runtime.kind': 'cuda' }) };
                const config = { version: configVersion, preset: 'improved', values };
                const probe = startEngine(engines, { kind: 'probe', engine: 'student', config }, () => undefined);
                checked = keepingVerdict(probe, workshop, clock).ended.then(verdictOf);
                underWay.set(provider, checked);
                void checked.then(() => underWay.delete(provider));
            }
            return checked;
        },
    };
    return engines;
}

/** Keeps what a probe of CUDA finds, unless a person stops it; all other probes stay as they are. */
export function keepingVerdict(probe: TaskHandle, workshop: Pick<Workshop, 'db'>, clock: () => number): TaskHandle {
    let provider: string | null = null;
    let isStopped = false;
    probe.onEvent((event) => {
        if (event.type === 'probing-cuda') ({ provider } = event);
    });
    const kept = afterEnd(probe, (end) => {
        // a GPU that is full now may have room later
        const isTransient = end.kind === 'failed' && end.fault.kind === 'gpu-out-of-memory';
        if (provider === null || isStopped || isTransient) return;
        writeSetting(workshop.db, key, { provider, at: clock(), ...verdictOf(end) });
    });
    const kill = (): void => {
        isStopped = true;
        kept.kill();
    };
    return { ...kept, kill };
}

/** Null where this provider was never tried, or another version wrote what this one does not understand. */
function keptVerdict({ db }: Pick<Workshop, 'db'>, provider: string): CudaVerdict | null {
    const stored = storedSchema.safeParse(readSetting(db, key));
    if (!stored.success || stored.data.provider !== provider) return null;
    const { passed, why } = stored.data;
    return { passed, why };
}

function verdictOf(end: TaskEnd): CudaVerdict {
    switch (end.kind) {
        case 'finished':
            return { passed: true, why: '' };
        case 'paused':
            return { passed: false, why: 'The check was paused.' };
        case 'failed':
            return { passed: false, why: whyFailed(end.fault) };
        default:
            return end satisfies never;
    }
}

/** Of a check, for no run and no record is concerned. */
function whyFailed(fault: Fault): string {
    switch (fault.kind) {
        case 'engine-lost':
            return `The process that tried it ended unexpectedly (${fault.message}).`;
        case 'unexpected':
            return `${fault.message.slice(0, 1).toUpperCase()}${fault.message.slice(1)}.`;
        case 'gpu-out-of-memory':
            return 'Its memory was full.';
        default:
            return whyAlone(describeFault(fault, 'window'));
    }
}
