/** The readings in which a judge that never rewards reads beside the teacher. */
import { holdOutReadingSchema, type HoldOutReadingRecord } from '../../../shared/run/record.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { readAll, readOne, write, type RunDatabase } from '../connection/statements.ts';
import { openedAttempt } from './attempts.ts';
import { promptRow } from './stories/prompts.ts';
import type { Recorded } from './updates.ts';

/** A reading with what both said of its stories, in the order of their seeds; null where a rating could not be read. */
export interface StoredHoldOutReading {
    readonly id: number;
    readonly update: number;
    readonly inputWords: number;
    readonly seconds: number;
    readonly teacher: readonly (number | null)[]; // (N) totals
    readonly judge: readonly (number | null)[]; // (N)
    readonly words: readonly number[]; // (N)
    readonly kl: readonly number[]; // (N) nats
}

/** The names of the teacher and the second judge. */
export interface HoldOutRaters {
    readonly teacher: string;
    readonly judge: string;
}

/** Records a reading with its stories. A reading of the same weights at the same update is ignored. */
export function recordHoldOutReading(lease: Lease, reading: HoldOutReadingRecord): Recorded {
    const { update, at, inputWords, digest, teacher, judge, seconds, stories } = holdOutReadingSchema.parse(reading);
    return underLease(lease, () => {
        const { db } = lease;
        const existing = readOne<{ attempt: number; digest: string }>(
            db,
            'SELECT attempt, digest FROM current_holdout_reading WHERE update_number = @update',
            { update },
        );
        if (existing?.digest === digest) return { outcome: 'ignored', attempt: existing.attempt };
        const attempt = openedAttempt(db).number;
        const { id } = write(
            db,
            `INSERT INTO holdout_reading (attempt, update_number, at, input_words, digest, teacher, judge, seconds)
             VALUES (@attempt, @update, @at, @inputWords, @digest, @teacher, @judge, @seconds)`,
            { attempt, update, at, inputWords, digest, teacher, judge, seconds },
        );
        for (const { prompt, finished, teacher: total, judge: judged, ...story } of stories) {
            write(
                db,
                `INSERT INTO holdout_story
                    (reading, seed, prompt, story, words, finished, kl, teacher_total, judge_total)
                 VALUES (@id, @seed, @prompt, @story, @words, @finished, @kl, @total, @judged)`,
                { ...story, id, prompt: promptRow(db, prompt), finished: Number(finished), total, judged },
            );
        }
        return { outcome: 'stored', attempt };
    });
}

/** The readings that count, in the order of updates. */
export function holdOutReadings(db: RunDatabase): readonly StoredHoldOutReading[] {
    const readings = readAll<Pick<StoredHoldOutReading, 'id' | 'update' | 'inputWords' | 'seconds'>>(
        db,
        `SELECT id, update_number AS "update", input_words AS inputWords, seconds
         FROM current_holdout_reading ORDER BY update_number, id`,
    );
    return readings.map((reading) => {
        const stories = readAll<{ teacher: number | null; judge: number | null; words: number; kl: number }>(
            db,
            `SELECT teacher_total AS teacher, judge_total AS judge, words, kl
             FROM holdout_story WHERE reading = @reading ORDER BY seed`,
            { reading: reading.id },
        );
        return {
            ...reading,
            teacher: stories.map(({ teacher }) => teacher),
            judge: stories.map(({ judge }) => judge),
            words: stories.map(({ words }) => words),
            kl: stories.map(({ kl }) => kl),
        };
    });
}

/** Of the newest reading; null where there is none. */
export function holdOutRaters(db: RunDatabase): HoldOutRaters | null {
    return (
        readOne<HoldOutRaters>(
            db,
            `SELECT coalesce(teacher.name, reading.teacher) AS teacher, coalesce(judge.name, reading.judge) AS judge
             FROM current_holdout_reading AS reading
             LEFT JOIN rater AS teacher ON teacher.id = reading.teacher
             LEFT JOIN rater AS judge ON judge.id = reading.judge
             ORDER BY reading.update_number DESC, reading.id DESC LIMIT 1`,
        ) ?? null
    );
}

/** How often the guard and the second judge have read: a reading comes after its update, so lists watch this too. */
export function readingsTaken(db: RunDatabase): number {
    const sql = `SELECT (SELECT count(*) FROM guard_reading) + (SELECT count(*) FROM holdout_reading) AS readings`;
    return readOne<{ readings: number }>(db, sql)!.readings;
}
