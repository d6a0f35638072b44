/** Ratings: who rated, by which rubric, what each criterion got. Unreadable ones are kept and never get a number. */
import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { badInput } from '../../../../shared/faults.ts';
import { nameOf } from '../../connection/frozen.ts';
import { raterSchema, ratingSchema, type RaterRecord, type RatingRecord } from '../../../../shared/run/record.ts';
import type { StoryRating } from '../../../../shared/views/stories.ts';
import { rubricSchema, totalScore, type Criterion, type Rubric } from '../../../../shared/ratings/rubric.ts';
import { underLease, type Lease } from '../../connection/lease.ts';
import { readAll, readOne, transaction, write } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

/**
 * Makes a rater known, with the rubric it reads. Its name may change later; its rubric may not, because its ratings
 * would change their meaning: another rubric makes another rater.
 */
export function registerRater(lease: Lease, rater: RaterRecord, rubric: Rubric): void {
    const { id, kind, name, details = {} } = raterSchema.parse(rater);
    const { id: rubricId, text, criteria } = rubricSchema.parse(rubric);
    const hash = createHash('sha256')
        .update(JSON.stringify([text, criteria]))
        .digest('hex');
    underLease(lease, () => {
        const { db } = lease;
        const known = readOne<{ rubric: string }>(db, 'SELECT rubric FROM rater WHERE id = @id', { id });
        if (known && known.rubric !== hash)
            throw badInput(
                `The rater "${id}" has rated by another rubric; its ratings are unchanged. Give the rater with this rubric another id.`,
            );
        write(
            db,
            'INSERT OR IGNORE INTO rubric (hash, id, text, criteria) VALUES (@hash, @rubricId, @text, @criteria)',
            { hash, rubricId, text, criteria: JSON.stringify(criteria) },
        );
        write(
            db,
            `INSERT INTO rater (id, kind, name, rubric, details) VALUES (@id, @kind, @name, @hash, @details)
             ON CONFLICT (id) DO UPDATE SET name = @name, details = @details`,
            { id, kind, name, hash, details: JSON.stringify(details) },
        );
    });
}

/**
 * Inserts ratings; `rowOf` finds the rated story's row by the number the rating names.
 * @throws bad input where a rating names a story that did not come with it
 */
export function insertRatings(
    db: RunDatabase,
    subject: 'episode' | 'sample',
    rowOf: ReadonlyMap<number, number>,
    given: readonly RatingRecord[],
): void {
    const criteriaOf = new Map<string, readonly Criterion[]>();
    for (const each of given) {
        const rating = ratingSchema.parse(each);
        const story = rowOf.get(rating.story);
        if (story === undefined)
            throw badInput(
                `A rating names ${subject} ${rating.story}, which did not come with it; nothing was recorded.`,
            );
        let criteria = criteriaOf.get(rating.rater);
        if (!criteria) criteriaOf.set(rating.rater, (criteria = criteriaOfRater(db, rating.rater)));
        const { id } = write(
            db,
            `INSERT INTO rating (
                 episode, sample, rater, at, reading, total, reply, off_format_mass, entropy, disagreement, blind, dwell_ms
             ) VALUES (
                 @episode, @sample, @rater, @at, @reading, @total, @reply, @offFormatMass, @entropy, @disagreement, @blind,
                 @dwellMs
             )`,
            {
                episode: subject === 'episode' ? story : null,
                sample: subject === 'sample' ? story : null,
                rater: rating.rater,
                at: rating.at,
                reading: rating.reading,
                total: rating.kind === 'scored' ? checkedTotal(criteria, rating) : null,
                reply: rating.reply ?? null,
                offFormatMass: rating.offFormatMass ?? null,
                entropy: (rating.kind === 'scored' ? rating.entropy : undefined) ?? null,
                disagreement: (rating.kind === 'scored' ? rating.disagreement : undefined) ?? null,
                blind: rating.blind === undefined ? null : Number(rating.blind),
                dwellMs: rating.dwellMs ?? null,
            },
        );
        if (rating.kind === 'scored') insertScores(db, id, rating);
    }
}

/**
 * Records a person's scores of an episode, given with the teacher's in view and therefore marked as not blind. It needs
 * no lease, because it touches nothing that a run at work writes.
 */
export function recordOpenRating(
    db: RunDatabase,
    rater: string,
    {
        episode,
        scores,
        at,
    }: { readonly episode: number; readonly scores: Readonly<Record<string, number>>; readonly at: number },
): void {
    transaction(db, () => {
        const known = readOne<{ id: string }>(db, "SELECT id FROM rater WHERE kind = 'person' AND name = @rater", {
            rater,
        });
        const id = known?.id ?? `person-${ulid(at)}`; // never the name: the id stays in exports
        if (!known) {
            const rubric = readOne<{ rubric: string }>(db, 'SELECT rubric FROM run_teacher')?.rubric;
            if (rubric === undefined)
                throw badInput('This run names no teacher whose rubric one could rate by; nothing was recorded.');
            write(
                db,
                "INSERT INTO rater (id, kind, name, rubric, details) VALUES (@id, 'person', @rater, @rubric, '{}')",
                { id, rater, rubric },
            );
        }
        const rating = {
            kind: 'scored',
            story: episode,
            rater: id,
            at,
            reading: 'person',
            scores: { ...scores },
            blind: false,
        } as const;
        insertRatings(db, 'episode', new Map([[episode, episode]]), [rating]);
    });
}

/** The criteria by which the run's teacher rates. @throws bad input where the run names no teacher */
export function teacherCriteria(db: RunDatabase): readonly Criterion[] {
    const criteria = knownCriteria(db);
    if (criteria.length > 0) return criteria;
    throw badInput(`${nameOf(db)} names no teacher, so there is nothing to compare; the run is as it was.`);
}

/** The same, empty while no teacher is known. */
export function knownCriteria(db: RunDatabase): readonly Criterion[] {
    const sql = 'SELECT criteria FROM run_teacher JOIN rubric ON rubric.hash = run_teacher.rubric';
    const row = readOne<{ criteria: unknown }>(db, sql, {}, { criteria: 'json' });
    return row ? rubricSchema.shape.criteria.parse(row.criteria) : [];
}

/** The run's teacher; null while none is known. */
export function runTeacher(db: RunDatabase): { readonly id: string; readonly name: string } | null {
    const sql = 'SELECT rater.id, rater.name FROM run_teacher JOIN rater ON rater.id = run_teacher.rater';
    return readOne(db, sql) ?? null;
}

/**
 * The ids of those who rewarded the run: its teacher, and of an ensemble its members, who rated the first story at the
 * same moment. Whoever judges an evaluation or rates again came later.
 */
export function rewardingRaters(db: RunDatabase): readonly string[] {
    const sql = `SELECT DISTINCT rating.rater FROM rating
                 JOIN rated_episode AS story ON story.id = rating.episode
                 JOIN rating AS first ON first.id = story.rating
                 WHERE story.id = (SELECT MIN(id) FROM episode) AND rating.at = first.at`;
    return readAll<{ rater: string }>(db, sql).map(({ rater }) => rater);
}

/** All ratings of one story, in the order they were given. */
export function ratingsOf(db: RunDatabase, subject: 'episode' | 'sample', row: number): readonly StoryRating[] {
    return readAll<StoryRating>(
        db,
        `SELECT rating.id, rater, rater.name, rater.kind = 'person' AS isPerson, at, reading, total, reply,
                off_format_mass AS offFormatMass, entropy, disagreement, blind,
                json_group_object(criterion, value) FILTER (WHERE criterion IS NOT NULL) AS scores,
                json_group_object(criterion, json(probabilities)) FILTER (WHERE probabilities IS NOT NULL)
                    AS probabilities
         FROM rating JOIN rater ON rater.id = rating.rater LEFT JOIN score ON score.rating = rating.id
         WHERE ${subject} = @row GROUP BY rating.id ORDER BY rating.id`,
        { row },
        { isPerson: 'flag', blind: 'flag', scores: 'json', probabilities: 'json' },
    );
}

type ScoredRating = Extract<RatingRecord, { kind: 'scored' }>;

function insertScores(db: RunDatabase, rating: number, { scores, probabilities }: ScoredRating): void {
    for (const [criterion, value] of Object.entries(scores)) {
        const chances = probabilities?.[criterion];
        write(
            db,
            `INSERT INTO score (rating, criterion, value, probabilities)
             VALUES (@rating, @criterion, @value, @probabilities)`,
            { rating, criterion, value, probabilities: chances ? JSON.stringify(chances) : null },
        );
    }
}

function criteriaOfRater(db: RunDatabase, rater: string): readonly Criterion[] {
    const sql = 'SELECT criteria FROM rater JOIN rubric ON rubric.hash = rater.rubric WHERE rater.id = @rater';
    const row = readOne<{ criteria: readonly Criterion[] }>(db, sql, { rater }, { criteria: 'json' });
    if (!row)
        throw badInput(
            `The rater "${rater}" is not known to this run; nothing was recorded. Register it with its rubric first.`,
        );
    return row.criteria;
}

/** One score per criterion, none missing, none foreign, none out of range. */
function checkedTotal(criteria: readonly Criterion[], { rater, story, scores }: ScoredRating): number {
    for (const { id, min, max } of criteria) {
        const score = scores[id];
        if (score === undefined || score < min || score > max)
            throw badInput(
                `"${rater}" gave story ${story} ${score ?? 'no score'} for "${id}", which goes from ${min} to ${max}; nothing was recorded.`,
            );
    }
    if (Object.keys(scores).length !== criteria.length)
        throw badInput(
            `"${rater}" scored story ${story} by criteria that its rubric does not have; nothing was recorded.`,
        );
    return totalScore(criteria, scores);
}
