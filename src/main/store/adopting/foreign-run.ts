/**
 * Checks the contents of a run's database from elsewhere. Its tables are ours, but a text column can hold anything and
 * a number can be an impossible time; everything that screens rely on is verified before the run is taken in.
 */
import { z } from 'zod';
import { badInput, FaultError, faultSchema, isAbout, settingsNamedBy, type Sentence } from '../../../shared/faults.ts';
import { evaluationSchema, updateSchema } from '../../../shared/run/record.ts';
import { rubricSchema } from '../../../shared/ratings/rubric.ts';
import { nameOf } from '../connection/frozen.ts';
import { impossibleTime, isUlid, longestName, type ImpossibleRow } from '../connection/foreign-rows.ts';
import { readConfig } from '../run/run.ts';
import { readAll, readColumn, readOne, type RunDatabase } from '../connection/statements.ts';
import { jsonOf } from '../../../shared/text/json.ts';

const mostTags = 100;

/** JSON columns with their schemas; those of large tables are checked by SQLite itself, below. */
const jsonColumns: readonly (readonly [string, string, z.ZodType])[] = [
    ['tags', 'SELECT tags FROM run', z.array(z.string().max(longestName)).max(mostTags)],
    ['criteria of a rubric', 'SELECT criteria FROM rubric', rubricSchema.shape.criteria],
    ['details of a rater', 'SELECT details FROM rater', z.record(z.string(), z.unknown())],
    ['a fault', 'SELECT fault FROM attempt WHERE fault IS NOT NULL', faultSchema],
    ['extras of an update', 'SELECT extras FROM update_metrics', updateSchema.shape.extras],
    ['results of an evaluation', 'SELECT results FROM evaluation', evaluationSchema.shape.results],
];

/** Each query finds a row that no run of ours has. */
const impossibleRows: readonly ImpossibleRow[] = [
    ['its kind', "SELECT 1 FROM run WHERE kind NOT IN ('pretrain', 'learn')"],
    ['stages of a reward', "SELECT 1 FROM episode WHERE json_type(stages) <> 'object'"],
    [
        'stages of a reward',
        "SELECT 1 FROM episode JOIN json_each(stages) AS stage WHERE stage.type NOT IN ('integer', 'real')",
    ],
    ['probabilities of a score', "SELECT 1 FROM score WHERE json_type(probabilities) <> 'array'"],
    ['the tokens of a story', 'SELECT 1 FROM episode WHERE octet_length(tokens) % 2 <> 0'],
    ['the tokens of a story', 'SELECT 1 FROM sample WHERE octet_length(tokens) % 2 <> 0'],
    [
        'a trace of tokens',
        `SELECT 1 FROM token_trace WHERE octet_length(kl) % 4 <> 0
         OR octet_length(value) <> octet_length(kl) OR octet_length(advantage) <> octet_length(kl)`,
    ],
    ...[
        ['run', 'created_at'],
        ['attempt', 'started_at'],
        ['attempt', 'ended_at'],
        ...['event', 'update_metrics', 'evaluation', 'rating', 'checkpoint', 'pretrain_step'].map((table) => [
            table,
            'at',
        ]),
    ].map(([table, column]) => impossibleTime(table!, column!)),
];

/** @throws bad input where something in it could not be shown or go on */
export function checkForeignRun(db: RunDatabase): void {
    const refuse = (what: Sentence): Error =>
        badInput((name, reader) => {
            const why = typeof what === 'string' ? what : what(name, reader);
            return `${nameOf(db)} is not the record of a run (${why}); nothing was imported. Ask for another copy.`;
        });
    const run = readOne<{ id: string; name: string }>(db, 'SELECT id, name FROM run');
    if (!run) throw refuse('it holds none');
    if (!isUlid(run.id) || run.name.trim() === '') throw refuse('its id or its name is not valid');
    if (run.name.length > longestName) throw refuse(`its name has ${run.name.length} characters`);
    try {
        readConfig(db);
    } catch (error) {
        if (!(error instanceof FaultError) || isAbout(error, 'newer')) throw error;
        const [key] = settingsNamedBy(error);
        throw refuse(
            key === undefined
                ? 'its configuration cannot be read'
                : (name) => `the value of ${name(key)} is impossible`,
        );
    }
    for (const [what, sql, schema] of jsonColumns)
        if (!readColumn<string>(db, sql).every((json) => schema.safeParse(jsonOf(json)).success))
            throw refuse(`${what} cannot be read`);
    for (const [what, sql] of impossibleRows)
        if (readColumn(db, `${sql} LIMIT 1`).length > 0) throw refuse(`${what} cannot be read`);
    const beyond = scoreBeyondItsRubric(db);
    if (beyond !== null) throw refuse(beyond);
}

/** A score outside the range of its rater's rubric, or of a criterion that the rubric has not. */
function scoreBeyondItsRubric(db: RunDatabase): string | null {
    type Row = { rater: string; criterion: string; low: number; high: number; criteria: string };
    const given = readAll<Row>(
        db,
        `SELECT given.rater, criterion, low, high, criteria FROM (
             SELECT rating.rater AS rater, criterion, min(value) AS low, max(value) AS high
             FROM score JOIN rating ON rating.id = score.rating GROUP BY rating.rater, criterion
         ) AS given JOIN rater ON rater.id = given.rater JOIN rubric ON rubric.hash = rater.rubric`,
    );
    for (const { criterion, low, high, criteria } of given) {
        const known = rubricSchema.shape.criteria.parse(jsonOf(criteria)).find(({ id }) => id === criterion);
        if (!known) return 'a score is of a criterion that its rubric has not';
        if (low < known.min || high > known.max) return `a score lies outside of ${known.min} to ${known.max}`;
    }
    return null;
}
