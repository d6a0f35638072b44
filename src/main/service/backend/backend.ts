/**
 * The app behind its window: answers the requests of pages and tells them what changed, whoever changed it. It knows
 * neither Electron nor HTTP; whoever carries the messages opens a connection for each page.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import {
    appContractVersion,
    methods,
    requestSchema,
    type AppMessage,
    type Method,
} from '../../../shared/app-contract.ts';
import type { Answer, Push } from '../../../shared/views/pushes.ts';
import { badInput, describeFault, faultOf } from '../../../shared/faults.ts';
import type { Clock } from '../../store/connection/lease.ts';
import { dataFolder } from '../../store/home/run-folder.ts';
import { openWorkshop } from '../../store/home/workshop.ts';
import { nodeProcessHost, type ProcessHost } from '../../processes/process-host.ts';
import { guarded, openTroubleLog, type TroubleLog } from '../trouble-log.ts';
import { version } from '../sources/version.ts';
import { openWorkbench } from '../workbench.ts';
import { comparingHandlers } from './comparing.ts';
import { configurationHandlers } from './configuration.ts';
import { exportedFile } from '../exchange/exported-files.ts';
import { openExchanges, type ChoosePath } from './exchanges.ts';
import type { AskingPage, Handlers } from './handlers.ts';
import { modelHandlers } from './models.ts';
import { openPreviewing } from './previewing.ts';
import { metricHandlers } from './metrics.ts';
import { openRuns } from './open-runs.ts';
import { runList } from './run-list.ts';
import { runHandlers, withLive } from './runs.ts';
import { openSets } from './sets.ts';
import { settingsHandlers } from './settings.ts';
import { storyHandlers } from './stories.ts';
import { studentHandlers } from './students.ts';
import { openWork } from './work.ts';

export interface Backend {
    /** Opens the pipe to one page; `send` gets its answers, and every push until it is closed. */
    connect(send: (message: AppMessage) => void): Connection;
    /** A file of an export in the data folder; null where there is none. */
    exportedFile(name: string, path: string): string | null;
    /** Where whoever carries the messages notes what nobody foresaw. */
    readonly trouble: TroubleLog;
    /** Pauses what is at work and ends; a run that does not pause within the time is interrupted, nothing recorded is lost. */
    close(patienceMs?: number): Promise<void>;
}
export interface Connection {
    /** Takes a request as it came from outside, and answers it; never rejected. */
    receive(message: unknown): Promise<void>;
    close(): void;
}

const pollEveryMs = 1000;
const pollSoonMs = 200;

/** @param choose lets the person choose a file or a folder; null where there is no window of the system */
export function openBackend(
    host: ProcessHost = nodeProcessHost,
    clock: Clock = Date.now,
    choose: ChoosePath | null = null,
): Backend {
    const workshop = openWorkshop(dataFolder());
    const trouble = openTroubleLog(workshop.home, clock);
    const runs = openRuns(workshop.home);
    const list = runList(workshop.home, runs, clock);
    const pages = new Set<(message: AppMessage) => void>();
    const push = (message: Push): void => {
        for (const send of pages) guarded(trouble, 'telling a page', () => send(message))();
    };
    const workbench = openWorkbench(host, clock);
    const work = openWork(workbench, runs, {
        live: (run, live) => push({ push: 'live', run, live }),
        recorded: pollSoon,
        ended: (ending) => {
            push({ push: 'ended', ...ending });
            poll();
        },
    });
    const previewing = openPreviewing(workbench, workshop.home, {
        running: () => list.rows().filter((row) => row.kind === 'run' && row.state === 'running').length,
        progress: (ticket, phase, done, of) => push({ push: 'preview', ticket, phase, done, of }),
    });
    const models = modelHandlers(workshop.home, (model, state, problem) =>
        push({ push: 'download', model, state, problem }),
    );
    /** Runs of other processes change, appear and vanish without a word: somebody has to look. */
    const poll = guarded(trouble, 'looking what changed', () => {
        const { changed, gone } = list.changes();
        for (const row of changed) push({ push: 'run', row: withLive(row, work) });
        for (const run of gone) push({ push: 'run-gone', run });
    });
    /** A quick run records many times a second; nobody reads that fast. */
    let soon: NodeJS.Timeout | null = null;
    function pollSoon(): void {
        soon ??= setTimeout(() => {
            soon = null;
            poll();
        }, pollSoonMs);
    }
    let watch: NodeJS.Timeout | null = null;
    const pollWhileWatched = (): void => {
        if (pages.size > 0 && watch === null) {
            guarded(trouble, 'looking what changed', () => void list.changes())(); // what the page is about to read itself
            watch = setInterval(poll, pollEveryMs);
        }
        if (pages.size === 0 && watch !== null) {
            clearInterval(watch);
            watch = null;
        }
    };
    const sets = openSets(clock);
    const exchanges = openExchanges(workshop.home, workbench, runs, clock, choose, (row) => {
        push({ push: 'exchange', row });
        if (row.run !== null) poll();
    });
    const handlers: Handlers = {
        'app.about': () => ({
            version,
            node: process.version,
            dataFolder: workshop.home,
            processor: cpus()[0]?.model.trim() ?? 'unknown',
            cores: availableParallelism(),
            memoryBytes: totalmem(),
        }),
        ...settingsHandlers(workshop, (settings) => push({ push: 'settings', settings })),
        ...runHandlers(runs, list, work, { home: workshop.home, clock, changed: poll }),
        ...metricHandlers(runs),
        ...storyHandlers(runs, clock),
        ...comparingHandlers(runs),
        ...configurationHandlers(workshop, clock),
        ...studentHandlers(workshop.home, runs, list),
        ...work.handlers,
        ...previewing.handlers,
        ...models.handlers,
        ...sets.handlers,
        ...exchanges.handlers,
    };

    return {
        connect(send) {
            pages.add(send);
            pollWhileWatched();
            const leaving = new AbortController();
            return {
                receive: async (message) => {
                    const answer = await answerTo(message, { gone: leaving.signal }, handlers, trouble);
                    if (pages.has(send)) guarded(trouble, 'answering a page', () => send(answer))();
                },
                close() {
                    pages.delete(send);
                    pollWhileWatched();
                    leaving.abort();
                },
            };
        },
        trouble,
        exportedFile: (name, path) => exportedFile(workshop.home, name, path),
        async close(patienceMs = 10_000) {
            await Promise.all([work.close(patienceMs), previewing.close(), models.close(), exchanges.close()]);
            pages.clear();
            pollWhileWatched();
            if (soon) clearTimeout(soon);
            runs.close();
            sets.close();
            workshop.db.close();
        },
    };
}

async function answerTo(message: unknown, page: AskingPage, handlers: Handlers, trouble: TroubleLog): Promise<Answer> {
    const request = requestSchema.safeParse(message);
    const id = request.success ? request.data.id : 0; // what names no request is answered all the same, for whoever reads along
    try {
        if (!request.success)
            throw badInput('The page sent something that is not a request; nothing was changed. Reload the page.');
        const { version: spoken, method, params } = request.data;
        if (spoken !== appContractVersion)
            throw badInput(
                `The page speaks version ${spoken} and the app ${appContractVersion}; nothing was changed. Reload the page.`,
            );
        if (!isMethod(method))
            throw badInput(
                `The page asked for "${method}", which this app cannot do; nothing was changed. Reload the page.`,
            );
        return { id, result: await handle(method, params, page, handlers) };
    } catch (error) {
        const fault = faultOf(error);
        if (fault.kind === 'unexpected')
            trouble.note(error, `answering ${request.success ? request.data.method : 'a page'}`);
        return { id, fault, sentence: describeFault(fault, 'window') };
    }
}

function isMethod(method: string): method is Method {
    return Object.hasOwn(methods, method);
}

function handle(method: Method, params: unknown, page: AskingPage, handlers: Handlers): unknown {
    const checked = methods[method].safeParse(params ?? {});
    if (!checked.success) {
        const [issue] = checked.error.issues;
        const place = issue?.path.join('.') ?? '';
        throw badInput(
            `The page asked "${method}" with something that does not fit (${place ? `${place}: ` : ''}${issue?.message}); nothing was changed.`,
        );
    }
    return (handlers[method] as (params: unknown, page: AskingPage) => unknown)(checked.data, page); // each schema belongs to its handler, by the type of Handlers
}
