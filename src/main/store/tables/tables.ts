/**
 * A run's record as flat tables for export: typed columns in a fixed order, row by row, only the current line of
 * history. Nested names are joined by dots: `scores.coherence`.
 */
import { badInput } from '../../../shared/faults.ts';
import { updateFieldList } from '../../../shared/run/update-fields.ts';
import type { ChosenStories } from './chosen-stories.ts';
import { nameOf } from '../connection/frozen.ts';
import { readSummary } from '../run/run.ts';
import {
    readAll,
    readCells,
    readColumn,
    readOne,
    type Parameters,
    type RunDatabase,
    type SqlValue,
} from '../connection/statements.ts';

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

/** A column with the SQL that reads it; where that is a key, what it stands for. */
interface SqlColumn extends Column {
    readonly sql: string;
    readonly meanings?: ReadonlyMap<SqlValue, Cell>;
}

const text = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'text' });
const whole = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'whole' });
const real = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'real' });
const flag = (name: string, sql: string): SqlColumn => ({ name, sql, type: 'flag' });

/** The episodes, one a row, with the teacher's score of each criterion and the reward stage by stage. */
export function episodeTable(db: RunDatabase, chosen: ChosenStories | null = null): Table {
    const scores = criteria(db);
    const stages = stageNames(db);
    const columns = [
        whole('attempt', 'episode.attempt'),
        whole('number', 'episode.number'),
        whole('update', 'recorded.number'),
        { ...text('prompt', 'episode.prompt'), meanings: prompts(db) },
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
        `FROM rated_episode AS episode
         JOIN update_metrics AS recorded ON recorded.id = episode.update_id
         LEFT JOIN rating ON rating.id = episode.rating
         ${scoreJoins(scores)}
         WHERE episode.update_id = @update ${chosen ? `AND episode.id IN (${chosen.sql})` : ''}
         ORDER BY episode.id`,
        {
            count: chosen
                ? `SELECT count(*) FROM (${chosen.sql})`
                : 'SELECT coalesce(sum(episodes), 0) FROM current_update',
            pieces: chosen ? () => chosen.updates.map((update) => ({ update })) : updatePieces,
        },
    );
}

/**
 * Every rating by anybody, of episodes and of the stories of evaluations, with what it is about. Raters go by their id.
 */
export function ratingTable(db: RunDatabase, chosen: ChosenStories | null = null): Table {
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
    const isCurrent = chosen
        ? `rating.episode IN (${chosen.sql})`
        : '(recorded.id IS NOT NULL OR evaluation.id IS NOT NULL)';
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
         ${scoreJoins(scores)}
         WHERE rating.id BETWEEN @first AND @last AND ${isCurrent} ORDER BY rating.id`,
        { count: `SELECT count(*) ${about} WHERE ${isCurrent}`, pieces: ratingPieces },
    );
}

/** What was measured: of interactive learning the updates, of pretraining the steps, one a row. */
export function metricTable(db: RunDatabase): Table {
    return readSummary(db, 0).kind === 'pretrain' ? stepTable(db) : updateTable(db);
}

/** What the guard read, one pair of sentences of one reading a row. */
export function grammarTable(db: RunDatabase): Table {
    const columns = [
        whole('attempt', 'reading.attempt'),
        whole('update', 'reading.update_number'),
        whole('at', 'reading.at'),
        whole('inputWords', 'reading.input_words'),
        text('battery', 'reading.battery'),
        text('phenomenon', 'pair.phenomenon'),
        whole('number', 'pair.number'),
        text('good', 'pair.good'),
        text('bad', 'pair.bad'),
        real('logprobs.good', 'score.good'),
        real('logprobs.bad', 'score.bad'),
    ];
    const read = `FROM current_guard_reading AS reading JOIN guard_score AS score ON score.reading = reading.id`;
    return sqlTable(
        db,
        columns,
        `${read} JOIN guard_pair AS pair ON pair.id = score.pair
         WHERE reading.id = @reading ORDER BY pair.id`,
        { count: `SELECT count(*) ${read}`, pieces: readingPieces },
    );
}

function* readingPieces(db: RunDatabase): Generator<{ readonly reading: number }> {
    const ordered = 'SELECT id FROM current_guard_reading ORDER BY update_number, id';
    for (const reading of readColumn<number>(db, ordered)) yield { reading };
}

/** What teacher and second judge said of the same fresh stories, a story of a reading a row. */
export function holdOutTable(db: RunDatabase): Table {
    const columns = [
        whole('attempt', 'reading.attempt'),
        whole('update', 'reading.update_number'),
        whole('at', 'reading.at'),
        whole('inputWords', 'reading.input_words'),
        text('teacher', 'reading.teacher'),
        text('judge', 'reading.judge'),
        whole('seed', 'story.seed'),
        text('prompt', 'prompt.text'),
        text('story', 'story.story'),
        whole('words', 'story.words'),
        flag('finished', 'story.finished'),
        real('kl', 'story.kl'),
        real('totals.teacher', 'story.teacher_total'),
        real('totals.judge', 'story.judge_total'),
    ];
    const read = `FROM current_holdout_reading AS reading JOIN holdout_story AS story ON story.reading = reading.id`;
    return sqlTable(
        db,
        columns,
        `${read} JOIN prompt ON prompt.id = story.prompt
         WHERE reading.id = @reading ORDER BY story.seed`,
        { count: `SELECT count(*) ${read}`, pieces: holdOutPieces },
    );
}

function* holdOutPieces(db: RunDatabase): Generator<{ readonly reading: number }> {
    const ordered = 'SELECT id FROM current_holdout_reading ORDER BY update_number, id';
    for (const reading of readColumn<number>(db, ordered)) yield { reading };
}

const columnOf = { ordinal: whole, count: whole, time: whole, text, real } as const;

function updateTable(db: RunDatabase): Table {
    const extras = readAll<{ name: string; isText: number }>(
        db,
        `SELECT key AS name, max(json_each.type = 'text') AS isText
         FROM update_metrics, json_each(extras) GROUP BY key ORDER BY key`,
    );
    const columns = [
        whole('attempt', 'attempt'),
        ...updateFieldList.map(({ name, column, kind }) => columnOf[kind](name, column)),
        ...extras.map(({ name, isText }) =>
            (isText === 1 ? text : real)(`extras.${name}`, `json_extract(extras, ${quoted(`$."${name}"`)})`),
        ),
    ];
    return sqlTable(db, columns, 'FROM current_update ORDER BY id', {
        count: 'SELECT count(*) FROM current_update',
        pieces: allAtOnce,
    });
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
    return sqlTable(db, columns, 'FROM current_pretrain_step ORDER BY id', {
        count: 'SELECT count(*) FROM current_pretrain_step',
        pieces: allAtOnce,
    });
}

/**
 * A table read piece by piece. One statement over all of it would sort every story before it gave the first row: it
 * took half of the time of an export, and nothing could be cancelled meanwhile. Rows that are fetched together also
 * cost less than rows fetched one by one, each a call into SQLite.
 */
function sqlTable(
    db: RunDatabase,
    columns: readonly SqlColumn[],
    from: string,
    { count, pieces }: { readonly count: string; readonly pieces: (db: RunDatabase) => Iterable<Parameters> },
): Table {
    const sql = `SELECT ${columns.map(({ sql }) => sql).join(', ')} ${from}`;
    const flags = columns.flatMap(({ type }, i) => (type === 'flag' ? [i] : []));
    const texts = columns.flatMap(({ type, meanings }, i) => (type === 'text' && !meanings ? [i] : []));
    const keys = columns.flatMap(({ meanings }, i) => (meanings ? [{ i, meanings }] : []));
    return {
        columns: columns.map(({ name, type }) => ({ name, type })),
        count: Number(Object.values(readOne<Record<string, number>>(db, count)!)[0]),
        *rows() {
            for (const piece of pieces(db))
                for (const values of readCells(db, sql, piece)) {
                    const row = values as Cell[];
                    for (const i of flags) row[i] = row[i] === null ? null : row[i] === 1;
                    for (const { i, meanings } of keys) row[i] = meanings.get(row[i] as SqlValue) ?? null;
                    for (const i of texts) if (typeof row[i] === 'number') row[i] = String(row[i]);
                    yield row;
                }
        },
    };
}

/** The updates that count, one a piece. */
export function* updatePieces(db: RunDatabase): Generator<{ readonly update: number }> {
    for (const update of readColumn<number>(db, 'SELECT id FROM current_update ORDER BY id')) yield { update };
}

const ratingsAtOnce = 1000;

function* ratingPieces(db: RunDatabase): Generator<{ readonly first: number; readonly last: number }> {
    const [most = 0] = readColumn<number>(db, 'SELECT coalesce(max(id), 0) FROM rating');
    for (let first = 1; first <= most; first += ratingsAtOnce) yield { first, last: first + ratingsAtOnce - 1 };
}

const allAtOnce = (): readonly [Parameters] => [{}]; // a thousand updates, some thousand steps

const scoreJoins = (criteria: readonly string[]): string =>
    criteria
        .map(
            (id, i) =>
                `LEFT JOIN score AS score${i} ON score${i}.rating = rating.id AND score${i}.criterion = ${quoted(id)}`,
        )
        .join('\n');

/** The criteria of whoever rated: a rating has a score for each of its rubric's, and no other. */
function criteria(db: RunDatabase): readonly string[] {
    return namesIn(
        db,
        `SELECT DISTINCT criterion.value ->> 'id' AS name
         FROM rater JOIN rubric ON rubric.hash = rater.rubric, json_each(rubric.criteria) AS criterion
         WHERE EXISTS (SELECT 1 FROM rating WHERE rating.rater = rater.id)`,
    );
}

/** An update has one reward pipeline: the stages of one episode of it that was paid are those of all. */
function stageNames(db: RunDatabase): readonly string[] {
    return namesIn(
        db,
        `SELECT DISTINCT stage.key AS name
         FROM update_metrics AS recorded
         JOIN episode ON episode.id = (
             SELECT paid.id FROM episode AS paid
             WHERE paid.update_id = recorded.id AND paid.reward IS NOT NULL ORDER BY paid.id LIMIT 1),
         json_each(episode.stages) AS stage`,
    );
}

/** There are few, and a story would bring its own every time. */
function prompts(db: RunDatabase): ReadonlyMap<SqlValue, Cell> {
    return new Map(readCells(db, 'SELECT id, text FROM prompt').map(([id, text]) => [id!, text as string]));
}

/** Every name that occurs anywhere: all rows get the same columns. */
function namesIn(db: RunDatabase, sql: string): readonly string[] {
    const names = readAll<{ name: string }>(db, `${sql} ORDER BY name`)
        .map(({ name }) => name)
        .filter((name) => !name.includes('"')); // a JSON path cannot say it; none of ours has one
    if (names.length > 200)
        throw badInput(
            `${nameOf(db)} names ${names.length} measures of one kind, as no run of Storyloop does; nothing was read.`,
        );
    return names;
}

/** As a text in SQL. */
function quoted(value: Extract<SqlValue, string>): string {
    return `'${value.replaceAll("'", "''")}'`;
}
