/**
 * A run in the two tables of the published system, for its notebook and everything that reads its logs:
 * `generated.csv`, one story a row, and `batch_stats.csv`, one update a row (names and quirks:
 * malihamza/babylm-interactive-learning, ppotrainer.py). What was imported from such logs leaves word for word as it
 * came.
 */
import { readAll, readCells, readColumn, readOne, type RunDatabase } from '../connection/statements.ts';
import { updatePieces, type Cell, type Table } from './tables.ts';

/**
 * Cells of imported batch_stats.csv rows are kept among the extras under this prefix, in the order of their columns.
 */
export const authorsPrefix = 'authors.';
/** What the published student writes where it ends by itself; their logs keep it in the story. */
export const endOfStory = '</s>';

/** query, student_output, teacher_output: line breaks become spaces and every cell is quoted, as theirs. */
export function generatedTable(db: RunDatabase): Table {
    const { n } = readOne<{ n: number }>(db, 'SELECT coalesce(sum(episodes), 0) AS n FROM current_update')!;
    return {
        columns: ['query', 'student_output', 'teacher_output'].map((name) => ({ name, type: 'text' })),
        count: n,
        *rows() {
            const sql = `SELECT prompt.text, episode.story, episode.finished, rating.reply,
                                (SELECT group_concat(CAST(round(score.value) AS INTEGER), ' ' ORDER BY criterion.key)
                                 FROM json_each(rubric.criteria) AS criterion
                                 JOIN score ON score.rating = rating.id AND score.criterion = criterion.value ->> 'id')
                         FROM rated_episode AS episode
                         JOIN prompt ON prompt.id = episode.prompt
                         LEFT JOIN rating ON rating.id = episode.rating
                         LEFT JOIN rater ON rater.id = rating.rater
                         LEFT JOIN rubric ON rubric.hash = rater.rubric
                         WHERE episode.update_id = @update
                         ORDER BY episode.id`;
            for (const piece of updatePieces(db))
                for (const [query, story, finished, reply, digits] of readCells(db, sql, piece))
                    yield [
                        onOneLine(query as string),
                        onOneLine(`${story as string}${finished === 1 ? endOfStory : ''}`),
                        onOneLine((reply ?? digits ?? '') as string),
                    ];
        },
    };
}

function onOneLine(text: string): string {
    return text.replace(/[\r\n]/g, ' ');
}

/** The columns of batch_stats.csv and where they come from; `value_loss` and `policy_ratio` are arrays there. */
const batchColumns: readonly (readonly [name: string, sql: string])[] = [
    ['avg_teacher_reward', 'stage.fractionMean'],
    ['std_teacher_reward', 'stage.fractionStd'],
    ['avg_length_bonus', 'stage.bonusMean'],
    ['std_length_bonus', 'stage.bonusStd'],
    ['mean_non_reward', "recorded.extras ->> '$.klPenaltyPerToken'"],
    ['mean_total_reward', "recorded.extras ->> '$.publishedTotalReward'"],
    ['entropy', 'recorded.entropy_mean'],
    ['policy_ratio', "'[' || recorded.ratio_mean || ']'"],
    ['value_loss', "'[' || recorded.value_loss || ']'"],
    ['student_len', 'recorded.story_tokens_mean'],
    ['prompt_words', 'recorded.input_words'],
    ['gen_words', 'recorded.student_words'],
    ['learning_rate', 'recorded.lr'],
    ['kl_coef', 'recorded.kl_coefficient'],
    ['kl', 'recorded.kl_mean'],
    ['global_step', 'recorded.number - 1'],
];

/** One row an update. A run that was imported gives back the very cells it came with. */
export function batchTable(db: RunDatabase): Table {
    const count = readOne<{ n: number }>(db, 'SELECT count(*) AS n FROM current_update')!.n;
    const kept = keptColumns(db);
    if (kept.length > 0)
        return {
            columns: kept.map((name) => ({ name, type: 'text' })),
            count,
            *rows() {
                for (const extras of readColumn<string>(db, 'SELECT extras FROM current_update ORDER BY id')) {
                    const cells = JSON.parse(extras) as Record<string, string>;
                    yield kept.map((name) => cells[authorsPrefix + name] ?? null);
                }
            },
        };
    return {
        columns: batchColumns.map(([name]) => ({ name, type: name.endsWith('_loss') ? 'text' : 'real' })),
        count,
        *rows() {
            yield* readCells(
                db,
                `WITH of_episode AS (
                     SELECT update_id, stages ->> '$.fraction' AS fraction, stages ->> '$.lengthBonus' AS bonus
                     FROM episode WHERE reward IS NOT NULL
                 ), stage AS (
                     SELECT update_id,
                            avg(fraction) AS fractionMean, ${sampleDeviation('fraction')} AS fractionStd,
                            avg(bonus) AS bonusMean, ${sampleDeviation('bonus')} AS bonusStd
                     FROM of_episode GROUP BY update_id
                 )
                 SELECT ${batchColumns.map(([, sql]) => sql).join(', ')}
                 FROM current_update AS recorded LEFT JOIN stage ON stage.update_id = recorded.id
                 ORDER BY recorded.id`,
            ) as Iterable<readonly Cell[]>;
        },
    };
}

/** Values lie within 0–1, so the short formula loses nothing that counts. */
function sampleDeviation(column: string): string {
    return `iif(count(${column}) > 1,
        sqrt(max(0, (sum(${column} * ${column}) - count(${column}) * avg(${column}) * avg(${column})) / (count(${column}) - 1))), 0)`;
}

function keptColumns(db: RunDatabase): readonly string[] {
    return readAll<{ key: string }>(
        db,
        `SELECT key FROM (SELECT extras FROM current_update ORDER BY id LIMIT 1) AS first, json_each(first.extras)`,
    ).flatMap(({ key }) => (key.startsWith(authorsPrefix) ? [key.slice(authorsPrefix.length)] : []));
}
