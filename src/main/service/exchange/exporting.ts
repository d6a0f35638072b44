/**
 * Prepares exports and imports before a process is started for them: which run, rating set or checkpoint is meant,
 * which parts of it are wanted in which formats, where they go, and which runs are here already.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ulid } from 'ulid';
import {
    exportParts,
    thingsOf,
    type ExportJob,
    type ExportPart,
    type ExportSubject,
    type GgufType,
    type ImportJob,
} from '../../../shared/contracts/exchange.ts';
import { badInput, FaultError, isAbout } from '../../../shared/faults.ts';
import { givenName, isSameName } from '../../../shared/text/names.ts';
import type { StoryChoice } from '../../../shared/run/story-filter.ts';
import { readRunDatabase } from '../../store/connection/open.ts';
import { guardReadings } from '../../store/run/guard.ts';
import { holdOutRaters } from '../../store/run/hold-out.ts';
import { readSummary } from '../../store/run/run.ts';
import { draftFolder, folderName } from '../../store/home/run-folder.ts';
import { findSet } from '../../store/home/set-files.ts';
import { findRun, listRuns, type Workshop } from '../../store/home/workshop.ts';
import { agreementTexts } from '../sets/agreement-texts.ts';
import { findCheckpoint, importedStudents, isCheckpoint, shippedStudent } from '../sources/checkpoint-source.ts';
import { givenPath } from '../../store/home/given-path.ts';
import type { OpenHome } from '../sources/home.ts';
import { openRatingSets } from '../sets/rating-sets.ts';
import { runCard } from '../reports/run/card.ts';
import { version } from '../sources/version.ts';

export interface ExportRequest {
    /**
     * A run by name, id or folder; a rating set by name, id or file; for a student a checkpoint's folder or `shipped`.
     */
    readonly from: string;
    /** Names separated by commas, `all`, or null for what the formats suggest. */
    readonly what: string | null;
    readonly as: string | null;
    /** Instead of `what` and `as`: the parts, one by one. */
    readonly parts?: readonly ExportPart[];
    /** Null: all stories of the run. */
    readonly stories: StoryChoice | null;
    /** Checkpoint inside the run, such as `chck_100K`; null: the latest. */
    readonly checkpoint: string | null;
    readonly ggufType: GgufType;
    readonly to: string;
}

/** The run, set or student that is exported, with the files that the job reads. */
export type Exported =
    | { readonly subject: 'run' | 'stories'; readonly folder: string; readonly database: string }
    | { readonly subject: 'set'; readonly file: string }
    | { readonly subject: 'student'; readonly folder: string };

/** What a person means by a name, an id or a path. @throws bad input where there is no such thing */
export function findExported(
    workshop: Workshop,
    { from, stories }: Pick<ExportRequest, 'from' | 'stories'>,
    now: number,
): Exported {
    if (from === shippedStudent || isCheckpoint(givenPath(from)))
        return { subject: 'student', folder: findCheckpoint(workshop, from, now) };
    try {
        const { folder, database } = findRun(workshop, from, now);
        return { subject: stories === null ? 'run' : 'stories', folder, database };
    } catch (error) {
        if (!isAbout(error, 'no-such-run')) throw error;
        const set = stories === null ? setCalled(workshop.home, from) : null;
        if (set !== null) return { subject: 'set', file: set };
        const student = importedStudents(workshop.home).find(({ name }) => isSameName(name, from));
        if (student) return { subject: 'student', folder: student.folder };
        throw error;
    }
}

function setCalled(home: string, name: string): string | null {
    try {
        return findSet(home, name);
    } catch (error) {
        if (isAbout(error, 'no-such-set')) return null;
        throw error;
    }
}

/** The job for the process that exports. @throws bad input, before anything is written, where it cannot be done */
export async function prepareExport(workshop: Workshop, request: ExportRequest, now: number): Promise<ExportJob> {
    const to = givenPath(request.to);
    const staging = `${to}.${ulid(now)}.partial`;
    const nothing = { database: null, set: null, checkpoint: null, stories: null, texts: {}, tables: {} };
    const common = { kind: 'export', ggufType: request.ggufType, storyloop: version, at: now, to, staging } as const;
    const exported = findExported(workshop, request, now);
    const wanted = partsOf(exported.subject, request);
    switch (exported.subject) {
        case 'student':
            return { ...common, ...nothing, parts: wanted, checkpoint: exported.folder };
        case 'set':
            return {
                ...common,
                ...nothing,
                ...(await ofSet({ ...workshop, clock: () => now }, exported.file, wanted, request)),
            };
        case 'stories':
            return { ...common, ...nothing, parts: wanted, database: exported.database, stories: request.stories };
        case 'run': {
            const { folder, database } = exported;
            const checkpoint = wanted.some(({ what }) => what === 'student')
                ? findStudent(workshop, folder, request, now)
                : null;
            const parts = wanted.filter(presentIn(database, checkpoint, now));
            const isNamed = request.parts !== undefined || (request.what !== null && request.what !== 'all');
            const missing = wanted.find((part) => !parts.includes(part));
            if (missing?.what === 'grammar' && isNamed)
                throw badInput(
                    `The grammar of the run "${request.from}" was not watched; nothing was written. Export its metrics, student, card or database.`,
                );
            if (missing?.what === 'trial' && isNamed)
                throw badInput(
                    `No second judge read while the run "${request.from}" learned; nothing was written. Export its ratings, metrics, card or database.`,
                );
            if (missing && (isNamed || parts.length === 0))
                throw badInput(
                    `The run "${request.from}" has no ${missing.what}${missing.as === 'authors' ? ' as the authors log them' : ''}: it is one of pretraining; nothing was written. Export its metrics, student, card or database.`,
                );
            const texts = parts.some(({ what }) => what === 'card') ? await runCard(database, now) : {};
            return { ...common, ...nothing, parts, database, checkpoint, texts };
        }
        default:
            return exported satisfies never;
    }
}

function partsOf(subject: ExportSubject, { from, what, as, parts }: ExportRequest): readonly ExportPart[] {
    if (parts) {
        const known = thingsOf(subject);
        const unfit = parts.find((part) => !known.get(part.what)?.includes(part.as));
        if (unfit) throw badInput(`A ${subject} has no ${unfit.what} as ${unfit.as}; nothing was written.`);
        return parts;
    }
    try {
        return exportParts(subject, what, as);
    } catch (error) {
        if (subject !== 'student' || what === null || what.split(',').every((name) => name.trim() === 'student'))
            throw error;
        throw badInput(
            `"${from}" is a checkpoint, not a run; nothing was written. Export it as a student, or name a run.`,
            'Type: --what student',
        );
    }
}

/** The tables and texts of a set that are wanted. With `all`, an agreement that cannot be measured is left out. */
async function ofSet(
    home: OpenHome,
    set: string,
    wanted: readonly ExportPart[],
    { what }: ExportRequest,
): Promise<Pick<ExportJob, 'parts' | 'set' | 'tables' | 'texts'>> {
    const sets = openRatingSets(home);
    const has = (thing: ExportPart['what']): boolean => wanted.some((part) => part.what === thing);
    const tables = has('episodes') || has('ratings') ? { ...sets.rows(set) } : {};
    if (!has('agreement')) return { parts: wanted, set, tables, texts: {} };
    try {
        return {
            parts: wanted,
            set,
            tables,
            texts: agreementTexts(await sets.agreement(set, { all: false, anonymise: true })),
        };
    } catch (error) {
        if (what !== 'all' || !(error instanceof FaultError)) throw error;
        return { parts: wanted.filter((part) => part.what !== 'agreement'), set, tables, texts: {} };
    }
}

/** The checkpoint to export; null where everything is wanted and there is none yet. */
function findStudent(
    workshop: Workshop,
    folder: string,
    { what, checkpoint }: ExportRequest,
    now: number,
): string | null {
    if (checkpoint !== null) {
        const inside = join(folder, 'checkpoints', checkpoint);
        if (basename(checkpoint) !== checkpoint || !isCheckpoint(inside))
            throw badInput(
                `The run has no checkpoint "${checkpoint}"; nothing was written. Choose a folder's name from ${join(folder, 'checkpoints')}.`,
            );
        return inside;
    }
    try {
        return findCheckpoint(workshop, folder, now);
    } catch (error) {
        if (what === 'all') return null;
        throw error;
    }
}

/** Tells whether a run has a part at all: pretraining has no episodes, ratings or batches. */
export function presentIn(database: string, checkpoint: string | null, now: number): (part: ExportPart) => boolean {
    const { kind, hasGuard, hasTrial } = readRunDatabase(database, (db) => ({
        kind: readSummary(db, now).kind,
        hasGuard: guardReadings(db).length > 0,
        hasTrial: holdOutRaters(db) !== null,
    }));
    return ({ what, as }) => {
        if (what === 'student') return checkpoint !== null;
        if (what === 'grammar') return hasGuard;
        if (what === 'trial') return hasTrial;
        return kind !== 'pretrain' || (what !== 'episodes' && what !== 'ratings' && as !== 'authors');
    };
}

/** The path of a new folder within the one given, named by date and contents; a number is added where it is taken. */
export function freeExportFolder(within: string, name: string, now: number): string {
    const wanted = join(within, `${new Date(now).toISOString().slice(0, 10)}-${folderName(name)}`);
    for (let number = 1; ; number++) {
        const folder = number === 1 ? wanted : `${wanted}-${number}`;
        if (!existsSync(folder)) return folder;
    }
}

export interface ImportRequest {
    /** A run folder or run.sqlite, a folder of the published logs, a GPT-2 folder, a rating set. */
    readonly source: string;
    /** Its name here; null: the name it had. */
    readonly name: string | null;
}

export function prepareImport(workshop: Workshop, { source, name }: ImportRequest, now: number): ImportJob {
    const knownRuns = listRuns(workshop, now).flatMap((run) =>
        run.kind === 'run' ? [{ id: run.summary.id, database: run.folder.database }] : [],
    );
    const staging = draftFolder(workshop.home, ulid(now));
    const { home } = workshop;
    const called = name === null ? null : givenName(name, 'what is imported');
    return {
        kind: 'import',
        source: givenPath(source),
        home,
        name: called,
        knownRuns,
        storyloop: version,
        at: now,
        staging,
    };
}
