/**
 * Whether `auto` may compute on CUDA here. A provider may end the process that loads it, so a probe tries it in one of
 * its own, once: what it found is remembered in `workshop.sqlite` until the provider or its surroundings change.
 */
import { z } from 'zod';
import { cudaVerdictSchema, type CudaVerdict } from '../../../shared/contracts/engine.ts';
import { describeFault, type Fault } from '../../../shared/faults.ts';
import { counted } from '../../../shared/text/numbers.ts';
import { whyAlone } from '../../../shared/text/refusal.ts';
import { composeConfig } from '../../../shared/run/config.ts';
import { configVersion } from '../../../shared/run/stored-config.ts';
import type { ProcessHost } from '../../processes/process-host.ts';
import { readSetting, writeSetting, type Workshop } from '../../store/home/workshop.ts';
import { afterEnd } from './after-end.ts';
import { startEngine, type EngineHost, type TaskEnd, type TaskHandle } from './engine-session.ts';
import { whenFree } from './waiting-for-lock.ts';

const key = 'cuda check';
const storedSchema = cudaVerdictSchema.extend({ provider: z.string(), at: z.number() });

/** One check, for all who ask meanwhile. */
interface CheckUnderWay {
    readonly verdict: Promise<CudaVerdict>;
    asking: number;
    stop(): void;
}

/** Longer than a driver takes to compile its kernels for a new GPU; one that hangs never answers. */
const patienceMinutes = 5;

const unasked: CudaVerdict = { passed: false, why: 'Nobody waits for the check any more.' };

/**
 * Starts processes, and answers engines that ask for CUDA. A check ends with the last engine that asked for it.
 * @param mostMinutes that a check may take
 */
export function checkingCuda(
    host: ProcessHost,
    workshop: Pick<Workshop, 'db'>,
    clock: () => number,
    mostMinutes = patienceMinutes,
): EngineHost {
    const underWay = new Map<string, CheckUnderWay>();
    const engines: EngineHost = {
        start: (entry) => host.start(entry),
        async cudaVerdict(provider, say, gone) {
            const { promise, resolve } = Promise.withResolvers<CudaVerdict>();
            const answer = (): void => resolve(keptVerdict(workshop, provider) ?? ask(provider, say, gone));
            const isAnswered = await whenFree(answer, { isWanted: () => !gone.aborted, say });
            return isAnswered ? promise : unasked;
        },
        forgetCudaVerdict: () => writeSetting(workshop.db, key, null),
    };
    function ask(provider: string, say: (text: string) => void, gone: AbortSignal): Promise<CudaVerdict> {
        say('CUDA is set up here and was not tried yet: a training step is compared with the processor’s first.');
        const check = underWay.get(provider) ?? begin(provider);
        check.asking++;
        const leave = (): void => {
            check.asking--;
            if (check.asking === 0 && underWay.get(provider) === check) check.stop();
        };
        gone.addEventListener('abort', leave, { once: true });
        return check.verdict;
    }
    function begin(provider: string): CheckUnderWay {
        const values = { ...composeConfig('improved', { 'runtime.kind': 'cuda' }) };
        const config = { version: configVersion, preset: 'improved', values };
        const probe = startEngine(engines, { kind: 'probe', engine: 'student', config }, () => undefined);
        const { ended, kill } = keepingVerdict(within(mostMinutes, probe), workshop, clock);
        const over = (): void => void (underWay.get(provider) === check && underWay.delete(provider));
        const stop = (): void => {
            over(); // who asks from now on begins another one
            kill();
        };
        const check: CheckUnderWay = { verdict: ended.then(verdictOf), asking: 0, stop };
        underWay.set(provider, check);
        void check.verdict.then(over);
        return check;
    }
    return engines;
}

/** The task; one that takes longer is killed, and has failed even where its process does not die of it. */
function within(minutes: number, task: TaskHandle): TaskHandle {
    const { promise: late, resolve } = Promise.withResolvers<TaskEnd>();
    const timer = setTimeout(() => {
        const message = `it did not answer within ${counted(minutes, 'minute')}`;
        resolve({ kind: 'failed', fault: { kind: 'unexpected', message, stack: '' } });
        task.kill();
    }, minutes * 60_000);
    void task.ended.then(() => clearTimeout(timer));
    return { ...task, ended: Promise.race([task.ended, late]) };
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

/** Why a check failed, in words that speak of no run and no record. */
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
