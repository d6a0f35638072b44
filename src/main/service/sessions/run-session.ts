/** Works on a run: an engine computes, and a keeper records what it sends. */
import { cpus, totalmem } from 'node:os';
import type { ComputedOn, EarlierStudent, EngineCommand, EngineTask } from '../../../shared/contracts/engine.ts';
import { faultOf } from '../../../shared/faults.ts';
import type { RunKind } from '../../../shared/run/record.ts';
import { composeConfig, type RunConfig } from '../../../shared/run/config.ts';
import type { StoredConfig } from '../../../shared/run/stored-config.ts';
import type { HoldOutAlarm } from '../../learning/trial/hold-out.ts';
import type { Clock } from '../../store/connection/lease.ts';
import type { Milestone } from '../../store/run/checkpoints.ts';
import type { RunFolder } from '../../store/home/run-folder.ts';
import type { Recorded } from '../../store/run/updates.ts';
import { rubricOf, type RunSource } from '../sources/run-source.ts';
import { version as storyloop } from '../sources/version.ts';
import { afterEnd } from './after-end.ts';
import type { TaskHandle } from './engine-session.ts';
import type { StartEngine } from './remembering-engine.ts';
import { keepRun } from './run-keeper.ts';

const pausedForGap =
    'The second judge no longer follows the teacher, so the run pauses as it was told to; everything is kept. Read its newest stories, then continue or stop.';

export interface RunHandle extends TaskHandle {
    readonly name: string;
    readonly kind: RunKind;
    readonly folder: string;
    readonly database: string;
}

export interface RunToWorkOn {
    readonly folder: RunFolder;
    readonly name: string;
    readonly config: StoredConfig;
    readonly source: RunSource;
    /** What the run computed on so far, where it goes on. */
    readonly computedOn?: ComputedOn | undefined;
    /** Settings that differ from those the run had so far. */
    readonly changes?: Partial<RunConfig>;
}

/**
 * Starts an engine on a run and keeps the run's record until it ends.
 * @throws `run-busy` while another process works on the run
 */
export function workOn(
    { folder, name, config: stored, source: { kind, source, teachers = {} }, computedOn, changes = {} }: RunToWorkOn,
    startEngine: StartEngine,
    clock: Clock,
): RunHandle {
    const { preset, version, values } = stored;
    const config = { preset, version, values: composeConfig(preset, { ...values, ...changes }) };
    const shared = { folder: folder.folder, config: { ...config, values: { ...config.values } }, computedOn };
    const task: EngineTask =
        kind === 'pretrain'
            ? { kind, ...shared, corpus: source }
            : { kind, ...shared, from: source, teachers, rubric: rubricOf(folder) };
    const keeper = keepRun(folder, clock, environment());
    let engine: TaskHandle;
    /** What the run was told to do where the second judge no longer follows. */
    const afterReading = ({ outcome }: Recorded): EngineCommand | undefined => {
        if (config.values['holdout.stop'] === 'off') return undefined;
        const found = keeper.overOptimised();
        if (found === null) return undefined;
        if (config.values['holdout.stop'] === 'go-back' && found.before !== null)
            return { type: 'go-back', to: goingBack(found, found.before) };
        if (outcome === 'ignored') return undefined; // it paused for this reading, and a person has let it go on
        engine.say(pausedForGap);
        engine.pause();
        return undefined;
    };
    try {
        keeper.change(values, changes);
        engine = startEngine(
            task,
            (event) => {
                const reading = keeper.record(event);
                return reading === null ? undefined : afterReading(reading);
            },
            () => keeper.checkFolder(),
        );
    } catch (error) {
        keeper.close({ kind: 'failed', fault: faultOf(error) });
        throw error;
    }
    const kept = afterEnd(
        engine,
        (end) => keeper.close(end),
        () => keeper.leave(),
    );
    return { ...kept, name, kind, folder: folder.folder, database: folder.database };
}

function goingBack({ from, at }: HoldOutAlarm, { path, update, words }: Milestone): EarlierStudent {
    const student = update === 0 ? 'the one it started with' : `the one after update ${update}`;
    const why = `over-optimised from update ${from}, as the second judge told after update ${at}: the run’s student is ${student}`;
    return { path, update, inputWords: words, why };
}

/** What the run runs on, without the names of computer and person. */
function environment(): Readonly<Record<string, string>> {
    return {
        platform: `${process.platform} ${process.arch}`,
        node: process.version,
        processor: cpus()[0]?.model.trim() ?? 'unknown',
        cores: String(cpus().length),
        memoryBytes: String(totalmem()),
        storyloop,
    };
}
