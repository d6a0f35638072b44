/** What a run recorded, without when: two runs that did the same are equal to the last bit. */
import { join } from 'node:path';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readAll, type RunDatabase } from '../../src/main/store/connection/statements.ts';
import { weightsDigest } from './command-line.ts';

type Row = Readonly<Record<string, unknown>>;

const timed = new Set([
    'id',
    'attempt',
    'at',
    'secondsWriting',
    'secondsRating',
    'seconds_writing',
    'seconds_rating',
    'seconds_scoring',
    'seconds_learning',
]);

function rows(db: RunDatabase, sql: string): Row[] {
    return readAll<Row>(db, sql).map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => !timed.has(name))),
    );
}

const ratingsOf = (subject: 'episode' | 'sample'): string => `
    (SELECT json_group_array(json_array(rating.rater, rating.total, rating.reply, score.criterion, score.value))
     FROM rating LEFT JOIN score ON score.rating = rating.id WHERE rating.${subject} = ${subject}.id) AS ratings`;

export interface RecordedRun {
    /** Null where only the record was asked for. */
    readonly weights: string | null;
    readonly updates: readonly Row[];
    readonly episodes: readonly Row[];
    readonly evaluations: readonly Row[];
    readonly samples: readonly Row[];
    readonly steps: readonly Row[];
    readonly checkpoints: readonly Row[];
}

/** Every row, superseded ones too: whatever was recorded twice would show. */
export function recordedRun(folder: string, checkpoint: string | null = 'final'): RecordedRun {
    const db = openRunDatabase(join(folder, 'run.sqlite'), { readonly: true, untrusted: true });
    try {
        return {
            weights: checkpoint === null ? null : weightsDigest(folder, checkpoint),
            updates: rows(db, 'SELECT * FROM update_metrics ORDER BY number'),
            episodes: rows(
                db,
                `SELECT episode.number, prompt.text, story, hex(tokens) AS tokens, words, finished, reward, stages, kl, ${ratingsOf('episode')}
                 FROM episode JOIN prompt ON prompt.id = episode.prompt ORDER BY episode.number`,
            ),
            evaluations: rows(db, 'SELECT * FROM evaluation ORDER BY phase, update_number'),
            samples: rows(
                db,
                `SELECT evaluation.phase, seed, story, hex(tokens) AS tokens, finished, ${ratingsOf('sample')}
                 FROM sample JOIN evaluation ON evaluation.id = sample.evaluation ORDER BY evaluation.phase, seed`,
            ),
            steps: rows(db, 'SELECT * FROM pretrain_step ORDER BY step'),
            checkpoints: rows(db, 'SELECT * FROM checkpoint ORDER BY path'),
        };
    } finally {
        db.close();
    }
}

/** Why each attempt at the run ended. */
export function attemptReasons(folder: string): (string | null)[] {
    const rows = readFrom<{ reason: string | null }>(folder, 'SELECT reason FROM attempt ORDER BY number');
    return rows.map(({ reason }) => reason);
}

/** What the log says, of one kind. */
export function eventsOf(folder: string, kind: string): string[] {
    const rows = readFrom<{ kind: string; message: string }>(folder, 'SELECT kind, message FROM event ORDER BY id');
    return rows.filter((event) => event.kind === kind).map(({ message }) => message);
}

function readFrom<Found>(folder: string, sql: string): readonly Found[] {
    const db = openRunDatabase(join(folder, 'run.sqlite'), { readonly: true });
    try {
        return readAll<Found>(db, sql);
    } finally {
        db.close();
    }
}
