/** Answers a page about work: starts, pauses and resumes runs, and follows the engines of this app. */
import path from 'node:path';
import type { EngineEvent } from '../../../shared/contracts/engine.ts';
import type { Push } from '../../../shared/views/pushes.ts';
import type { Live } from '../../../shared/views/runs.ts';
import { badInput, describeFault, FaultError, stateAfterFault } from '../../../shared/faults.ts';
import { composeConfig, parseValue, resumableKeys, type ConfigKey } from '../../../shared/run/config.ts';
import type { RunHandle, TaskEnd, Workbench } from '../workbench.ts';
import type { Handlers } from './handlers.ts';
import type { OpenRuns } from './runs/open-runs.ts';

export interface Watching {
    /** What an engine does has changed; called at most ten times a second. */
    live(run: string, live: Live): void;
    /** Something was recorded. */
    recorded(): void;
    /** The run's engine has ended; `sentence` says why where it did not simply finish. */
    ended(ending: Omit<Extract<Push, { push: 'ended' }>, 'push'>): void;
}

export interface Work {
    readonly handlers: Pick<Handlers, 'run.start' | 'run.pause' | 'run.checkpoint' | 'run.resume'>;
    liveOf(run: string): Live | null;
    /** An engine of this app works on some run. */
    isAtWork(): boolean;
    /** Asks every engine to pause, waits up to the time given, and ends those that have not paused. */
    close(patienceMs: number): Promise<void>;
}

const tellEveryMs = 100;

export function openWork(workbench: Workbench, runs: OpenRuns, watching: Watching): Work {
    const atWork = new Map<string, { readonly handle: RunHandle; live: Live }>();

    function follow(handle: RunHandle): { readonly run: string; readonly begun: Promise<null> } {
        const run = path.basename(handle.folder);
        const entry = { handle, live: atFirst };
        atWork.set(run, entry);
        let timer: NodeJS.Timeout | null = null;
        const tell = (): void => {
            timer ??= setTimeout(() => {
                timer = null;
                if (atWork.get(run) === entry) watching.live(run, entry.live);
            }, tellEveryMs);
        };
        const begun = Promise.withResolvers<null>();
        let wasReady = false;
        let wasBegun = false;
        handle.onEvent((event) => {
            entry.live = liveAfter(entry.live, event);
            if (isRecorded(event)) watching.recorded();
            // everything that can be refused is refused before; reading a long corpus need not be waited for
            const isUnderWay = event.type === 'phase' && (wasReady || event.phase === 'training the tokenizer');
            if (isUnderWay) {
                wasBegun = true;
                begun.resolve(null);
            }
            wasReady ||= event.type === 'ready';
            tell();
        });
        void handle.ended.then((end) => {
            if (timer) clearTimeout(timer);
            atWork.delete(run);
            if (end.kind === 'failed') begun.reject(new FaultError(end.fault));
            else begun.resolve(null);
            const reason = end.kind === 'failed' ? stateAfterFault(end.fault.kind) : end.kind;
            const isFault = end.kind === 'failed';
            watching.ended({ run, name: handle.name, reason, isFault, sentence: sentenceOf(end), wasBegun });
        });
        return { run, begun: begun.promise };
    }
    async function begin(handle: RunHandle): Promise<{ run: string }> {
        const { run, begun } = follow(handle);
        await begun;
        return { run };
    }

    function ours(run: string, advice: string): { readonly handle: RunHandle; live: Live } {
        const entry = atWork.get(run);
        if (entry) return entry;
        throw badInput(`No engine of this app is at work on "${run}"; nothing was changed. ${advice}`);
    }

    return {
        handlers: {
            'run.start': ({ job, name, preset, given, source }) => {
                const request = { name, preset, config: composeConfig(preset, given) };
                return begin(
                    job === 'pretrain'
                        ? workbench.pretrain({ ...request, corpus: source })
                        : workbench.learn({ ...request, from: source }),
                );
            },
            'run.resume': ({ run, given }) => begin(workbench.resume(runs.folderOf(run).folder, changesIn(given))),
            'run.pause': ({ run }) => {
                const entry = ours(run, 'Pause it where it was started.');
                entry.handle.pause();
                entry.live = { ...entry.live, pauseAsked: true };
                watching.live(run, entry.live);
                return null;
            },
            'run.checkpoint': async ({ run }) => {
                const { handle } = ours(run, 'Ask where it was started.');
                const taken = nextCheckpoint(handle);
                handle.checkpoint();
                return { path: await taken };
            },
        },
        isAtWork: () => atWork.size > 0,
        liveOf: (run) => atWork.get(run)?.live ?? null,
        async close(patienceMs) {
            const open = [...atWork.values()].map(({ handle }) => handle);
            for (const handle of open) handle.pause();
            const timer = setTimeout(() => open.forEach((handle) => handle.kill()), patienceMs);
            await Promise.all(open.map(({ ended }) => ended));
            clearTimeout(timer);
        },
    };
}

/** The path of the next checkpoint in the run's folder. @throws bad input where the run ends before it */
async function nextCheckpoint(handle: RunHandle): Promise<string> {
    const path = new Promise<string>((resolve) =>
        handle.onEvent((event) => {
            if (event.type === 'checkpoint' && event.checkpoint.kind !== 'initial') resolve(event.checkpoint.path);
        }),
    );
    const stopped = handle.ended.then((end) => {
        throw badInput(
            end.kind === 'paused'
                ? 'The run paused before it came to a checkpoint; everything is recorded. Continue it and ask again.'
                : `There is no new checkpoint: ${sentenceOf(end)}`,
        );
    });
    return Promise.race([path, stopped]);
}

const atFirst: Live = {
    phase: 'starting',
    done: 0,
    of: 0,
    fraction: null,
    device: null,
    note: null,
    pauseAsked: false,
};

function liveAfter(live: Live, event: EngineEvent): Live {
    switch (event.type) {
        case 'phase':
            return { ...live, phase: event.phase, done: event.done, of: event.of };
        case 'progress':
            return { ...live, fraction: event.done };
        case 'ready':
            return { ...live, device: event.device };
        case 'note':
            return { ...live, note: event.text };
        default:
            return live;
    }
}

function isRecorded({ type }: EngineEvent): boolean {
    return type === 'update' || type === 'pretrained' || type === 'evaluation' || type === 'checkpoint';
}

function sentenceOf(end: TaskEnd): string {
    switch (end.kind) {
        case 'finished':
            return end.why;
        case 'paused':
            return 'Paused; everything is recorded.';
        case 'failed':
            return describeFault(end.fault, 'window');
        default:
            return end satisfies never;
    }
}

type ResumeChanges = NonNullable<Parameters<Workbench['resume']>[1]>;

/** The settings to change when a run goes on. @throws bad input for one that may not change */
function changesIn(input: Readonly<Record<string, string | number>>): ResumeChanges {
    const allowed: readonly string[] = resumableKeys;
    return Object.fromEntries(
        Object.entries(input).map(([key, value]) => {
            if (!allowed.includes(key))
                throw badInput(
                    `"${key}" cannot change when a run is continued; the run is as it was. Duplicate it with another value.`,
                );
            return [key, parseValue(key as ConfigKey, value)];
        }),
    );
}
