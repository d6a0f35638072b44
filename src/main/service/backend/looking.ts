/** What a page looks at before it decides: a student's stories, a teacher on three of them, what a run would take. */
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { EngineFound, FolderFound } from '../../../shared/views/computer.ts';
import type { EngineEvent, Probed } from '../../../shared/contract.ts';
import { badInput, describeFault, FaultError, faultOf } from '../../../shared/faults.ts';
import { composeConfig } from '../../../shared/run-config.ts';
import type { TaskHandle } from '../engine-session.ts';
import { estimateOf } from '../estimating.ts';
import type { Workbench } from '../workbench.ts';
import type { Handlers } from './handlers.ts';

type LookMethods =
    | 'student.tell'
    | 'student.evaluate'
    | 'teacher.try'
    | 'teacher.check'
    | 'run.measure'
    | 'device.check'
    | 'look.stop';

export interface Looking {
    readonly handlers: Handlers<LookMethods>;
    /** Ends all that is under way. */
    close(): Promise<void>;
}

interface Surroundings {
    /** How many runs are at work, whoever does them. */
    running(): number;
    progress(ticket: string, phase: string, done: number, of: number): void;
}

const tellEveryMs = 100;
const triedStories = 3;

export function openLooking(workbench: Workbench, home: string, { running, progress }: Surroundings): Looking {
    const open = new Map<TaskHandle, { readonly ticket: string | undefined; stopped: boolean }>();

    /** Everything that the task said; refused in its sentence where it failed or was stopped. */
    async function eventsOf(task: TaskHandle, ticket: string | undefined): Promise<readonly EngineEvent[]> {
        const entry = { ticket, stopped: false };
        open.set(task, entry);
        const events: EngineEvent[] = [];
        let told = -Infinity;
        task.onEvent((event) => {
            if (event.type !== 'phase') return void events.push(event);
            if (ticket === undefined || performance.now() - told < tellEveryMs) return;
            told = performance.now();
            progress(ticket, event.phase, event.done, event.of);
        });
        const end = await task.ended;
        open.delete(task);
        if (entry.stopped) throw badInput('Stopped as asked; nothing was kept of it.');
        if (end.kind === 'failed') throw new FaultError(end.fault);
        return events;
    }
    function only<Type extends EngineEvent['type']>(
        events: readonly EngineEvent[],
        type: Type,
    ): readonly Extract<EngineEvent, { type: Type }>[] {
        return events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type);
    }

    return {
        handlers: {
            'student.tell': async ({ source, stories, given, ticket }) => {
                const temperature = given['rollout.temperature'];
                const task = workbench.tell({
                    preset: 'improved',
                    config: composeConfig('improved', given),
                    from: source,
                    stories,
                    ...(temperature === undefined ? {} : { temperature: Number(temperature) }),
                });
                return only(await eventsOf(task, ticket), 'story').map(
                    ({ sample: { seed, prompt, story, words, finished } }) => ({
                        ...{ seed, prompt, story, words, finished },
                    }),
                );
            },
            'teacher.try': async ({ source, preset, given, ticket }) => {
                const config = composeConfig(preset, given);
                const task = workbench.tryTeacher({ preset, config, from: source, stories: triedStories });
                const [tried] = only(await eventsOf(task, ticket), 'tried');
                const { teacher, criteria, stories } = tried!;
                return { teacher, criteria, stories };
            },
            'teacher.check': async ({ teacher, ticket }) => {
                const task = workbench.checkTeacher({
                    preset: 'improved',
                    config: composeConfig('improved', { teacher }),
                });
                const [checked] = only(await eventsOf(task, ticket), 'checked');
                return checked!.report;
            },
            'student.evaluate': async ({ source, teacher, stories, ticket }) => {
                const config = composeConfig('improved', { teacher, 'evaluation.stories': stories });
                const task = workbench.evaluate({ preset: 'improved', config, from: source });
                const [evaluated] = only(await eventsOf(task, ticket), 'evaluation');
                return { teacher, stories, results: evaluated!.evaluation.results };
            },
            'run.measure': async ({ job, source, preset, given, ticket }) => {
                const config = composeConfig(preset, given);
                const task = workbench.measure({ preset, config, from: job === 'learn' ? source : null });
                const beside = running();
                const [event] = only(await eventsOf(task, ticket), 'measured');
                const { bavail, bsize } = statfsSync(home);
                return estimateOf(event!.measured, config, {
                    memory: totalmem(),
                    freeDisk: bavail * bsize,
                    besideRuns: Math.max(beside, running()),
                });
            },
            'device.check': async ({ ticket }) => {
                const config = composeConfig('improved', {});
                const found = async (engine: Probed['engine']): Promise<EngineFound> => {
                    const task = workbench.probe({ preset: 'improved', config, engine });
                    try {
                        const [event] = only(await eventsOf(task, ticket), 'probed');
                        return { ok: true, probed: event!.probed };
                    } catch (error) {
                        return { ok: false, sentence: describeFault(faultOf(error)) };
                    }
                };
                const student = await found('student'); // one after the other: they would share the processor
                const teacher = await found('teacher');
                return { at: Date.now(), student, teacher, folder: tryFolder(home), freeMemory: freemem() };
            },
            'look.stop': ({ ticket }) => {
                for (const [task, entry] of open)
                    if (entry.ticket === ticket) {
                        entry.stopped = true;
                        task.kill();
                    }
                return null;
            },
        },
        async close() {
            const tasks = [...open.keys()];
            for (const task of tasks) task.kill();
            await Promise.all(tasks.map(({ ended }) => ended));
        },
    };
}

const probeBytes = 1 << 20;

/** Writes a megabyte as the record is written, synced to the disk, and reads it back. */
function tryFolder(home: string): FolderFound {
    try {
        const folder = mkdtempSync(join(home, 'device-check-'));
        try {
            const began = performance.now();
            const file = join(folder, 'probe');
            const written = Buffer.alloc(probeBytes, 'storyloop');
            writeFileSync(file, written, { flush: true });
            if (!readFileSync(file).equals(written)) throw new Error('what was written reads back otherwise');
            const milliseconds = performance.now() - began;
            const { bavail, bsize } = statfsSync(home);
            return { ok: true, free: bavail * bsize, milliseconds };
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return {
            ok: false,
            sentence: `Nothing can be written to ${home} (${why}), so no run can be kept there. Make it writable, free some space, or set STORYLOOP_HOME to another folder.`,
        };
    }
}
