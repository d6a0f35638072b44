/** Reads everything that a report tells of a run, from its own record. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import type { Check } from '../../../../shared/findings/health.ts';
import { configKeys, fieldOf, presetValue } from '../../../../shared/run/config.ts';
import type { StoredConfig } from '../../../../shared/run/stored-config.ts';
import { isApplied } from '../../../../shared/settings/applied.ts';
import { settingLabel } from '../../../../shared/settings/names.ts';
import { count, counted, countedStories, rounded } from '../../../../shared/text/numbers.ts';
import type { Rubric } from '../../../../shared/ratings/rubric.ts';
import type { HoldOutReport } from '../../../../shared/views/hold-out.ts';
import type { StoryPair } from '../../../../shared/views/stories.ts';
import type { StyleReport } from '../../../../shared/views/style.ts';
import { RandomStream } from '../../../learning/random.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import type { RunFolder } from '../../../store/home/run-folder.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { ratedSamples, samplePairs, type RatedSample } from '../../../store/run/evaluations.ts';
import { teacherRubric } from '../../../store/run/ratings/rated-stories.ts';
import { readConfig, readSummary, type RunSummary } from '../../../store/run/run.ts';
import { shownTables, type ShownTable } from '../../../store/run/shown-tables.ts';
import { redactPlaces, thisIdentity } from '../../../store/tables/redaction.ts';
import type { RunComparison } from '../../reports/comparison/comparison.ts';
import { compareRunAside } from '../../reports/comparison/comparison-thread.ts';
import { curvesOf, type RunCurves } from '../../reports/figures/run-curves.ts';
import { methodsOfRun } from '../../reports/run/card.ts';
import { healthOfRun } from '../../reports/run/health.ts';
import { startingStudent } from '../../reports/run/student-facts.ts';
import { styleOfRunAside } from '../../reports/run/style-thread.ts';
import { keptRun } from '../../sources/kept-checkpoints.ts';
import { readSource, sourceFile } from '../../sources/run-source.ts';
import { version } from '../../sources/version.ts';
import { composeReportSet } from '../../sets/report-set.ts';
import type { NewSet } from '../../../store/sets/rating-set.ts';

const mostPairs = 50;
const formStories = 40;

export interface ReportFacts {
    readonly run: RunSummary;
    readonly preset: string;
    readonly comparison: RunComparison | null;
    /** Null where its stories are too few or too short to say anything of their style. */
    readonly style: StyleReport | null;
    readonly methods: string;
    readonly settings: readonly ReportSetting[];
    readonly curves: RunCurves | null;
    /** It wrote with dropout while it learned. */
    readonly hasDropout: boolean;
    readonly worries: readonly Check[];
    /** Null where no second judge read beside the teacher. */
    readonly holdOut: HoldOutReport | null;
    /** By which the teacher rated; null without a comparison. */
    readonly rubric: Rubric | null;
    readonly tables: readonly ShownTable[];
    readonly pairs: readonly ReportedPair[];
    /** Pairs that there are, and in how many of them a story is in the rating form. */
    readonly pairsInAll: number;
    readonly pairsInForm: number;
    /** What somebody who has this report may rate; null where there is nothing to compare. */
    readonly form: NewSet | null;
    readonly at: number;
}
/** With what the teacher gave each story; null where it could not be rated. */
export interface ReportedPair extends StoryPair {
    readonly scores: Readonly<Record<'before' | 'after', GivenScores | null>>;
}
export type GivenScores = NonNullable<RatedSample['scores']>;

export interface ReportSetting {
    readonly key: string;
    readonly label: string;
    readonly value: string;
    readonly preset: string;
    readonly differs: boolean;
}

/** @throws bad input where the run did not learn from ratings */
export async function readReportFacts(home: string, folder: RunFolder, now: number): Promise<ReportFacts> {
    const curves = curvesOf(keptRun(folder));
    const [comparison, style] = await Promise.all([compareRunAside(folder.database), styleOfRunAside(folder.database)]);
    const { worries, holdOut } = healthOfRun(folder.database);
    const db = openRunDatabase(folder.database, { readonly: true });
    try {
        const run = readSummary(db, now);
        if (run.kind !== 'learn')
            throw badInput(
                `A report is about a run that learned from ratings, and “${run.name}” read a corpus; nothing was written. Name a run of learning.`,
            );
        const config = readConfig(db);
        const form = comparison === null ? null : composeReportSet(db, formStories);
        const inForm = new Set(form?.stories.map(({ episode }) => episode));
        const all = comparison === null ? [] : samplePairs(db, comparison.before.id, comparison.after.id);
        const free = all.filter(({ before, after }) => !inForm.has(before.sample) && !inForm.has(after.sample));
        return {
            run,
            preset: config.preset,
            comparison,
            style,
            curves,
            worries,
            holdOut,
            form,
            at: now,
            methods: methodsWithStart(home, folder, config, comparison, curves),
            settings: settingsOf(config),
            rubric: comparison === null ? null : teacherRubric(db),
            hasDropout: config.values['rollout.dropout'] !== 'off',
            tables: shownTables(db).map((table) => ({ ...table, rows: table.rows.map((row) => row.map(placeless)) })),
            pairs: comparison === null ? [] : withScores(db, comparison, someOf(free, run.id)),
            pairsInAll: all.length,
            pairsInForm: all.length - free.length,
        };
    } finally {
        db.close();
    }
}

const identity = thisIdentity();
const placeless = (value: string | number | null): string | number | null =>
    typeof value === 'string' ? redactPlaces(value, identity) : value;

/** Nobody picked them: the run alone decides which. In the order of seeds. */
function someOf(pairs: readonly StoryPair[], run: string): readonly StoryPair[] {
    const order = new RandomStream('report pairs', run).permutation(pairs.length);
    return Array.from(order.slice(0, mostPairs), (place) => pairs[place]!).toSorted((a, b) => a.seed - b.seed);
}

function withScores(
    db: RunDatabase,
    { before, after }: RunComparison,
    pairs: readonly StoryPair[],
): readonly ReportedPair[] {
    const [early, late] = [before, after].map(
        ({ id }) => new Map(ratedSamples(db, id).map(({ seed, scores }) => [seed, scores])),
    );
    return pairs.map((pair) => ({
        ...pair,
        scores: { before: early!.get(pair.seed) ?? null, after: late!.get(pair.seed) ?? null },
    }));
}

function settingsOf({ preset, values }: StoredConfig): readonly ReportSetting[] {
    return configKeys
        .filter((key) => isApplied(key, fieldOf(key), 'learn', values))
        .map((key): ReportSetting => {
            const unit = fieldOf(key).unit;
            const shown = (value: number | string): string =>
                redactPlaces(value === '' ? 'none' : unit === '' ? String(value) : `${value} ${unit}`, identity);
            return {
                key,
                label: settingLabel(key),
                value: shown(values[key]),
                preset: shown(presetValue(key, preset)),
                differs: values[key] !== presetValue(key, preset),
            };
        });
}

/** The card's paragraph, with the student that the run began with, and how it was evaluated. */
function methodsWithStart(
    home: string,
    folder: RunFolder,
    { values }: StoredConfig,
    comparison: RunComparison | null,
    curves: RunCurves | null,
): string {
    const source = existsSync(join(folder.folder, sourceFile)) ? readSource(folder).source : null;
    const begun = keptRun(folder).checkpoints[0]?.folder ?? null;
    const student = startingStudent(home, source, begun, () => null);
    const size = student?.size;
    const read = curves === null || curves.startWords === 0 ? '' : ` It had read ${rounded(curves.startWords)} words.`;
    const began =
        student === null
            ? ''
            : `The student${student.name === null ? '' : ` began as “${basename(student.name)}”`}${size ? `, a GPT-2 of ${rounded(size.parameters)} parameters (${size.layers} layers, width ${size.width}, ${size.heads} heads, context ${size.context}, vocabulary ${count(size.vocabulary)})` : ''}.${read}`;
    const evaluated =
        comparison === null
            ? ''
            : `Before and after learning it wrote ${countedStories(comparison.scores.pairs + comparison.scores.unreadablePairs)} each without dropout, from ${values['evaluation.seeds'] === 'run' ? 'seeds of the run’s own' : `seeds that begin at ${values['evaluation.seed']}`}; intervals are 95 %, by a bootstrap of ${counted(2000, 'resample')} over pairs of equal seed.`;
    const methods = methodsOfRun(folder.database, comparison);
    const parts = [began, methods, evaluated, `Report written by Storyloop ${version}.`];
    return redactPlaces(parts.filter((part) => part !== '').join(' '), identity);
}
