/**
 * A run's record as flat tables for those who take it elsewhere: typed columns in a fixed order, rows one by one, only
 * the current line of history. Nested names are joined by dots: `scores.coherence`.
 */
import { badInput } from '../../shared/faults.ts';
import { readSummary } from './run.ts';
import { iterateRows, readAll, readOne, type RunDatabase, type Value } from './statements.ts';

export type Cell = string | number | boolean | null;

export interface Column {
    readonly name: string;
    readonly type: 'text' | 'whole' | 'real' | 'flag';
}

export interface Table {
    readonly columns: readonly Column[];
    /** How many rows there are, known beforehand. */
    readonly count: number;
    /** Each row has one cell per column. Where rows belong to an update, `update` rises. */
    rows(): Iterable<readonly Cell[]>;
}

/** A column with the SQL that reads it. */
interface SqlColumn extends Column {
    readonly sql: string;
}

const text = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'text' });
const whole = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'whole' });
const real = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'real' });
const flag = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'flag' });

/** The first rating by a teacher is the one an episode was rewarded for. */
const firstRating = `(SELECT min(rating.id) FROM rating JOIN rater ON rater.id = rating.rater AND rater.kind = 'teacher'
                      WHERE rating.episode = episode.id)`;

/** The episodes, one a row, with the teacher's score of each criterion and the reward stage by stage. */
export function episodeTable(db: RunDatabase): Table {
    const scores = criteria(db);
    const stages = namesIn(db, 'SELECT DISTINCT key AS name FROM episode, json_each(stages)');
    const columns = [
        whole('attempt', 'episode.attempt'),
        whole('number', 'episode.number'),
        whole('update', 'recorded.number'),
        text('prompt', 'prompt.text'),
        text('story', 'episode.story'),
        whole('words', 'episode.words'),
        flag('finished', 'episode.finished'),
        real('reward', 'episode.reward'),
        real('kl', 'episode.kl'),
        real('total', 'rating.total'),
        ...scores.map((id, i) => real(`scores.${id}`, `score${i}.value`)),
        ...stages.map((name) => real(`stages.${name}`, `json_extract(episode.stages, ${quoted(`$."${name}"`)})`)),
        text('reply', 'rating.reply'),
    ];
    return sqlTable(
        db,
        columns,
        `FROM current_update AS recorded
         JOIN episode ON episode.update_id = recorded.id
         JOIN prompt ON prompt.id = episode.prompt
         LEFT JOIN rating ON rating.id = ${firstRating}
         ${scores.map((id, i) => `LEFT JOIN score AS score${i} ON score${i}.rating = rating.id AND score${i}.criterion = ${quoted(id)}`).join('\n')}
         ORDER BY recorded.id, episode.id`,
        'SELECT coalesce(sum(episodes), 0) FROM current_update',
    );
}

/** Every rating by anybody, of episodes and of the stories of evaluations, with what it is about. Raters go by their id. */
export function ratingTable(db: RunDatabase): Table {
    const scores = criteria(db);
    const columns = [
        whole('rating', 'rating.id'),
        text('of', "iif(rating.episode IS NULL, 'sample', 'episode')"),
        whole('number', 'coalesce(episode.number, sample.seed)'),
        whole('update', 'coalesce(recorded.number, evaluation.update_number)'),
        text('phase', 'evaluation.phase'),
        text('prompt', 'prompt.text'),
        text('story', 'coalesce(episode.story, sample.story)'),
        text('rater', 'rating.rater'),
        text('kind', 'rater.kind'),
        text('reading', 'rating.reading'),
        whole('at', 'rating.at'),
        real('total', 'rating.total'),
        ...scores.map((id, i) => real(`scores.${id}`, `score${i}.value`)),
        ...scores.map((id, i) => text(`probabilities.${id}`, `score${i}.probabilities`)),
        text('reply', 'rating.reply'),
        real('offFormatMass', 'rating.off_format_mass'),
        real('entropy', 'rating.entropy'),
        real('disagreement', 'rating.disagreement'),
        flag('blind', 'rating.blind'),
        whole('dwellMs', 'rating.dwell_ms'),
    ];
    const isCurrent = `(recorded.id IS NOT NULL OR evaluation.id IS NOT NULL)`;
    const about = `
        FROM rating
        JOIN rater ON rater.id = rating.rater
        LEFT JOIN episode ON episode.id = rating.episode
        LEFT JOIN current_update AS recorded ON recorded.id = episode.update_id
        LEFT JOIN sample ON sample.id = rating.sample
        LEFT JOIN current_evaluation AS evaluation ON evaluation.id = sample.evaluation`;
    return sqlTable(
        db,
        columns,
        `${about}
         JOIN prompt ON prompt.id = coalesce(episode.prompt, sample.prompt)
         ${scores.map((id, i) => `LEFT JOIN score AS score${i} ON score${i}.rating = rating.id AND score${i}.criterion = ${quoted(id)}`).join('\n')}
         WHERE ${isCurrent} ORDER BY rating.id`,
        `SELECT count(*) ${about} WHERE ${isCurrent}`,
    );
}

/** What was measured: of interactive learning the updates, of pretraining the steps, one a row. */
export function metricTable(db: RunDatabase): Table {
    return readSummary(db, 0).kind === 'pretrain' ? stepTable(db) : updateTable(db);
}

function updateTable(db: RunDatabase): Table {
    const extras = readAll<{ name: string; isText: number }>(
        db,
        `SELECT key AS name, max(json_each.type = 'text') AS isText
         FROM update_metrics, json_each(extras) GROUP BY key ORDER BY key`,
    );
    const columns = [
        whole('attempt', 'attempt'),
        whole('number', 'number'),
        whole('at', 'at'),
        text('digest', 'digest'),
        whole('inputWords', 'input_words'),
        whole('studentWords', 'student_words'),
        whole('tokensTrained', 'tokens_trained'),
        whole('episodes', 'episodes'),
        real('scoreMean', 'score_mean'),
        real('scoreStd', 'score_std'),
        real('rewardMean', 'reward_mean'),
        real('rewardStd', 'reward_std'),
        real('lengthBonusMean', 'length_bonus_mean'),
        real('klMean', 'kl_mean'),
        real('kl3Mean', 'kl3_mean'),
        real('klCoefficient', 'kl_coefficient'),
        real('entropyMean', 'entropy_mean'),
        real('policyLoss', 'policy_loss'),
        real('valueLoss', 'value_loss'),
        real('clipFraction', 'clip_fraction'),
        real('ratioMean', 'ratio_mean'),
        real('explainedVariance', 'explained_variance'),
        real('storyTokensMean', 'story_tokens_mean'),
        real('storyWordsMean', 'story_words_mean'),
        real('finishedFraction', 'finished_fraction'),
        whole('unreadableCount', 'unreadable_count'),
        real('distinct2', 'distinct2'),
        real('lr', 'lr'),
        real('secondsWriting', 'seconds_writing'),
        real('secondsRating', 'seconds_rating'),
        real('secondsScoring', 'seconds_scoring'),
        real('secondsLearning', 'seconds_learning'),
        ...extras.map(({ name, isText }) =>
            (isText === 1 ? text : real)(`extras.${name}`, `json_extract(extras, ${quoted(`$."${name}"`)})`),
        ),
    ];
    return sqlTable(db, columns, 'FROM current_update ORDER BY id', 'SELECT count(*) FROM current_update');
}

function stepTable(db: RunDatabase): Table {
    const columns = [
        whole('attempt', 'attempt'),
        whole('step', 'step'),
        whole('at', 'at'),
        whole('words', 'words'),
        whole('tokens', 'tokens'),
        real('loss', 'loss'),
        real('validationLoss', 'validation_loss'),
        real('lr', 'lr'),
        real('gradientNorm', 'gradient_norm'),
    ];
    return sqlTable(
        db,
        columns,
        'FROM current_pretrain_step ORDER BY id',
        'SELECT count(*) FROM current_pretrain_step',
    );
}

function sqlTable(db: RunDatabase, columns: readonly SqlColumn[], from: string, count: string): Table {
    const sql = `SELECT ${columns.map(({ sql }) => sql).join(', ')} ${from}`;
    const flags = columns.flatMap(({ type }, i) => (type === 'flag' ? [i] : []));
    const texts = columns.flatMap(({ type }, i) => (type === 'text' ? [i] : []));
    return {
        columns: columns.map(({ name, type }) => ({ name, type })),
        count: Number(Object.values(readOne<Record<string, number>>(db, count)!)[0]),
        *rows() {
            for (const values of iterateRows(db, sql)) {
                const row = values as Cell[];
                for (const i of flags) row[i] = row[i] === null ? null : row[i] === 1;
                for (const i of texts) if (typeof row[i] === 'number') row[i] = String(row[i]);
                yield row;
            }
        },
    };
}

function criteria(db: RunDatabase): readonly string[] {
    return namesIn(db, 'SELECT DISTINCT criterion AS name FROM score');
}

/** Every name that occurs anywhere: all rows get the same columns. */
function namesIn(db: RunDatabase, sql: string): readonly string[] {
    const names = readAll<{ name: string }>(db, `${sql} ORDER BY name`)
        .map(({ name }) => name)
        .filter((name) => !name.includes('"')); // a JSON path cannot say it; none of ours has one
    if (names.length > 200)
        throw badInput(
            `${db.name} names ${names.length} measures of one kind, which is no run of ours; nothing was read.`,
        );
    return names;
}

/** As a text in SQL. */
function quoted(value: Extract<Value, string>): string {
    return `'${value.replaceAll("'", "''")}'`;
}
