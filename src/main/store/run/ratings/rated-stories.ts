/** The stories of a run that a rating set is chosen from, and the teachers' ratings that it is compared with. */
import { badInput } from '../../../../shared/faults.ts';
import { nameOf } from '../../connection/frozen.ts';
import { rubricSchema, type CriterionId, type Rubric } from '../../../../shared/ratings/rubric.ts';
import type { StoryRow } from '../../../../shared/views/stories.ts';
import { readAll, readOne } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

/** An episode that a rating set may choose. */
export interface RatableStory extends Pick<
    StoryRow,
    'episode' | 'number' | 'update' | 'prompt' | 'story' | 'words' | 'total'
> {
    readonly attempt: number;
    readonly finished: 0 | 1;
    /** Who gave it; null where there is no rating. */
    readonly rater: string | null;
}

/** Episodes of the current line of history, in the order of writing. */
export function ratableStories(db: RunDatabase): readonly RatableStory[] {
    return readAll(
        db,
        `SELECT episode.id AS episode, episode.attempt, episode.number, recorded.number AS "update",
                prompt.text AS prompt, episode.story, episode.words, episode.finished,
                rating.total, rating.rater
         FROM rated_episode AS episode
         JOIN current_update AS recorded ON recorded.id = episode.update_id
         JOIN prompt ON prompt.id = episode.prompt
         LEFT JOIN rating ON rating.id = episode.rating
         ORDER BY episode.id`,
    );
}

/** The criteria by which each rater rates. */
export function criteriaByRater(db: RunDatabase): ReadonlyMap<string, Rubric['criteria']> {
    const rows = readAll<{ rater: string; criteria: unknown }>(
        db,
        'SELECT rater.id AS rater, criteria FROM rater JOIN rubric ON rubric.hash = rater.rubric',
        {},
        { criteria: 'json' },
    );
    return new Map(rows.map(({ rater, criteria }) => [rater, rubricSchema.shape.criteria.parse(criteria)] as const));
}

/** The rubric by which the run's teacher rates. @throws bad input where the run names no teacher */
export function teacherRubric(db: RunDatabase): Rubric {
    const row = readOne<{ id: string; text: string; criteria: unknown }>(
        db,
        `SELECT rubric.id, rubric.text, rubric.criteria
         FROM run_teacher JOIN rubric ON rubric.hash = run_teacher.rubric`,
        {},
        { criteria: 'json' },
    );
    if (!row) throw badInput(`${nameOf(db)} names no teacher, so its stories have no scores; the run is as it was.`);
    return rubricSchema.parse(row);
}

/** The key of an episode; null where the run does not hold it. */
export function episodeKey(db: RunDatabase, attempt: number, number: number): number | null {
    const sql = 'SELECT id FROM episode WHERE attempt = @attempt AND number = @number';
    return readOne<{ id: number }>(db, sql, { attempt, number })?.id ?? null;
}

export interface TeacherRating {
    readonly teacher: string;
    /** The criteria it rates by, with their ranges. */
    readonly criteria: Rubric['criteria'];
    readonly attempt: number;
    readonly episode: number;
    readonly scores: Readonly<Record<CriterionId, number>>;
}

/** What every teacher said of one episode, in the order they were given; unreadable ratings are left out. */
export function teacherRatings(db: RunDatabase, attempt: number, episode: number): readonly TeacherRating[] {
    const rows = readAll<{ teacher: string; criteria: unknown; scores: TeacherRating['scores'] }>(
        db,
        `SELECT rating.rater AS teacher, rubric.criteria, json_group_object(score.criterion, score.value) AS scores
         FROM episode
         JOIN rating ON rating.episode = episode.id
         JOIN rater ON rater.id = rating.rater AND rater.kind = 'teacher'
         JOIN rubric ON rubric.hash = rater.rubric
         JOIN score ON score.rating = rating.id
         WHERE episode.attempt = @attempt AND episode.number = @episode
         GROUP BY rating.id
         ORDER BY rating.id`,
        { attempt, episode },
        { criteria: 'json', scores: 'json' },
    );
    return rows.map(({ teacher, criteria, scores }) => ({
        teacher,
        criteria: rubricSchema.shape.criteria.parse(criteria),
        attempt,
        episode,
        scores,
    }));
}
