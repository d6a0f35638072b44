/** Answers a page with what a run recorded after a cursor: updates, steps of pretraining, lines of its log. */
import type { Page, UpdateRow } from '../../../../shared/views/runs.ts';
import { eventsAfter } from '../../../store/run/attempts.ts';
import { pretrainingAfter } from '../../../store/run/pretraining.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { criterionMeans } from '../../../store/run/stories/story-lists.ts';
import { curvesAfter, updatesAfter, type RecordedUpdate } from '../../../store/run/updates.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';

export function metricHandlers(
    runs: OpenRuns,
): Pick<Handlers, 'run.updates' | 'run.curves' | 'run.steps' | 'run.events'> {
    return {
        'run.updates': ({ run, after, limit }) =>
            runs.read(run, (db) => page(withScores(db, updatesAfter(db, after, limit)), after, limit)),
        'run.curves': ({ run, after, limit }) =>
            runs.read(run, (db) => {
                const rows = curvesAfter(db, after, limit);
                return { rows, cursor: rows.at(-1)?.[0] ?? after, more: rows.length === limit };
            }),
        'run.steps': ({ run, after, limit }) =>
            runs.read(run, (db) => page(pretrainingAfter(db, after, limit), after, limit)),
        'run.events': ({ run, after, limit }) =>
            runs.read(run, (db) => {
                const rows = eventsAfter(db, after, limit);
                return page(
                    rows.map(({ id, at, kind, message }) => ({ id, at, kind, message })),
                    after,
                    limit,
                );
            }),
    };
}

function page<Row extends { readonly id: number }>(rows: readonly Row[], after: number, limit: number): Page<Row> {
    return { rows, cursor: rows.at(-1)?.id ?? after, more: rows.length === limit };
}

const scorePrefix = 'score.';

/** Updates with mean scores by criterion; those of older runs, which did not record them, are computed from ratings. */
function withScores(db: RunDatabase, updates: readonly RecordedUpdate[]): readonly UpdateRow[] {
    const rows = updates.map(apart);
    const lacking = rows.filter(({ scoreMean, scores }) => scoreMean !== null && isEmpty(scores));
    const averaged =
        lacking.length === 0 ? new Map<number, never>() : criterionMeans(db, lacking[0]!.id, lacking.at(-1)!.id);
    return rows.map((row) => (isEmpty(row.scores) ? { ...row, scores: averaged.get(row.id) ?? {} } : row));
}

/** Takes the mean scores out of what an update recorded besides its fields. */
function apart({ extras = {}, ...update }: RecordedUpdate): UpdateRow {
    const scores: Record<string, number> = {};
    const others: Record<string, number | string> = {};
    for (const [key, value] of Object.entries(extras))
        if (key.startsWith(scorePrefix)) scores[key.slice(scorePrefix.length)] = Number(value);
        else others[key] = value;
    return { ...update, ...(isEmpty(others) ? {} : { extras: others }), scores };
}

function isEmpty(values: Readonly<Record<string, unknown>>): boolean {
    return Object.keys(values).length === 0;
}
