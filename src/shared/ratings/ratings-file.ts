/** What a report’s rating form saves and the app imports: a person’s answers, and which stories they are of. */
import { z } from 'zod';

export const ratingsFileType = 'storyloop-ratings';
export const ratingsFileVersion = 1;

const ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/u);
const mostAnswers = 20_000;
const latest = Date.UTC(2200, 0, 1);

const answer = z.strictObject({
    position: z.int().positive(),
    /** Counts this person's answers to the item from 1; the last one counts. */
    number: z.int().positive(),
    kind: z.enum(['scored', 'skipped']),
    scores: z.record(z.string().max(200), z.number()),
    at: z.int().nonnegative().max(latest),
    dwellMs: z.int().nonnegative(),
});

export const ratingsFileSchema = z.object({
    type: z.literal(ratingsFileType),
    version: z.literal(ratingsFileVersion),
    run: ulid,
    runName: z.string().max(1000),
    set: ulid,
    seed: z.int().nonnegative(),
    /** Stories in the form. */
    wanted: z.int().positive().max(10_000),
    /** Of rubric, stories and order. */
    digest: z.string().regex(/^[0-9a-f]{64}$/u),
    rater: z.strictObject({ id: ulid, name: z.string().max(1000) }),
    ratings: z.array(answer).min(1).max(mostAnswers),
});
export type RatingsFile = z.infer<typeof ratingsFileSchema>;
