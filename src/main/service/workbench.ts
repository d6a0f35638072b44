/** What can be done with Storyloop, whoever asks: start, resume and list runs, tell and evaluate. */
import { existsSync, rmSync } from 'node:fs';
import type { EngineCommand, EngineEvent, EngineTask } from '../../shared/contract.ts';
import { badInput, commandLine, faultOf } from '../../shared/faults.ts';
import { onlookerRefused, rewardsByOnlooker } from '../../shared/ratings/teachers.ts';
import { givenName } from '../../shared/text/names.ts';
import { composeConfig, type ConfigKey, type resumableKeys, type RunConfig } from '../../shared/run-config.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import { configVersion, type StoredConfig } from '../../shared/stored-config.ts';
import { openRunDatabase } from '../store/connection/open.ts';
import { requireWritable } from '../store/connection/places.ts';
import { readConfig, readSummary } from '../store/run/run.ts';
import { createRunFolder, type RunFolder } from '../store/home/run-folder.ts';
import { findRun, listRuns, type ListedRun } from '../store/home/workshop.ts';
import { keepCalibration } from './sources/calibrating.ts';
import { findCheckpoint } from './sources/checkpoint-source.ts';
import { startBenchmark, type BenchmarkAsked, type BenchmarkHandle } from './sessions/benchmarking.ts';
import { startEngine, type TaskHandle } from './sessions/engine-session.ts';
import { startExchange, type ExchangeHandle } from './sessions/exchange-session.ts';
import { prepareExport, prepareImport, type ExportRequest, type ImportRequest } from './exchange/exporting.ts';
import { givenPath } from '../store/home/given-path.ts';
import { openHome, type OpenHome } from './sources/home.ts';
import { openPreviews, type TaskRequest, type Previews } from './previews.ts';
import { nodeProcessHost, type ProcessHost } from '../processes/process-host.ts';
import { ratingMemory } from './sessions/rating-memory.ts';
import { openRescoring, type RescoringSummary, type WhatToRate } from './sessions/rescoring.ts';
import { workOn, type RunHandle } from './sessions/run-session.ts';
import { readSource, rubricOf, sourceFile, type RunSource } from './sources/run-source.ts';
import { findRubric, rubricFile } from './sources/rubric-source.ts';
import { findTeachers } from './models/teacher-places.ts';
import { whenFree } from './sessions/waiting-for-lock.ts';

export type { RunHandle } from './sessions/run-session.ts';
export type { TaskEnd, TaskHandle } from './sessions/engine-session.ts';
export type { TaskRequest } from './previews.ts';

export interface RescoreHandle extends TaskHandle {
    readonly folder: string;
    readonly summary: () => RescoringSummary;
}

export interface Workbench extends Previews {
    pretrain(request: TaskRequest & { readonly name: string; readonly corpus: string }): RunHandle;
    learn(request: TaskRequest & { readonly name: string; readonly from: string }): RunHandle;
    resume(run: string, changes?: Partial<Pick<RunConfig, (typeof resumableKeys)[number]>>): RunHandle;
    /** Rates stories of a run again, by what is `given` of the settings and else by the run's own. */
    rescore(
        run: string,
        given: Readonly<Partial<Record<ConfigKey, string>>>,
        what: Pick<WhatToRate, 'stories' | 'sample'>,
    ): RescoreHandle;
    /** Lets a student read the benchmarks of a folder, or goes on where that stopped. */
    benchmark(asked: BenchmarkAsked): BenchmarkHandle;
    runs(): readonly ListedRun[];
    /** Takes things out, in the background. */
    export(request: ExportRequest): Promise<ExchangeHandle>;
    /** Brings a run, logs of the published system or a student in, in the background. */
    import(request: ImportRequest): ExchangeHandle;
}

/** @param workshop stays its owner's to close; a command that ends with its process may leave it out */
export function openWorkbench(host: ProcessHost = nodeProcessHost, workshop: OpenHome = openHome()): Workbench {
    const { clock } = workshop;

    function begin(
        kind: RunSource['kind'],
        typedName: string,
        { preset, config }: TaskRequest,
        source: string,
    ): RunHandle {
        const name = givenName(typedName, 'a run');
        requireWritable(workshop.home);
        const { teacher, places } = findTeachers(config.teacher, workshop.home);
        if (kind === 'learn' && rewardsByOnlooker(teacher)) throw badInput(onlookerRefused);
        const rubric = findRubric(config['teacher.rubric']);
        const values = { ...config, teacher, 'teacher.rubric': rubric.name };
        const stored: StoredConfig = { version: configVersion, preset, values };
        const written: RunSource = { version: 1, kind, source, teachers: places };
        const readsRubric = Object.keys(places).length > 0;
        const files = {
            [sourceFile]: JSON.stringify(written),
            ...(readsRubric ? { [rubricFile]: rubric.text } : {}),
        };
        const folder = createRunFolder(workshop.home, { name, kind, config: stored, files }, clock);
        const run = workOn({ folder, name, config: stored, source: written }, startRemembering, clock);
        let hasResults = false;
        run.onEvent(({ type }) => (hasResults ||= isResult(type)));
        const ended = run.ended.then((end) => {
            // what it was given was refused before it did anything: nothing to keep, nothing to resume
            if (end.kind === 'failed' && end.fault.kind === 'bad-input' && !hasResults)
                rmSync(folder.folder, { recursive: true, force: true });
            return end;
        });
        return { ...run, ended };
    }

    /** An engine whose teacher may ask for what it said before. */
    function startRemembering(
        task: EngineTask,
        record: (event: EngineEvent) => EngineCommand | undefined,
        look?: () => void,
    ): TaskHandle {
        const memory = ratingMemory(workshop, clock);
        const engine = startEngine(host, task, (event) => memory.answer(event) ?? record(event), look);
        return { ...engine, ended: engine.ended.finally(() => memory.close()) };
    }

    return {
        pretrain({ name, corpus, ...request }) {
            const source = corpus === 'storyworld' ? corpus : givenPath(corpus);
            if (source !== 'storyworld' && !existsSync(source))
                throw badInput(
                    `There is no corpus at "${source}"; nothing was started. Name a folder or file of text, or "storyworld".`,
                );
            return begin('pretrain', name, request, source);
        },
        learn: ({ name, from, preset, config }) =>
            begin('learn', name, { preset, config: keepCalibration(config) }, findCheckpoint(workshop, from, clock())),
        resume(run, changes = {}) {
            const folder = findRun(workshop, run, clock());
            const db = openRunDatabase(folder.database, { readonly: true });
            let config: StoredConfig;
            let name: string;
            try {
                const summary = readSummary(db, clock());
                if (summary.state === 'finished')
                    throw badInput(
                        `The run "${summary.name}" is finished; it is as it was. Start a new run from it.`,
                        `Type: ${commandLine} learn --from ${shellWord(run)}`,
                    );
                config = readConfig(db);
                name = summary.name;
            } finally {
                db.close();
            }
            return workOn({ folder, name, config, source: readSource(folder), changes }, startRemembering, clock);
        },
        ...openPreviews(host, workshop, startRemembering, clock),
        rescore(run, given, { stories, sample }) {
            const folder = findRun(workshop, run, clock());
            const { preset, values } = configOf(folder);
            const typed = composeConfig(preset, { ...values, ...given });
            const { teacher, places } =
                given.teacher === undefined
                    ? { teacher: values.teacher, places: readSource(folder).teachers ?? {} }
                    : findTeachers(typed.teacher, workshop.home);
            const own = given['teacher.rubric'] === undefined;
            const rubric = own
                ? { name: values['teacher.rubric'], text: rubricOf(folder) }
                : findRubric(typed['teacher.rubric']);
            const rescored = { ...typed, teacher, 'teacher.rubric': rubric.name };
            const task = {
                config: { version: configVersion, preset, values: rescored },
                teachers: places,
                rubric: rubric.text,
            };
            const together = 4 * Math.max(typed['teacher.inFlight'], typed['teacher.sideBySide']);
            const rescoring = openRescoring(folder, { stories, sample, seed: typed.seed, together }, clock);
            let engine: TaskHandle;
            try {
                engine = startRemembering({ kind: 'rescore', ...task }, (event) => rescoring.record(event));
            } catch (error) {
                rescoring.close({ kind: 'failed', fault: faultOf(error) });
                throw error;
            }
            const ended = engine.ended.then(async (end) => {
                await whenFree(() => rescoring.close(end), { isWanted: () => true, say: engine.say });
                return end;
            });
            return { ...engine, ended, folder: folder.folder, summary: rescoring.summary };
        },
        benchmark: (asked) => startBenchmark(host, workshop, asked, clock),
        runs: () => listRuns(workshop, clock()),
        export: async (request) => startExchange(host, await prepareExport(workshop, request, clock())),
        import(request) {
            requireWritable(workshop.home);
            return startExchange(host, prepareImport(workshop, request, clock()));
        },
    };
}

/** What the run works on. */
function configOf({ database }: RunFolder): StoredConfig {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return readConfig(db);
    } finally {
        db.close();
    }
}

function isResult(type: EngineEvent['type']): boolean {
    return type === 'update' || type === 'pretrained' || type === 'evaluation';
}
