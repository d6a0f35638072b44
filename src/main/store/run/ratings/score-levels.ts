/** How often each criterion got each whole score, update by update. */
import { readAll } from '../../connection/statements.ts';
import type { RunDatabase } from '../../connection/statements.ts';

export interface ScoreLevel {
    readonly update: number;
    readonly criterion: string;
    /** The nearest whole score. */
    readonly level: number;
    readonly stories: number;
    /** Of the scores themselves. */
    readonly sum: number;
}

/** By update, criterion and level; stories whose rating could not be read are in none. */
export function scoreLevels(db: RunDatabase): readonly ScoreLevel[] {
    return readAll<ScoreLevel>(
        db,
        `SELECT recorded.number AS "update", score.criterion, CAST(round(score.value) AS INTEGER) AS level,
                count(*) AS stories, sum(score.value) AS sum
         FROM current_update AS recorded
         JOIN rated_episode AS story ON story.update_id = recorded.id
         JOIN score ON score.rating = story.rating
         GROUP BY recorded.number, score.criterion, level
         ORDER BY recorded.number, score.criterion, level`,
    );
}
