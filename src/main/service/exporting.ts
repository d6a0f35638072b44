/**
 * Prepares exports and imports: which run or checkpoint is meant, what of it leaves in which formats and where to; what
 * comes in, and which runs are here already.
 */
import { basename, join, resolve } from 'node:path';
import { ulid } from 'ulid';
import { exportParts, type ExportJob, type ExportPart, type GgufType, type ImportJob } from '../../shared/exchange.ts';
import { badInput } from '../../shared/faults.ts';
import { openRunDatabase } from '../store/open.ts';
import { readSummary } from '../store/run.ts';
import { draftFolder } from '../store/run-folder.ts';
import { findRun, listRuns, type Workshop } from '../store/workshop.ts';
import { findCheckpoint, isCheckpoint, shippedStudent } from './checkpoint-source.ts';
import { runCard } from './run-card.ts';
import { version } from './version.ts';

export interface ExportAsked {
    /** A run by name, id or folder; a checkpoint folder or `shipped` for a student alone. */
    readonly from: string;
    /** Names separated by commas, `all`, or null for what the formats suggest. */
    readonly what: string | null;
    readonly as: string | null;
    /** Checkpoint inside the run, such as `chck_100K`; null: the latest. */
    readonly checkpoint: string | null;
    readonly ggufType: GgufType;
    readonly to: string;
}

/** @throws bad input, one sentence, before anything is written */
export function prepareExport(workshop: Workshop, asked: ExportAsked, now: number): ExportJob {
    const to = resolve(asked.to);
    const common = { kind: 'export', ggufType: asked.ggufType, storyloop: version, at: now, to } as const;
    const staging = `${to}.${ulid(now)}.partial`;
    if (asked.from === shippedStudent || isCheckpoint(resolve(asked.from))) {
        const parts = exportParts(asked.what ?? 'student', asked.as);
        if (parts.some(({ what }) => what !== 'student'))
            throw badInput(
                `"${asked.from}" is a checkpoint, not a run; nothing was written. Export it with --what student, or name a run.`,
            );
        const checkpoint = findCheckpoint(workshop, asked.from, now);
        return { ...common, staging, parts, database: null, checkpoint, texts: {} };
    }
    const { folder, database } = findRun(workshop, asked.from, now);
    const wanted = exportParts(asked.what, asked.as);
    const checkpoint = wanted.some(({ what }) => what === 'student') ? findStudent(workshop, folder, asked, now) : null;
    const parts = wanted.filter(presentIn(database, checkpoint, now));
    const isNamed = asked.what !== null && asked.what !== 'all';
    const missing = wanted.find((part) => !parts.includes(part));
    if (missing && (isNamed || parts.length === 0))
        throw badInput(
            `The run "${asked.from}" has no ${missing.what}${missing.as === 'authors' ? ' as the authors log them' : ''}: it is one of pretraining; nothing was written. Export its metrics, student, card or database.`,
        );
    const texts = parts.some(({ what }) => what === 'card') ? runCard(database, now) : {};
    return { ...common, staging, parts, database, checkpoint, texts };
}

/** The checkpoint that leaves; null where everything is wanted and there is none yet. */
function findStudent(
    workshop: Workshop,
    folder: string,
    { what, checkpoint }: ExportAsked,
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

/** What the run has: pretraining has no episodes, no ratings and no batches. */
function presentIn(database: string, checkpoint: string | null, now: number): (part: ExportPart) => boolean {
    const db = openRunDatabase(database, { readonly: true });
    const { kind } = readSummary(db, now);
    db.close();
    return ({ what, as }) => {
        if (what === 'student') return checkpoint !== null;
        return kind !== 'pretrain' || (what !== 'episodes' && what !== 'ratings' && as !== 'authors');
    };
}

export interface ImportAsked {
    /** A run folder or run.sqlite, a folder of the published logs, a GPT-2 folder. */
    readonly source: string;
    /** What to call it; null: as it was called. */
    readonly name: string | null;
}

export function prepareImport(workshop: Workshop, { source, name }: ImportAsked, now: number): ImportJob {
    const knownRuns = listRuns(workshop, now).flatMap((run) => (run.kind === 'run' ? [run.summary.id] : []));
    const staging = draftFolder(workshop.home, ulid(now));
    const { home } = workshop;
    return { kind: 'import', source: resolve(source), home, name, knownRuns, storyloop: version, at: now, staging };
}
