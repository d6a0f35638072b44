/** Lists what can be exported of a run, set or student: its parts with formats and sizes, and its checkpoints. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Checked } from '../../../../shared/contracts/app.ts';
import type { ExportOffer } from '../../../../shared/views/computer.ts';
import { thingsOf, type ExportThing } from '../../../../shared/contracts/exchange.ts';
import { badInput } from '../../../../shared/faults.ts';
import { chooseStories } from '../../../store/tables/chosen-stories.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { guardReadings } from '../../../store/run/guard.ts';
import { holdOutRaters } from '../../../store/run/hold-out.ts';
import { readSummary } from '../../../store/run/run.ts';
import { findSet, withSet } from '../../../store/home/set-files.ts';
import { readSetHead, setStories } from '../../../store/sets/rating-set.ts';
import { readColumn, type RunDatabase } from '../../../store/connection/statements.ts';
import { episodeTable } from '../../../store/tables/tables.ts';
import { isCheckpoint, shippedStudent, shippedStudentFolder } from '../../sources/checkpoint-source.ts';
import type { OpenRuns } from '../runs/open-runs.ts';
import { checkpointsOf } from '../runs/runs.ts';

export type OfferAsked = Checked<'export.offer'>['of'];
type Offer = Omit<ExportOffer, 'folder'>;
type Thing = ExportOffer['things'][number];

/** What can be exported of this run, set or student. @throws bad input where there is no such student any more */
export function offerOf(home: string, runs: OpenRuns, of: OfferAsked): Offer {
    switch (of.subject) {
        case 'run':
            return runs.read(of.run, (db, folder) => {
                const { kind, name, episodes, lastUpdate, lastStep } = readSummary(db, 0);
                const checkpoints = checkpointsOf(db, folder)
                    .filter(({ exists, source }) => exists && isCheckpoint(source))
                    .toReversed();
                const isPretraining = kind === 'pretrain';
                const sizes: Partial<Record<ExportThing, Thing['size']>> = {
                    database: bytes(databaseBytes(db)),
                    episodes: { count: episodes, unit: 'story' },
                    metrics: isPretraining
                        ? { count: lastStep?.step ?? 0, unit: 'step' }
                        : { count: lastUpdate?.number ?? 0, unit: 'update' },
                    ...(checkpoints[0] ? { student: bytes(bytesIn(checkpoints[0].source)) } : {}),
                };
                const hasGuard = guardReadings(db).length > 0;
                const hasTrial = holdOutRaters(db) !== null;
                const isThere = (what: ExportThing): boolean =>
                    what === 'grammar'
                        ? hasGuard
                        : what === 'trial'
                          ? hasTrial
                          : what === 'student'
                            ? checkpoints.length > 0
                            : !isPretraining || (what !== 'episodes' && what !== 'ratings');
                return {
                    name,
                    things: thingsWith('run', sizes)
                        .filter(({ what }) => isThere(what))
                        .map((thing) =>
                            isPretraining
                                ? { ...thing, formats: thing.formats.filter((format) => format !== 'authors') }
                                : thing,
                        ),
                    checkpoints: checkpoints.map(({ path, words, score }) => ({ name: basename(path), words, score })),
                };
            });
        case 'stories': {
            const { folder, name } = runs.read(of.run, (db, place) => ({
                folder: place,
                name: readSummary(db, 0).name,
            }));
            const count = onItsOwn(folder.database, (db) => episodeTable(db, chooseStories(db, of.stories)).count);
            return {
                name: `${name} stories`,
                things: thingsWith('stories', { episodes: { count, unit: 'story' } }),
                checkpoints: [],
            };
        }
        case 'set':
            return withSet(findSet(home, of.set), { readonly: true }, (db) => ({
                name: readSetHead(db).name,
                things: thingsWith('set', { episodes: { count: setStories(db).length, unit: 'story' } }),
                checkpoints: [],
            }));
        case 'student': {
            const folder = of.source === shippedStudent ? shippedStudentFolder() : of.source;
            if (folder === null || !isCheckpoint(folder))
                throw badInput(`There is no student at ${of.source} any more; nothing was written.`);
            return {
                name: basename(folder),
                things: thingsWith('student', { student: bytes(bytesIn(folder)) }),
                checkpoints: [],
            };
        }
        default:
            return of satisfies never;
    }
}

function thingsWith(
    subject: Parameters<typeof thingsOf>[0],
    sizes: Partial<Record<ExportThing, Thing['size']>>,
): readonly Thing[] {
    return [...thingsOf(subject)].map(([what, formats]) => ({ what, formats, size: sizes[what] ?? null }));
}

/** Works on a connection of its own, because the choice of stories is a temporary table that no other work may see. */
function onItsOwn<T>(database: string, work: (db: RunDatabase) => T): T {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return work(db);
    } finally {
        db.close();
    }
}

const bytes = (count: number): Thing['size'] => ({ count, unit: 'byte' });

/** The size of the whole database; its newest pages may still lie in the log beside the file. */
function databaseBytes(db: RunDatabase): number {
    const [pages = 0] = readColumn<number>(db, 'SELECT page_count FROM pragma_page_count');
    const [size = 0] = readColumn<number>(db, 'SELECT page_size FROM pragma_page_size');
    return pages * size;
}

function bytesIn(folder: string): number {
    return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0);
}
