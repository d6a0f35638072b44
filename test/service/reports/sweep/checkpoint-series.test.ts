/** Series of checkpoints: against their own start, over seeds where runs differ in nothing else, controls apart. */
import { expect, it } from 'vitest';
import { composeConfig, type RunConfig } from '../../../../src/shared/run/config.ts';
import { configVersion } from '../../../../src/shared/run/stored-config.ts';
import { seriesOf } from '../../../../src/main/service/reports/sweep/checkpoint-series.ts';
import type { SweepCheckpoint } from '../../../../src/main/service/reports/sweep/swept.ts';
import { runFolderAt } from '../../../../src/main/store/home/run-folder.ts';

/** The start and the end of a run of learning. */
function learned(name: string, settings: Partial<RunConfig>): readonly SweepCheckpoint[] {
    const values = composeConfig('quick', settings);
    const run: SweepCheckpoint['run'] = {
        id: name,
        name,
        folder: runFolderAt(`/runs/${name}`),
        checkpoints: [],
        kind: 'learn',
        config: { version: configVersion, preset: 'quick', values },
    };
    const checkpoint = { parents: [], words: 1e6, tokens: 2e6, run };
    return [
        { ...checkpoint, folder: '', name: 'start', kind: 'initial', digest: 'start', feedbackWords: 0, update: 0 },
        { ...checkpoint, folder: '', name: 'final', kind: 'final', digest: name, feedbackWords: 500, update: 9 },
    ];
}

const measure = {
    key: 'score',
    task: null,
    part: null,
    name: 'Teacher score',
    subject: 'the teacher’s score',
    most: 9,
    remarks: [],
};
/** In every draw all scores move alike, by up to a half. */
const scoresOf = (measured: readonly number[]): { measured: readonly number[]; drawn: number[][] } => ({
    measured,
    drawn: Array.from({ length: 1001 }, (_, i) => measured.map((value) => value - 0.5 + i / 1000)),
});

it('one run: intervals over stories, the difference on the same ones', () => {
    const { series } = seriesOf({ measure, checkpoints: learned('one', { seed: 1 }), scores: scoresOf([2, 3]) });
    expect(series).toHaveLength(1);
    const [start, end] = series[0]!.points;
    expect(start).toMatchObject({ score: 2, change: null, feedbackWords: 0, words: 1e6 });
    expect(end!.interval.low).toBeCloseTo(2.525, 3);
    expect(end!.interval.high).toBeCloseTo(3.475, 3);
    expect(end!.change!.difference).toBe(1);
    expect(end!.change!.interval.high - end!.change!.interval.low).toBeCloseTo(0, 12);
});

it('several seeds are one series with Student’s interval; another setting or the control are others', () => {
    const checkpoints = [
        ...['a', 'b', 'c'].flatMap((name, i) => learned(name, { seed: i })),
        ...learned('shuffled', { seed: 7, 'teacher.shuffle': 'on' }),
        ...learned('faster', { seed: 8, 'ppo.lr': 1 }),
    ];
    const { series } = seriesOf({ measure, checkpoints, scores: scoresOf([2, 3, 2, 4, 2, 5, 2, 2, 2, 6]) });
    expect(series.map(({ runs, isControl }) => [runs, isControl])).toEqual([
        [['a', 'b', 'c'], false],
        [['shuffled'], true],
        [['faster'], false],
    ]);
    const { change } = series[0]!.points[1]!;
    expect(change!.difference).toBe(2);
    expect(change!.interval.high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 2); // a deviation of 1, two degrees of freedom
});

it('two runs of one seed are not two seeds', () => {
    const checkpoints = ['short', 'long'].flatMap((name) => learned(name, { seed: 1 }));
    const { series } = seriesOf({ measure, checkpoints, scores: scoresOf([2, 3, 2, 4]) });
    expect(series.map(({ runs }) => runs)).toEqual([['short'], ['long']]);
});
