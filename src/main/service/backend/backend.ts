/**
 * The app behind its window: it answers the requests of pages and tells them what changed, whoever changed it. It knows
 * neither Electron nor HTTP; the shell or the web server carries the messages and opens a connection for each page.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { AppMessage } from '../../../shared/contracts/app.ts';
import { badInput } from '../../../shared/faults.ts';
import type { Push } from '../../../shared/views/pushes.ts';
import type { Clock } from '../../store/connection/lease.ts';
import { lastComputedOn } from '../../store/run/attempts.ts';
import { nodeProcessHost, type ProcessHost } from '../../processes/process-host.ts';
import { guarded, openTroubleLog, type TroubleLog } from '../trouble-log.ts';
import { version } from '../sources/version.ts';
import { openHome } from '../sources/home.ts';
import { openWorkbench } from '../workbench.ts';
import { answerTo } from './answering.ts';
import { openBenchmarking } from './benchmarks/benchmarks.ts';
import { comparingHandlers } from './runs/comparing.ts';
import { configurationHandlers } from './configuration.ts';
import { exportedFile } from '../exchange/exported-files.ts';
import { openExchanges, type ChoosePath } from './exchange/exchanges.ts';
import type { Handlers } from './handlers.ts';
import { modelHandlers } from './models/models.ts';
import { openPreviewing } from './previewing.ts';
import { metricHandlers } from './runs/metrics.ts';
import { openRuns } from './runs/open-runs.ts';
import { reportingHandlers } from './runs/reporting.ts';
import { openQueue } from './runs/queue.ts';
import { pollRuns } from './runs/polling.ts';
import { runList } from './runs/run-list.ts';
import { runHandlers, withLive } from './runs/runs.ts';
import { openSets } from './sets.ts';
import { settingsHandlers } from './settings.ts';
import { searchHandlers } from './runs/searching.ts';
import { storyHandlers } from './runs/stories.ts';
import { studentHandlers } from './models/students.ts';
import { trashHandlers } from './trash.ts';
import { openWork } from './work.ts';

export interface Backend {
    /** Opens the connection to one page; `send` gets its answers, and every push until it is closed. */
    connect(send: (message: AppMessage) => void): Connection;
    /** A file of an export in the data folder; null where there is none. */
    exportedFile(name: string, path: string): string | null;
    /** The log of unexpected errors, also for the carrier of the messages. */
    readonly trouble: TroubleLog;
    /** Pauses what is at work and ends. A run that does not pause in time is interrupted; nothing recorded is lost. */
    close(patienceMs?: number): Promise<void>;
}
export interface Connection {
    /** Takes a request, unchecked, and answers it; it never rejects. */
    receive(message: unknown): Promise<void>;
    close(): void;
}

/**
 * @param choose lets a person choose a file or folder in the system's dialog; null where there is none, as in a browser
 * @param print what a page shows as a PDF, in base64; null where only the browser can print
 */
export function openBackend(
    host: ProcessHost = nodeProcessHost,
    clock: Clock = Date.now,
    choose: ChoosePath | null = null,
    print: (() => Promise<string | null>) | null = null,
): Backend {
    const home = openHome(clock);
    const trouble = openTroubleLog(home.home, clock);
    const runs = openRuns(home.home);
    const list = runList(home.home, runs, clock);
    const pages = new Set<(message: AppMessage) => void>();
    let isClosing = false;
    const push = (message: Push): void => {
        for (const send of pages) guarded(trouble, 'telling a page', () => send(message))();
    };
    const workbench = openWorkbench(host, home);
    const work = openWork(workbench, runs, {
        live: (run, live) => push({ push: 'live', run, live }),
        recorded: () => polling.soon(),
        ended: (ending) => {
            push({ push: 'ended', ...ending });
            polling.now();
            if (ending.reason === 'finished' && !isClosing) queue.goOn();
        },
    });
    const queue = openQueue(
        home,
        (request) => Promise.resolve(work.handlers['run.start'](request, { gone: new AbortController().signal })),
        () => work.isAtWork(),
        (rows) => push({ push: 'queue', rows }),
    );
    const polling = pollRuns(list, trouble, {
        changed: (row) => push({ push: 'run', row: withLive(row, work) }),
        gone: (run) => push({ push: 'run-gone', run }),
    });
    const runningRows = () => list.rows().filter((row) => row.kind === 'run' && row.state === 'running');
    const previewing = openPreviewing(workbench, home, runs, {
        running: () => runningRows().length,
        busy: () => new Set(runningRows().flatMap(({ run }) => runs.read(run, lastComputedOn) ?? [])),
        progress: (ticket, phase, done, of) => push({ push: 'preview', ticket, phase, done, of }),
    });
    const models = modelHandlers(home, (model, state, problem) => push({ push: 'download', model, state, problem }));
    const sets = openSets(home);
    const exchanges = openExchanges(home.home, workbench, runs, clock, choose, (row) => {
        push({ push: 'exchange', row });
        if (row.run !== null) polling.now();
    });
    const benchmarking = openBenchmarking(workbench, home.home, clock, {
        placeOf: exchanges.placeOf,
        changed: (row) => push({ push: 'benchmark', row }),
        gone: (benchmark) => push({ push: 'benchmark-gone', benchmark }),
    });
    const handlers: Handlers = {
        'app.about': () => ({
            version,
            node: process.version,
            dataFolder: home.home,
            processor: cpus()[0]?.model.trim() ?? 'unknown',
            cores: availableParallelism(),
            memoryBytes: totalmem(),
        }),
        'page.print': () => print?.() ?? null,
        ...settingsHandlers(home, (settings) => push({ push: 'settings', settings })),
        ...runHandlers(runs, list, work, { home: home.home, clock, changed: () => polling.now() }),
        ...metricHandlers(runs),
        ...storyHandlers(runs, clock),
        ...searchHandlers(runs, list),
        ...comparingHandlers(runs, (run) => {
            const row = list.row(run);
            return row.kind === 'run' ? row.student : null;
        }),
        ...reportingHandlers(home.home, runs, clock),
        ...configurationHandlers(home, clock),
        ...studentHandlers(home.home, runs, list),
        ...trashHandlers(home, {
            letGo({ kind, name }) {
                if (kind === 'run') runs.forget(name);
                else if (kind === 'set') sets.forget(name);
                else models.letGo(name);
            },
            benchmarks: benchmarking,
            changed: () => polling.now(),
        }),
        ...work.handlers,
        ...queue.handlers,
        ...previewing.handlers,
        ...models.handlers,
        ...sets.handlers,
        ...exchanges.handlers,
        ...benchmarking.handlers,
    };

    return {
        connect(send) {
            pages.add(send);
            polling.watch(pages.size > 0);
            const leaving = new AbortController();
            return {
                receive: async (message) => {
                    const now = isClosing ? { ...handlers, ...whileClosing } : handlers;
                    const answer = await answerTo(message, { gone: leaving.signal }, now, trouble);
                    if (pages.has(send)) guarded(trouble, 'answering a page', () => send(answer))();
                },
                close() {
                    pages.delete(send);
                    polling.watch(pages.size > 0);
                    leaving.abort();
                },
            };
        },
        trouble,
        exportedFile: (name, path) => exportedFile(home.home, name, path),
        async close(patienceMs = 10_000) {
            isClosing = true;
            await Promise.all([
                work.close(patienceMs),
                benchmarking.close(patienceMs),
                previewing.close(),
                models.close(),
                exchanges.close(),
            ]);
            pages.clear();
            polling.close();
            runs.close();
            sets.close();
            home.close();
        },
    };
}

function refuse(): never {
    throw badInput('Storyloop is closing; nothing was started. Open it again to begin.');
}

/** What would begin work that nobody waits for. Previews refuse by themselves. */
const whileClosing = {
    'run.start': refuse,
    'run.resume': refuse,
    'queue.add': refuse,
    'queue.next': refuse,
    'export.start': refuse,
    'import.start': refuse,
    'benchmarks.start': refuse,
    'benchmarks.resume': refuse,
    'model.download': refuse,
} satisfies Partial<Handlers>;
