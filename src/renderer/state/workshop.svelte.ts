/** The page's copy of the app's state: runs, settings, downloads. The app pushes what changes. */
import type { Method, Params, Result } from '../../shared/contracts/app.ts';
import type { BenchmarkRow } from '../../shared/views/benchmarks.ts';
import type { DownloadState, ExchangeRow, Settings } from '../../shared/views/computer.ts';
import type { ListedRow, RunRow } from '../../shared/views/runs.ts';
import type { Push } from '../../shared/views/pushes.ts';
import { openApp, sentenceOf } from '../lib/app/asking.ts';
import { openPipe, type PipeState } from '../lib/app/pipe.ts';
import { shortened } from '../lib/text/words.ts';
import { exchanges, takeExchange, takeExchanges } from './exchanges.svelte.ts';
import { takeBenchmark, takeBenchmarkGone, takeBenchmarks } from './benchmarks.svelte.ts';
import { takeQueue } from './runs/queue.svelte.ts';
import { here } from './app/route.svelte.ts';
import { say, sayFault, settle } from './app/toasts.svelte.ts';

let rows = $state.raw<readonly ListedRow[]>([]);
let settings = $state.raw<Settings>({});
/** As they were told, by the model's id; null where one has ended. */
let downloads = $state.raw<Readonly<Record<string, DownloadState | null>>>({});
/** Why the last download of a model failed, by its id; until it is asked for again. */
let failedDownloads = $state.raw<Readonly<Record<string, string>>>({});
let isLoaded = $state(false);
let connection = $state<PipeState | null>(null); // null: nobody has answered yet, nobody was silent yet
/** Grows when the pipe opens again: what was being followed is asked for anew. */
let connections = $state(0);

const byChange = (a: RunRow, b: RunRow): number => b.changedAt - a.changedAt;
/** By what never changes, so that the button under the mouse keeps belonging to the same run. */
const byBegin = (a: RunRow, b: RunRow): number => a.createdAt - b.createdAt || (a.run < b.run ? -1 : 1);
const isRun = (row: ListedRow): row is RunRow => row.kind === 'run';
/** Storyloop answered once and does not now: what is known is what was true then. */
const isLost = $derived(isLoaded && connection !== 'open');
/** Of a run at work nobody can say more than where it stood. */
const asLastSeen = (row: RunRow): RunRow =>
    isLost && row.state === 'running' ? { ...row, isOurs: false, live: null, remaining: null } : row;
const runs = $derived(rows.filter(isRun).map(asLastSeen).sort(byChange));
const running = $derived(runs.filter(({ state }) => state === 'running').sort(byBegin));

const app = openApp(openPipe, {
    push: (push) => take(push),
    state(state) {
        connection = state;
        if (state === 'open') void load();
    },
});

async function load(): Promise<void> {
    try {
        [rows, settings] = await Promise.all([app.ask('runs.list', {}), app.ask('settings.read', {})]);
        takeExchanges(await app.ask('exchanges.list', {}));
        takeQueue(await app.ask('queue.list', {}));
        // not awaited: only the page Evaluate needs it
        app.ask('benchmarks.list', {}).then(takeBenchmarks, (error: unknown) => sayFault(sentenceOf(error)));
        isLoaded = true;
        connections++;
        showTheme();
    } catch (error) {
        sayFault(sentenceOf(error));
    }
}

function take(push: Push): void {
    switch (push.push) {
        case 'run':
            if (isRun(push.row) && push.row.state === 'running') settle(stateOf(push.row.run));
            rows = [...rows.filter(({ run }) => run !== push.row.run), push.row];
            return;
        case 'run-gone':
            rows = rows.filter(({ run }) => run !== push.run);
            return;
        case 'live':
            rows = rows.map((row) => (isRun(row) && row.run === push.run ? { ...row, live: push.live } : row));
            return;
        case 'ended':
            rows = rows.map((row) => (isRun(row) && row.run === push.run ? { ...row, live: null } : row));
            sayHowRunEnded(push);
            return;
        case 'queue':
            takeQueue(push.rows);
            return;
        case 'exchange':
            takeExchange(push.row);
            if (exchanges.open === null) sayHowItEnded(push.row);
            return;
        case 'benchmark':
            sayHowReadingEnded(push.row, takeBenchmark(push.row));
            return;
        case 'benchmark-gone':
            takeBenchmarkGone(push.benchmark);
            return;
        case 'settings':
            settings = push.settings;
            showTheme();
            return;
        case 'preview':
            for (const listen of previewListeners) listen(push);
            return;
        case 'download':
            downloads = { ...downloads, [push.model]: push.state };
            takeProblem(push.model, push.problem);
            return;
        case 'restarted':
            downloads = {};
            void load();
            sayFault(
                'Part of Storyloop stopped and was restarted. Everything recorded is safe; a run that was under way is marked ' +
                    'interrupted and can be continued.',
            );
            return;
        default:
            push satisfies never;
    }
}

/** It stands with the model; elsewhere in the app it is said. */
function takeProblem(model: string, problem: string | null): void {
    const others = Object.entries(failedDownloads).filter(([each]) => each !== model);
    failedDownloads = Object.fromEntries(problem === null ? others : [...others, [model, problem]]);
    if (problem !== null && here.route.room !== 'models') sayFault(problem, { about: `download of ${model}` });
}

/** What is said about how a run goes; the newest of it is all that holds. */
export const stateOf = (run: string): string => `state of ${run}`;

function sayHowRunEnded({ run, name, reason, isFault, sentence, wasBegun }: Extract<Push, { push: 'ended' }>): void {
    const about = stateOf(run);
    if (here.route.room === 'rate' && here.route.run !== null) {
        if (wasBegun) say('A run has stopped. Its name is hidden while you rate blind.', { about });
    } else if (!isFault) say(`${shortened(name)} is ${reason}.`, { about });
    else if (wasBegun) sayFault(`${shortened(name)}: ${sentence}`, { about }); // else whoever asked for it is told why
}

type PreviewPush = Extract<Push, { push: 'preview' }>;
const previewListeners = new Set<(push: PreviewPush) => void>();

/** Subscribes to the progress of previews; the function returned unsubscribes. */
export function onPreviewProgress(listen: (push: PreviewPush) => void): () => void {
    previewListeners.add(listen);
    return () => void previewListeners.delete(listen);
}

/** For whoever is in another room; at a rating desk nothing is told that could colour a score. */
function sayHowReadingEnded({ id, name, state, problem }: BenchmarkRow, before: BenchmarkRow | undefined): void {
    const isBlind = here.route.room === 'rate' && here.route.run !== null;
    if (before?.state !== 'running' || state === 'running' || here.route.room === 'evaluate' || isBlind) return;
    const about = `benchmarks ${id}`;
    if (problem !== null) sayFault(`${shortened(name)}: ${problem}`, { about });
    else if (state === 'finished')
        say(`${shortened(name)} has read its tasks. The results are in Evaluate.`, { about });
}

/** For whoever closed its sheet meanwhile. */
function sayHowItEnded({ kind, state, name, folder, sentence }: ExchangeRow): void {
    if (state === 'failed') sayFault(`${shortened(name)}: ${sentence}`);
    if (state === 'done')
        say(sentence ?? `${shortened(name)} was ${kind === 'export' ? 'exported' : 'imported'}: ${folder}`);
}

function showTheme(): void {
    if (settings.theme) document.documentElement.dataset['theme'] = settings.theme;
    else delete document.documentElement.dataset['theme'];
}

export const workshop = {
    get rows(): readonly ListedRow[] {
        return rows;
    },
    /** Newest sign of work first. */
    get runs(): readonly RunRow[] {
        return runs;
    },
    /** In the order they were begun. */
    get running(): readonly RunRow[] {
        return running;
    },
    get settings(): Settings {
        return settings;
    },
    get downloads(): Readonly<Record<string, DownloadState | null>> {
        return downloads;
    },
    get failedDownloads(): Readonly<Record<string, string>> {
        return failedDownloads;
    },
    get isLoaded(): boolean {
        return isLoaded;
    },
    get connection(): PipeState | null {
        return connection;
    },
    get isLost(): boolean {
        return isLost;
    },
    get connections(): number {
        return connections;
    },
    run(folder: string): RunRow | undefined {
        return runs.find(({ run }) => run === folder);
    },
};

export function ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return app.ask(method, params);
}

/**
 * For acts: a refusal is said at the foot of the window, and gives null.
 * @param about what a refusal is about: it goes when the same succeeds later, or when there is newer news about it
 */
export async function askOrSay<M extends Method>(
    method: M,
    params: Params<M>,
    about: string = method,
): Promise<{ result: Result<M> } | null> {
    try {
        const result = await app.ask(method, params);
        settle(about);
        return { result };
    } catch (error) {
        sayFault(sentenceOf(error), { about });
        return null;
    }
}

export async function changeSettings(change: Params<'settings.change'>): Promise<void> {
    await askOrSay('settings.change', change);
}
