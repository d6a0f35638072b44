/** Answers a page about exports and imports: starts, follows and cancels them, and lists those of this session. */
import { basename, dirname, join } from 'node:path';
import { ulid } from 'ulid';
import type { Checked } from '../../../../shared/contracts/app.ts';
import type { ExchangeRow } from '../../../../shared/views/computer.ts';
import { badInput, describeFault } from '../../../../shared/faults.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import { runFolderAt, runsFolder } from '../../../store/home/run-folder.ts';
import { exportsFolder } from '../../exchange/exported-files.ts';
import type { ExchangeEnd, ExchangeHandle } from '../../sessions/exchange-session.ts';
import { freeExportFolder } from '../../exchange/exporting.ts';
import type { Workbench } from '../../workbench.ts';
import { offerOf, type OfferAsked } from './export-offer.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from '../runs/open-runs.ts';

/** Lets a person choose a file or folder in the system's dialog; null where they cancel it. */
export type ChoosePath = (purpose: Checked<'path.choose'>['purpose']) => Promise<string | null>;

export interface Exchanges {
    readonly handlers: Pick<
        Handlers,
        'export.offer' | 'export.start' | 'import.start' | 'exchanges.list' | 'exchange.cancel' | 'path.choose'
    >;
    /** The path of a new folder for an export: within one that a person chose here, or in the data folder. */
    placeOf(folder: string | null, name: string): string;
    /** Cancels what is under way; nothing unfinished is left behind. */
    close(): Promise<void>;
}

const keptRows = 20;
const mostUnderWay = 4; // processes at once

/** @param choose null where there is no dialog of the system, as under `serve` */
export function openExchanges(
    home: string,
    workbench: Workbench,
    runs: OpenRuns,
    clock: Clock,
    choose: ChoosePath | null,
    changed: (row: ExchangeRow) => void,
): Exchanges {
    const rows = new Map<string, ExchangeRow>(); // in the order in which they began
    const underWay = new Map<string, ExchangeHandle>();
    const chosen = new Set<string>(); // a page may write only into folders that a person chose

    function tell(row: ExchangeRow): void {
        rows.set(row.id, row);
        for (const { id } of [...rows.values()].slice(0, -keptRows)) if (!underWay.has(id)) rows.delete(id);
        changed(row);
    }
    function refuseMore(): void {
        if (underWay.size >= mostUnderWay)
            throw badInput(
                `${mostUnderWay} exports and imports are already under way; nothing was started. Wait for one to finish, or cancel one.`,
            );
    }
    function follow(handle: ExchangeHandle, first: ExchangeRow): ExchangeRow {
        const { id } = first;
        underWay.set(id, handle);
        tell(first);
        handle.onProgress(({ done, doing }) => tell({ ...rows.get(id)!, done, doing }));
        void handle.ended.then((end) => {
            underWay.delete(id);
            tell({ ...rows.get(id)!, ...outcomeOf(end) });
        });
        return first;
    }
    function begun(kind: ExchangeRow['kind'], name: string, folder: string): ExchangeRow {
        const now = clock();
        return {
            id: ulid(now),
            kind,
            name,
            startedAt: now,
            state: 'running',
            done: 0,
            doing: '',
            folder,
            files: [],
            fetched: null,
            sentence: null,
            run: null,
        };
    }
    function outcomeOf(end: ExchangeEnd): Partial<ExchangeRow> {
        switch (end.type) {
            case 'exported': {
                const isOurs = dirname(end.to) === exportsFolder(home);
                return { state: 'done', done: 1, files: end.files, fetched: isOurs ? basename(end.to) : null };
            }
            case 'imported': {
                const { kind, folder, name, notes } = end.imported;
                const sentence = `${kind === 'run' ? 'The run' : 'The student'} ${name} is here: ${notes.join('; ')}.`;
                return { state: 'done', done: 1, folder, sentence, run: kind === 'run' ? basename(folder) : null };
            }
            case 'cancelled':
                return { state: 'cancelled', sentence: 'Cancelled; nothing was left behind.' };
            case 'fault':
                return { state: 'failed', sentence: describeFault(end.fault, 'window') };
            default:
                return end satisfies never;
        }
    }
    function placeOf(folder: string | null, name: string): string {
        if (folder !== null && !chosen.has(folder))
            throw badInput(`${folder} was not chosen here; nothing was written. Choose the folder again.`);
        return freeExportFolder(folder ?? exportsFolder(home), name, clock());
    }

    return {
        handlers: {
            'export.offer': ({ of }) => {
                const offer = offerOf(home, runs, of);
                return { ...offer, folder: placeOf(null, offer.name) };
            },
            'export.start': async ({ of, parts, checkpoint, ggufType, folder }) => {
                refuseMore();
                const { name } = offerOf(home, runs, of);
                const to = placeOf(folder, name);
                const request = { what: null, as: null, parts, checkpoint, ggufType, to };
                return follow(
                    await workbench.export({ ...request, from: fromOf(home, of), stories: storiesOf(of) }),
                    begun('export', name, to),
                );
            },
            'import.start': ({ path, name }) => {
                refuseMore();
                const source = path.trim();
                const handle = workbench.import({ source, name });
                return follow(handle, begun('import', basename(source) || source, source));
            },
            'exchanges.list': () => [...rows.values()],
            'exchange.cancel': ({ exchange }) => {
                underWay.get(exchange)?.cancel();
                return null;
            },
            'path.choose': async ({ purpose }) => {
                const path = choose === null ? null : await choose(purpose);
                if (path !== null && purpose === 'export') chosen.add(path);
                return path;
            },
        },
        placeOf,
        async close() {
            const handles = [...underWay.values()];
            for (const handle of handles) handle.cancel();
            await Promise.all(handles.map(({ ended }) => ended));
        },
    };
}

/** The thing to export, named as at the command line. */
function fromOf(home: string, of: OfferAsked): string {
    switch (of.subject) {
        case 'run':
        case 'stories':
            return runFolderAt(join(runsFolder(home), of.run)).folder;
        case 'set':
            return of.set;
        case 'student':
            return of.source;
        default:
            return of satisfies never;
    }
}

function storiesOf(of: OfferAsked): Extract<OfferAsked, { subject: 'stories' }>['stories'] | null {
    return of.subject === 'stories' ? of.stories : null;
}
