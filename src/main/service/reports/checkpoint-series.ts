/** What was measured of runs' checkpoints, as series over what was read and taught, against each run's own start. */
import type { ResultInterval } from '../../../shared/benchmark-results.ts';
import type { MeasuredSeries, Series, SeriesPoint } from '../../../shared/sweep.ts';
import { overSeeds } from '../../benchmarks/change-words.ts';
import { intervalOf } from '../../benchmarks/statistics/strata.ts';
import { mean } from '../../learning/ppo/statistics.ts';
import type { MeasuredSweep, SweepCheckpoint } from './swept.ts';
import { configurationOf } from './swept-runs.ts';

/** A checkpoint's place in the list of scores, with the place of its run's own start. */
interface Placed {
    readonly checkpoint: SweepCheckpoint;
    readonly at: number;
    readonly start: number;
}

export function seriesOf({ measure, checkpoints, scores }: MeasuredSweep): MeasuredSeries {
    const placed = checkpoints.map((checkpoint, at): Placed => ({
        checkpoint,
        at,
        start: checkpoints.findIndex(({ run }) => run.id === checkpoint.run.id), // checkpoints come in order
    }));
    const drawnOf = (of: (row: readonly number[]) => number): ResultInterval =>
        intervalOf(Float64Array.from(scores.drawn, of).sort())!;
    const series = [...Map.groupBy(placed, ({ checkpoint }) => likenessOf(checkpoint)).values()].map(
        (members): Series => {
            const { run } = members[0]!.checkpoint;
            const points = [...Map.groupBy(members, ({ checkpoint }) => checkpoint.update).values()].map(
                (same): SeriesPoint => {
                    const differences = same.map(({ at, start }) => scores.measured[at]! - scores.measured[start]!);
                    const values = same.map(({ at }) => scores.measured[at]!);
                    const isStart = same.every(({ at, start }) => at === start);
                    const [{ at, start, checkpoint }] = same as [Placed];
                    const several = same.length > 1;
                    return {
                        checkpoints: same.map((each) => `${each.checkpoint.run.name} · ${each.checkpoint.name}`),
                        words: checkpoint.words,
                        feedbackWords: checkpoint.feedbackWords,
                        update: checkpoint.update,
                        score: mean(values),
                        interval: several ? betweenSeeds(values) : drawnOf((row) => row[at]!),
                        change: isStart
                            ? null
                            : {
                                  difference: mean(differences),
                                  interval: several
                                      ? betweenSeeds(differences)
                                      : drawnOf((row) => row[at]! - row[start]!),
                              },
                    };
                },
            );
            return {
                runs: [...new Set(members.map(({ checkpoint }) => checkpoint.run.name))],
                kind: run.kind,
                isControl: isControl(members[0]!.checkpoint),
                points: points.toSorted((a, b) => a.update - b.update),
            };
        },
    );
    return { measure, series };
}

/** Student's t over seeds, as differences of benchmarks have it. */
function betweenSeeds(values: readonly number[]): ResultInterval {
    return overSeeds(values.map((difference) => ({ difference }))).interval!;
}

export const isControl = ({ run }: SweepCheckpoint): boolean =>
    run.kind === 'learn' && run.config.values['teacher.shuffle'] === 'on';

/** Equal for checkpoints of runs that differ in nothing but their seed, after the same reading. */
function likenessOf(checkpoint: SweepCheckpoint): string {
    const { run, words } = checkpoint;
    return JSON.stringify([configurationOf(run), run.kind === 'learn' ? words.toPrecision(2) : 0]);
}
