/** The guard of a run: what its students said of the same pairs of sentences, reading by reading. */
import { guardReadingSchema, type GuardReadingRecord } from '../../../shared/run/record.ts';
import { underLease, type Lease } from '../connection/lease.ts';
import { readAll, readOne, write, type RunDatabase } from '../connection/statements.ts';
import { openedAttempt } from './attempts.ts';
import type { Recorded } from './updates.ts';

/** A pair as one reading scored it; log-probabilities in nats. */
export interface GuardScore {
    readonly phenomenon: string;
    readonly number: number;
    readonly good: string;
    readonly bad: string;
    readonly logprobs: readonly [number, number];
}

export interface GuardReading {
    readonly id: number;
    readonly update: number;
    readonly at: number;
    readonly inputWords: number;
    readonly battery: string;
    readonly seconds: number;
}

/** Records a reading with its pairs. A reading of the same weights at the same update is ignored. */
export function recordGuardReading(lease: Lease, reading: GuardReadingRecord): Recorded {
    const { update, at, inputWords, battery, digest, seconds, pairs } = guardReadingSchema.parse(reading);
    return underLease(lease, () => {
        const { db } = lease;
        const existing = readOne<{ attempt: number; digest: string }>(
            db,
            `SELECT attempt, digest FROM current_guard_reading
             WHERE update_number = @update AND battery = @battery`,
            { update, battery },
        );
        if (existing?.digest === digest) return { outcome: 'ignored', attempt: existing.attempt };
        const attempt = openedAttempt(db).number;
        const { id } = write(
            db,
            `INSERT INTO guard_reading (attempt, update_number, at, input_words, battery, digest, seconds)
             VALUES (@attempt, @update, @at, @inputWords, @battery, @digest, @seconds)`,
            { attempt, update, at, inputWords, battery, digest, seconds },
        );
        for (const { phenomenon, number, good, bad, logprobs } of pairs) {
            write(
                db,
                `INSERT OR IGNORE INTO guard_pair (battery, phenomenon, number, good, bad)
                 VALUES (@battery, @phenomenon, @number, @good, @bad)`,
                { battery, phenomenon, number, good, bad },
            );
            write(
                db,
                `INSERT INTO guard_score (reading, pair, good, bad)
                 SELECT @id, pair.id, @right, @wrong FROM guard_pair AS pair
                 WHERE battery = @battery AND phenomenon = @phenomenon AND number = @number`,
                { id, battery, phenomenon, number, right: logprobs[0], wrong: logprobs[1] },
            );
        }
        return { outcome: 'stored', attempt };
    });
}

/** The readings that count, in the order of updates. */
export function guardReadings(db: RunDatabase): readonly GuardReading[] {
    return readAll<GuardReading>(
        db,
        `SELECT id, update_number AS "update", at, input_words AS inputWords, battery, seconds
         FROM current_guard_reading ORDER BY update_number, id`,
    );
}

/** Of one reading, phenomenon by phenomenon as they were first read. */
export function guardScores(db: RunDatabase, reading: number): readonly GuardScore[] {
    return readAll<Omit<GuardScore, 'logprobs'> & { right: number; wrong: number }>(
        db,
        `SELECT phenomenon, number, pair.good, pair.bad, score.good AS right, score.bad AS wrong
         FROM guard_score AS score JOIN guard_pair AS pair ON pair.id = score.pair
         WHERE score.reading = @reading ORDER BY pair.id`,
        { reading },
    ).map(({ right, wrong, ...pair }) => ({ ...pair, logprobs: [right, wrong] }));
}
