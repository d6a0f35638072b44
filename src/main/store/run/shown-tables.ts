/** Tables of a run that a report shows beside the very SQL that they came from. */
import { readAll, readOne } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';

export interface ShownTable {
    readonly title: string;
    readonly sql: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly (string | number | null)[])[];
}

const mostUpdates = 25;

/** Each query runs on `run.sqlite` as it stands; a table without rows is left out. */
export function shownTables(db: RunDatabase): readonly ShownTable[] {
    const updates = readOne<{ last: number | null }>(db, 'SELECT max(number) AS last FROM current_update')!.last ?? 0;
    const every = Math.max(1, Math.ceil(updates / mostUpdates));
    const queries: readonly (readonly [title: string, sql: string])[] = [
        ['Clean evaluations', evaluated],
        ['Each criterion, before and after', byCriterion],
        [every === 1 ? 'Updates' : `Updates, one in ${every}`, updatesEvery(every)],
        ['Score and reward by length, over all of training', byLength],
        ['How often a rater could not be read', unreadable],
        ['Checkpoints', checkpoints],
        ['When there was work', work],
    ];
    return queries.flatMap(([title, sql]) => {
        const rows = readAll<Record<string, string | number | null>>(db, sql);
        return rows.length === 0
            ? []
            : [{ title, sql, columns: Object.keys(rows[0]!), rows: rows.map((row) => Object.values(row)) }];
    });
}

const evaluated = `SELECT phase, update_number AS "update", input_words,
       round(results ->> '$.score', 3) AS score,
       round(results ->> '$."score.low"', 3) AS low, round(results ->> '$."score.high"', 3) AS high,
       results ->> '$.stories' AS stories, round(results ->> '$.words', 1) AS words
FROM current_evaluation ORDER BY update_number, id;`;

const byCriterion = `SELECT phase, criterion, count(*) AS stories, round(avg(value), 3) AS mean
FROM current_evaluation AS evaluation
JOIN rated_sample AS sample ON sample.evaluation = evaluation.id
JOIN score ON score.rating = sample.rating
WHERE phase IN ('before', 'after')
GROUP BY evaluation.id, criterion ORDER BY criterion, update_number;`;

const updatesEvery = (every: number): string => `SELECT number AS "update", input_words, episodes,
       round(score_mean, 3) AS score, round(reward_mean, 3) AS reward, round(kl_mean, 3) AS kl,
       round(story_words_mean, 1) AS story_words, round(100 * finished_fraction) AS finished_percent,
       round(distinct2, 3) AS distinct2
FROM current_update
WHERE number % ${every} = ${every === 1 ? 0 : 1} OR number = (SELECT max(number) FROM current_update)
ORDER BY number;`;

const byLength = `SELECT words / 10 * 10 AS words_from, count(*) AS stories, round(avg(total), 2) AS score,
       round(avg(reward), 3) AS reward
FROM current_update AS recorded
JOIN rated_episode AS episode ON episode.update_id = recorded.id
WHERE total IS NOT NULL GROUP BY words_from ORDER BY words_from;`;

const unreadable = `SELECT rater, count(*) AS ratings, count(*) - count(total) AS unreadable
FROM rating WHERE rater IN (SELECT id FROM rater WHERE kind = 'teacher') GROUP BY rater;`;

const checkpoints = `SELECT path, kind, words, update_number AS "update", digest FROM checkpoint ORDER BY words, at;`;

const work = `SELECT number, datetime(started_at / 1000, 'unixepoch') AS started,
       datetime(ended_at / 1000, 'unixepoch') AS ended, coalesce(reason, 'at work, or interrupted') AS reason
FROM attempt ORDER BY number;`;
