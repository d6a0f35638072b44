/** Reads from a run's record the row that lists show of it. */
import path from 'node:path';
import type { EndScore, ListedRow, RunRow } from '../../../../shared/views/runs.ts';
import { describeFault, faultOf } from '../../../../shared/faults.ts';
import { bestTotal } from '../../../../shared/ratings/rubric.ts';
import { evaluationInUpdates, fractionDone, updatesLeft } from '../../../../shared/run/progress.ts';
import { fieldOf, presetValue, type RunConfig } from '../../../../shared/run/config.ts';
import { withMethodNamed } from '../../../../shared/settings/methods.ts';
import { isApplied } from '../../../../shared/settings/applied.ts';
import { presetNames } from '../../../../shared/settings/field.ts';
import { tellingSettings } from '../../../../shared/run/comparable.ts';
import { attempts, lastEvent, type Attempt } from '../../../store/run/attempts.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { lossCurve, lastValidationLoss } from '../../../store/run/pretraining.ts';
import { evaluations, lastEvaluation, type RecordedEvaluation } from '../../../store/run/evaluations.ts';
import { knownCriteria, runTeacher } from '../../../store/run/ratings/ratings.ts';
import { readConfig, readSummary, type RunSummary } from '../../../store/run/run.ts';
import { isNewerRun } from '../../../store/connection/open.ts';
import type { RunFolder } from '../../../store/home/run-folder.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { lastUpdates, scoreCurve, type RecordedUpdate } from '../../../store/run/updates.ts';
import { readingsTaken } from '../../../store/run/hold-out.ts';
import { isSample } from '../../sample.ts';
import { budgetsOf, secondsFor, thinned } from './expectation.ts';

const sparkPoints = 40;
const watchedUpdates = 20; // the updates over which a mean duration is taken
const fewest = 20; // stories for an interval around their mean: with fewer, a normal interval is too narrow
const normalQuantile = 1.96; // 95 % of a normal distribution lie within so many deviations

/** What the record tells; whether an engine of this app is at work is added elsewhere. */
export type RecordedRow = Omit<RunRow, 'isOurs' | 'live'>;

/** The row of a run folder, or a sentence that says why it has none. */
export function rowOrProblem<Row>(
    folder: RunFolder,
    read: () => Row,
): Row | Extract<ListedRow, { kind: 'unreadable' }> {
    try {
        return read();
    } catch (error) {
        return {
            kind: 'unreadable',
            run: path.basename(folder.folder),
            problem: describeFault(faultOf(error), 'window'),
        };
    }
}

/** @param student what it started from */
export function recordedRow(db: RunDatabase, { folder }: RunFolder, now: number, student: string | null): RecordedRow {
    const summary = readSummary(db, now);
    const { lastUpdate, lastStep, attempt, state } = summary;
    const criteria = knownCriteria(db);
    const base = {
        kind: 'run',
        run: path.basename(folder),
        id: summary.id,
        name: summary.name,
        job: summary.kind,
        preset: summary.preset,
        seed: readConfig(db).values.seed,
        student,
        changes: changesFrom(db, summary),
        createdAt: summary.createdAt,
        changedAt: Math.max(
            summary.createdAt,
            attempt?.endedAt ?? attempt?.startedAt ?? 0,
            lastUpdate?.at ?? 0,
            lastStep?.at ?? 0,
        ),
        tags: summary.tags,
        notes: summary.notes,
        archived: summary.archived,
        isSample: isSample(folder),
        isNewer: isNewerRun(db),
        state,
        ended: state === 'running' ? null : endOf(attempt),
        updates: lastUpdate?.number ?? 0,
        steps: lastStep?.step ?? 0,
        episodes: summary.episodes,
        words: lastUpdate?.inputWords ?? lastStep?.words ?? 0,
        score: lastUpdate?.scoreMean ?? null,
        scoreMost: criteria.length > 0 ? bestTotal(criteria) : 9, // before the teacher is known: the published 0–9
        teacher: runTeacher(db),
        endScore: endScoreOf(db, lastUpdate, lastEvaluation(db), summary.state === 'finished'),
        loss: lastStep?.loss ?? null,
        validationLoss: lastStep ? lastValidationLoss(db) : null,
        spark: thinned(summary.kind === 'pretrain' ? lossCurve(db) : scoreCurve(db), sparkPoints),
        cursors: {
            update: lastUpdate?.id ?? 0,
            step: lastStep?.id ?? 0,
            event: lastEvent(db),
            reading: readingsTaken(db),
        },
    } as const;
    return { ...base, ...progressOf(db, summary, now) };
}

/** Settings that a newer version brought have no value in our presets: they are not told. */
function changesFrom(db: RunDatabase, { kind, preset }: RunSummary): RunRow['changes'] {
    const { values } = readConfig(db);
    const known = presetNames.find((each) => each === preset);
    if (known === undefined) return [];
    const isControl = values['teacher.shuffle'] === 'on'; // no setting to compare by, but what its run is
    const changed = [...(isControl ? (['teacher.shuffle'] as const) : []), ...tellingSettings(kind)]
        .filter((key) => isApplied(key, fieldOf(key), kind, values))
        .flatMap((key) => {
            const value = values[key];
            return value === undefined || value === presetValue(key, known) ? [] : [{ key, value }];
        });
    return withMethodNamed(changed, values);
}

/** The score of a clean evaluation of the newest weights; without one, that of the last update's own stories. */
function endScoreOf(
    db: RunDatabase,
    update: RecordedUpdate | null,
    evaluation: RecordedEvaluation | undefined,
    isOver: boolean,
): EndScore | null {
    if (evaluation && (evaluation.update >= (update?.number ?? 0) || (isOver && isOfFinal(db, evaluation)))) {
        const { score, 'score.low': low, 'score.high': high, stories = 0, unreadable = 0 } = evaluation.results;
        if (score !== undefined)
            return {
                mean: score,
                halfInterval: low === undefined || high === undefined ? null : (high - low) / 2,
                stories: stories - unreadable,
                of: stories,
                isClean: true,
                before: evaluation.phase === 'after' ? scoreBefore(db) : null,
            };
    }
    if (!update || update.scoreMean === null) return null;
    const stories = update.episodes - update.unreadableCount;
    const halfInterval =
        update.scoreStd === null || stories < fewest ? null : (normalQuantile * update.scoreStd) / Math.sqrt(stories);
    return { mean: update.scoreMean, halfInterval, stories, of: update.episodes, isClean: false, before: null };
}

/** A run that went back ends with an earlier student than its last update's. */
function isOfFinal(db: RunDatabase, { phase, update }: RecordedEvaluation): boolean {
    const newest = milestones(db).at(-1);
    return phase === 'after' && newest?.kind === 'final' && newest.update === update;
}

function scoreBefore(db: RunDatabase): number | null {
    return evaluations(db).findLast(({ phase }) => phase === 'before')?.results['score'] ?? null;
}

function endOf(attempt: Attempt | null): RecordedRow['ended'] {
    if (attempt === null || attempt.endedAt === null) return null;
    const { endedAt, fault, faultKind, message } = attempt;
    return {
        at: endedAt,
        message: fault === null ? message : describeFault(fault, 'window'),
        isFault: faultKind !== null,
    };
}

function progressOf(
    db: RunDatabase,
    summary: RunSummary,
    now: number,
): Pick<RecordedRow, 'budgets' | 'fraction' | 'secondsPerUpdate' | 'remaining'> {
    const { state, kind, lastUpdate } = summary;
    const isOver = state === 'finished';
    if (kind !== 'learn') return { budgets: [], fraction: isOver ? 1 : null, secondsPerUpdate: null, remaining: null };
    const config = readConfig(db).values;
    const spent = {
        inputWords: lastUpdate?.inputWords ?? 0,
        updates: lastUpdate?.number ?? 0,
        minutes: minutesWorked(db, state === 'running' ? now : null),
    };
    const budgets = budgetsOf(config, spent);
    const seconds = lastUpdates(db, watchedUpdates).map(
        ({ secondsWriting, secondsRating, secondsScoring, secondsLearning }) =>
            secondsWriting + secondsRating + secondsScoring + secondsLearning,
    );
    const total = seconds.reduce((sum, each) => sum + each, 0);
    const secondsPerUpdate = total > 0 ? total / seconds.length : null; // imported logs tell no times
    return {
        budgets,
        fraction: isOver ? 1 : fractionDone(config, spent),
        secondsPerUpdate,
        remaining: state === 'running' ? remaining(config, seconds, updatesLeft(config, spent), budgets) : null,
    };
}

/** The time for the updates that are left and the evaluation after them; less where a limit of time comes first. */
function remaining(
    config: RunConfig,
    seconds: readonly number[],
    left: number,
    budgets: RecordedRow['budgets'],
): RecordedRow['remaining'] {
    const byUpdates = secondsFor(left + evaluationInUpdates(config), seconds);
    const time = budgets.find(({ unit }) => unit === 'minutes');
    if (!time) return byUpdates;
    const byTime = Math.max(0, (time.of - time.spent) * 60);
    return byUpdates === null
        ? { low: byTime, high: byTime }
        : { low: Math.min(byUpdates.low, byTime), high: Math.min(byUpdates.high, byTime) };
}

/** Minutes over all attempts. An open one lasts until `now`; it counts for nothing where nobody is at work (null). */
function minutesWorked(db: RunDatabase, now: number | null): number {
    const milliseconds = attempts(db).reduce(
        (sum, { startedAt, endedAt }) => sum + Math.max(0, (endedAt ?? now ?? startedAt) - startedAt),
        0,
    );
    return milliseconds / 60_000;
}
