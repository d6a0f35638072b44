/** Keeps the record of a run while an engine works on it: its lease, its attempt, every event in its table, its end. */
import { appendFileSync } from 'node:fs';
import type { EngineEvent, RunContext } from '../../../shared/contracts/engine.ts';
import { describeFault, stateAfterFault } from '../../../shared/faults.ts';
import type { AttemptEnd } from '../../../shared/run/record.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { beginAttempt, endAttempt, recordEvent } from '../../store/run/attempts.ts';
import { recordCheckpoint, type Milestone } from '../../store/run/checkpoints.ts';
import { recordEvaluation } from '../../store/run/evaluations.ts';
import { acquireLease, releaseLease, type Clock, type Lease } from '../../store/connection/lease.ts';
import { newAlarm, type HoldOutAlarm } from '../../learning/trial/hold-out.ts';
import { briefly, openRunDatabase } from '../../store/connection/open.ts';
import { recordGuardReading } from '../../store/run/guard.ts';
import { holdOutReadings, recordHoldOutReading } from '../../store/run/hold-out.ts';
import { recordPretraining } from '../../store/run/pretraining.ts';
import { registerRater } from '../../store/run/ratings/ratings.ts';
import { changeConfig, recordTokenizer } from '../../store/run/run.ts';
import type { RunFolder } from '../../store/home/run-folder.ts';
import { studentBefore } from '../sources/kept-checkpoints.ts';
import { transaction } from '../../store/connection/statements.ts';
import { recordUpdate, type Recorded } from '../../store/run/updates.ts';
import type { TaskEnd } from './engine-session.ts';
import { keepRenewing } from './renewing-lease.ts';
import { isLocked } from './waiting-for-lock.ts';
import { watchFolder } from './watched-folder.ts';

export interface RunKeeper {
    /** @throws a fault where the run's folder is not where it was */
    checkFolder(): void;
    /** What became of a reading of the second judge; null for all other events. */
    record(event: EngineEvent): Recorded | null;
    /** The second judge's alarm, if its newest reading is the first to raise one. */
    overOptimised(): OverOptimised | null;
    /** Records that the run goes on with other settings. */
    change(before: RunConfig, changes: Partial<RunConfig>): void;
    /** Records how the attempt ended, and gives the run back. While the database is locked it throws; call it again. */
    close(end: TaskEnd): void;
    /** Closes the database without recording an end: the attempt will count as interrupted. */
    leave(): void;
}

/** An alarm of the second judge, and the newest student from before it that was kept; null where none was. */
export interface OverOptimised extends HoldOutAlarm {
    readonly before: Milestone | null;
}

/** Takes the run's lease and begins an attempt. @throws `run-busy` while another process works on the run */
export function keepRun(folder: RunFolder, clock: Clock, environment: Readonly<Record<string, string>>): RunKeeper {
    const db = openRunDatabase(folder.database, { readonly: false });
    let lease: Lease;
    try {
        lease = acquireLease(db, clock);
        beginAttempt(lease, environment);
    } catch (error) {
        db.close();
        throw error;
    }
    const watched = watchFolder(folder);
    const stopRenewing = keepRenewing(lease);
    db.pragma(`busy_timeout = ${briefly}`); // who waits longer tries again (waiting-for-lock.ts)
    const log = (line: object): void => appendFileSync(folder.log, `${JSON.stringify({ at: clock(), ...line })}\n`);

    function letGo(): void {
        stopRenewing();
        watched.close();
        db.close();
    }

    function registerTeacher({ rater, rubric, members = [] }: Pick<RunContext, 'rater' | 'rubric' | 'members'>): void {
        registerRater(lease, rater, rubric);
        for (const member of members) registerRater(lease, member.rater, member.rubric);
    }

    return {
        checkFolder: () => watched.check(),
        record(event) {
            watched.check();
            switch (event.type) {
                case 'ready': {
                    const { kind, parameters, threads } = event;
                    recordEvent(lease, 'ready', event.device, { kind, parameters, threads });
                    log(event);
                    break;
                }
                case 'run-context': {
                    const { tokenizer, ...teacher } = event.context;
                    registerTeacher(teacher);
                    recordTokenizer(lease, tokenizer.hash, tokenizer.vocabulary);
                    break;
                }
                case 'rater':
                    registerTeacher(event);
                    break;
                case 'update':
                    recordUpdate(lease, event.update, event.episodes, event.ratings);
                    log({ type: 'update', ...event.update });
                    break;
                case 'pretrained':
                    recordPretraining(lease, event.steps);
                    break;
                case 'evaluation':
                    recordEvaluation(lease, event.evaluation, event.samples, event.ratings);
                    log({ type: 'evaluation', ...event.evaluation });
                    break;
                case 'guarded':
                    recordGuardReading(lease, event.reading);
                    break;
                case 'held-out':
                    return recordHoldOutReading(lease, event.reading);
                case 'checkpoint':
                    recordCheckpoint(lease, event.checkpoint);
                    log({ type: 'checkpoint', ...event.checkpoint });
                    break;
                case 'finished':
                    recordEvent(lease, 'memory', `at most ${Math.round(event.peakRssBytes / 1e6)} MB of main memory`, {
                        peakRssBytes: event.peakRssBytes,
                    });
                    break;
                case 'note':
                case 'fault':
                    log(event);
                    break;
                case 'phase':
                case 'progress':
                case 'story':
                case 'cuda-asked':
                case 'cuda-failed':
                case 'probing-cuda':
                case 'recall':
                case 'remember':
                case 'next-stories':
                case 'rerated':
                case 'checked':
                case 'truth-told':
                case 'explained':
                case 'traced':
                case 'tried':
                case 'measured':
                case 'probed':
                case 'benchmarking':
                case 'scored':
                case 'paused':
                    break; // only shown; close() records how it ended
                default:
                    event satisfies never;
            }
            return null;
        },
        overOptimised() {
            const alarm = newAlarm(holdOutReadings(db));
            return alarm && { ...alarm, before: studentBefore(db, folder, alarm.from) };
        },
        change: (before, changes) => changeConfig(lease, before, changes),
        close(end) {
            try {
                transaction(db, () => {
                    endAttempt(lease, endOf(end, clock()));
                    releaseLease(lease);
                });
            } catch (error) {
                if (isLocked(error)) throw error;
                try {
                    releaseLease(lease);
                } finally {
                    letGo();
                }
                throw error;
            }
            letGo();
        },
        leave: letGo,
    };
}

function endOf(end: TaskEnd, at: number): AttemptEnd {
    switch (end.kind) {
        case 'finished':
            return { reason: 'finished', at, message: end.why };
        case 'paused':
            return { reason: 'paused', at, message: 'paused as asked' };
        case 'failed': {
            const { fault } = end;
            return { reason: stateAfterFault(fault.kind), at, message: describeFault(fault), fault };
        }
        default:
            return end satisfies never;
    }
}
