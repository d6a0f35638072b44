/**
 * Starts all work that takes another process, for the command line and for pages: runs, previews, benchmarks, exports
 * and imports. What only reads or changes records does not pass through here.
 */
import { existsSync } from 'node:fs';
import { badInput } from '../../shared/faults.ts';
import { nodeProcessHost, type ProcessHost } from '../processes/process-host.ts';
import { requireWritable } from '../store/connection/places.ts';
import { givenPath } from '../store/home/given-path.ts';
import { listRuns, type ListedRun } from '../store/home/workshop.ts';
import { prepareExport, prepareImport, type ExportRequest, type ImportRequest } from './exchange/exporting.ts';
import { checkingCuda } from './sessions/cuda-check.ts';
import { openPreviews, type Previews, type TaskRequest } from './previews.ts';
import { startBenchmark, type BenchmarkAsked, type BenchmarkHandle } from './sessions/benchmarking.ts';
import { startExchange, type ExchangeHandle } from './sessions/exchange-session.ts';
import { rememberingEngine } from './sessions/remembering-engine.ts';
import { startRescoring, type RescoreHandle, type RescoreRequest } from './rescore-session.ts';
import type { RunHandle } from './sessions/run-session.ts';
import { resumeRun, startRun, type Changes } from './starting-runs.ts';
import { keepCalibration } from './sources/calibrating.ts';
import { findCheckpoint } from './sources/checkpoint-source.ts';
import { placedGuard } from './sources/guarding.ts';
import { openHome, type OpenHome } from './sources/home.ts';

export type { RunHandle } from './sessions/run-session.ts';
export type { TaskEnd, TaskHandle } from './sessions/engine-session.ts';
export type { TaskRequest } from './previews.ts';

export interface Workbench extends Previews {
    /** @param request.corpus a folder or file of text, or `storyworld` */
    pretrain(request: TaskRequest & { readonly name: string; readonly corpus: string }): RunHandle;
    learn(request: TaskRequest & { readonly name: string; readonly from: string }): RunHandle;
    resume(run: string, changes?: Changes): RunHandle;
    /** Rates stories of a run again, with the settings given and the run's own for all others. */
    rescore(run: string, request: RescoreRequest): RescoreHandle;
    /** Lets a student read benchmarks; continues where the same was begun and not finished. */
    benchmark(asked: BenchmarkAsked): BenchmarkHandle;
    runs(): readonly ListedRun[];
    /** Exports parts of a run, a set or a student, in the background. */
    export(request: ExportRequest): Promise<ExchangeHandle>;
    /** Imports a run, logs of the published system or a student, in the background. */
    import(request: ImportRequest): ExchangeHandle;
}

/** @param home is closed by its owner; a command that ends with its process may leave it out */
export function openWorkbench(host: ProcessHost = nodeProcessHost, home: OpenHome = openHome()): Workbench {
    const { clock } = home;
    const engines = checkingCuda(host, home, clock);
    const startEngine = rememberingEngine(engines, home);
    return {
        pretrain: ({ corpus, config, ...run }) =>
            startRun(
                { ...run, kind: 'pretrain', source: givenCorpus(corpus), config: placedGuard(config) },
                home,
                startEngine,
            ),
        learn({ from, config, ...run }) {
            const source = findCheckpoint(home, from, clock());
            return startRun(
                { ...run, kind: 'learn', source, config: placedGuard(keepCalibration(config)) },
                home,
                startEngine,
            );
        },
        resume: (run, changes = {}) => resumeRun(run, placedGuard(changes), home, startEngine),
        ...openPreviews(engines, home, startEngine, clock),
        rescore: (run, request) => startRescoring(run, request, home, startEngine),
        benchmark: (asked) => startBenchmark(engines, home, asked, clock),
        runs: () => listRuns(home, clock()),
        export: async (request) => startExchange(host, await prepareExport(home, request, clock())),
        import(request) {
            requireWritable(home.home);
            return startExchange(host, prepareImport(home, request, clock()));
        },
    };
}

/** The corpus that a person means. @throws bad input where there is nothing at that path */
function givenCorpus(typed: string): string {
    const corpus = typed === 'storyworld' ? typed : givenPath(typed);
    if (corpus !== 'storyworld' && !existsSync(corpus))
        throw badInput(
            `There is no corpus at "${corpus}"; nothing was started. Name a folder or file of text, or "storyworld".`,
        );
    return corpus;
}
