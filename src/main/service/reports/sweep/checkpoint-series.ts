/** What was measured of runs' checkpoints, as series over what was read and taught, against each run's own start. */
import type { ResultInterval } from '../../../../shared/benchmarks/results.ts';
import type { MeasuredSeries, Series, SeriesPoint } from '../../../../shared/benchmarks/sweep.ts';
import { overSeeds } from '../../../benchmarks/change-words.ts';
import { intervalOf } from '../../../benchmarks/statistics/strata.ts';
import { mean } from '../../../learning/statistics/descriptive.ts';
import type { SweepScores } from '../../../learning/statistics/equivalence.ts';
import type { MeasuredSweep, SweepCheckpoint } from './swept.ts';
import { configurationOf } from './swept-runs.ts';

/** A checkpoint's place in the list of scores, with the place of its run's own start. */
interface PlacedCheckpoint {
    readonly checkpoint: SweepCheckpoint;
    readonly at: number;
    readonly start: number;
}

export function seriesOf({ measure, checkpoints, scores }: MeasuredSweep): MeasuredSeries {
    const placed = checkpoints.map((checkpoint, at): PlacedCheckpoint => ({
        checkpoint,
        at,
        start: checkpoints.findIndex(({ run }) => run.id === checkpoint.run.id), // checkpoints come in order
    }));
    const alike = [...Map.groupBy(placed, ({ checkpoint }) => likenessOf(checkpoint)).values()];
    const series = alike.flatMap(bySeeds).map((members): Series => {
        const { checkpoint } = members[0]!;
        const points = [...Map.groupBy(members, (each) => each.checkpoint.update).values()];
        return {
            runs: [...new Set(members.map((each) => each.checkpoint.run.name))],
            kind: checkpoint.run.kind,
            isControl: isControl(checkpoint),
            points: points.map((same) => pointOf(same, scores)).toSorted((a, b) => a.update - b.update),
        };
    });
    return { measure, series };
}

function pointOf(same: readonly PlacedCheckpoint[], { measured, drawn }: SweepScores): SeriesPoint {
    const [{ at, start, checkpoint }] = same as readonly [PlacedCheckpoint];
    const { words, feedbackWords, update } = checkpoint;
    const values = same.map((each) => measured[each.at]!);
    const differences = same.map((each) => measured[each.at]! - measured[each.start]!);
    const over = (seeds: readonly number[], of: (row: readonly number[]) => number): ResultInterval =>
        seeds.length > 1 ? betweenSeeds(seeds) : intervalOf(Float64Array.from(drawn, of).sort())!;
    return {
        checkpoints: same.map((each) => `${each.checkpoint.run.name} · ${each.checkpoint.name}`),
        words,
        feedbackWords,
        update,
        score: mean(values),
        interval: over(values, (row) => row[at]!),
        change: same.every((each) => each.at === each.start)
            ? null
            : { difference: mean(differences), interval: over(differences, (row) => row[at]! - row[start]!) },
    };
}

/** Student's t over seeds, as differences of benchmarks have it. */
export function betweenSeeds(values: readonly number[]): ResultInterval {
    return overSeeds(values.map((difference) => ({ difference }))).interval!;
}

export const isControl = ({ run }: SweepCheckpoint): boolean =>
    run.kind === 'learn' && run.config.values['teacher.shuffle'] === 'on';

/** Equal for checkpoints of runs that differ in nothing but their seed, after the same reading. */
function likenessOf(checkpoint: SweepCheckpoint): string {
    const { run, words } = checkpoint;
    return JSON.stringify([configurationOf(run), run.kind === 'learn' ? words.toPrecision(2) : 0]);
}

/** Runs of one seed, as a shorter and a longer one, are no seeds of each other. */
function bySeeds(members: readonly PlacedCheckpoint[]): readonly (readonly PlacedCheckpoint[])[] {
    const byRun = Map.groupBy(members, ({ checkpoint }) => checkpoint.run.id);
    const seeds = new Set(members.map(({ checkpoint }) => checkpoint.run.config.values.seed));
    return seeds.size === byRun.size ? [members] : [...byRun.values()];
}
