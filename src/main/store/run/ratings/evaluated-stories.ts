/** Stories of clean evaluations that people may rate, and every teacher's ratings of them. */
import { rubricSchema, type CriterionId, type Rubric } from '../../../../shared/ratings/rubric.ts';
import { readAll } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

/** A story of an evaluation that the run's teacher could rate. */
export interface EvaluatedStory {
    /** Its row, which never changes. */
    readonly sample: number;
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    readonly finished: 0 | 1;
    readonly total: number;
}

/** In the order of seeds; those that the teacher could not rate are left out. */
export function evaluatedStories(db: RunDatabase, evaluation: number): readonly EvaluatedStory[] {
    return readAll(
        db,
        `SELECT sample.id AS sample, prompt.text AS prompt, story, words, finished, total
         FROM rated_sample AS sample JOIN prompt ON prompt.id = sample.prompt
         WHERE evaluation = @evaluation AND total IS NOT NULL ORDER BY seed`,
        { evaluation },
    );
}

export interface SampleReading {
    readonly sample: number;
    readonly teacher: string;
    /** The criteria it rates by, with their ranges. */
    readonly criteria: Rubric['criteria'];
    readonly scores: Readonly<Record<CriterionId, number>>;
}

/** What every teacher said first of each story of an evaluation; unreadable ratings are left out. */
export function sampleReadings(db: RunDatabase, evaluation: number): readonly SampleReading[] {
    return readings(db, 'sample.evaluation = @which', evaluation);
}

/** What every teacher said first of one story. */
export function readingsOfSample(db: RunDatabase, sample: number): readonly SampleReading[] {
    return readings(db, 'sample.id = @which', sample);
}

function readings(db: RunDatabase, where: string, which: number): readonly SampleReading[] {
    return readAll<SampleReading>(
        db,
        `SELECT sample.id AS sample, rating.rater AS teacher, rubric.criteria,
                json_group_object(score.criterion, score.value) AS scores
         FROM sample
         JOIN rating ON rating.sample = sample.id
         JOIN rater ON rater.id = rating.rater AND rater.kind = 'teacher'
         JOIN rubric ON rubric.hash = rater.rubric
         JOIN score ON score.rating = rating.id
         WHERE ${where} AND NOT EXISTS (
             SELECT 1 FROM rating AS earlier
             WHERE earlier.sample = rating.sample AND earlier.rater = rating.rater AND earlier.id < rating.id
         )
         GROUP BY rating.id
         ORDER BY rating.id`,
        { which },
        { criteria: 'json', scores: 'json' },
    ).map((reading) => ({ ...reading, criteria: rubricSchema.shape.criteria.parse(reading.criteria) }));
}
