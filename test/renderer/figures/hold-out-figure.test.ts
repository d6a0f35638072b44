import { expect, it } from 'vitest';
import { holdOutFigure, holdOutWords } from '../../../src/renderer/lib/figures/trial/hold-out-figure.ts';
import { holdOutCheck, holdOutSentence } from '../../../src/shared/findings/hold-out-words.ts';
import type { HoldOutReport } from '../../../src/shared/views/hold-out.ts';

const around = (mean: number): { mean: number; low: number; high: number } => ({
    mean,
    low: mean - 0.2,
    high: mean + 0.2,
});
const point = (update: number, rootKl: number, teacher: number, judge: number): HoldOutReport['points'][number] => ({
    update,
    inputWords: 100 * update,
    seconds: 2,
    stories: 64,
    rootKl,
    expected: teacher / 2,
    teacher: around(teacher),
    judge: around(judge),
});
const course = {
    points: [point(0, 0, 0, 0), point(4, 2, 1, 0.5), point(8, 1.5, 2, -1)],
    agreement: 0.5,
    onset: { from: 4, until: 8, low: 3.2, high: 5.1, height: 2 },
};
const report: HoldOutReport = {
    ...course,
    teacher: 'Rules',
    judge: 'Second reader',
    before: null,
    wentBack: false,
    alarmAt: 8,
    atEqualLength: { ...course, points: [point(0, 0, 0, 0), point(4, 2, 0.5, 0.4), point(8, 1.5, 1, 0)] },
};

it('draws both curves over updates, with the onset, and shades the gap', () => {
    const spec = holdOutFigure(report, 'updates');
    expect(spec.xs).toEqual([0, 4, 8]);
    expect(spec.lines.map(({ name, values }) => [name, values])).toEqual([
        ['teacher', [0, 1, 2]],
        ['second judge', [0, 0.5, -1]],
        ['expected', [0, 0.5, 1]],
    ]);
    expect(new Set(spec.lines.map(({ ink }) => ink)).size).toBe(3); // no two names of one colour
    expect(spec.between).toEqual([1, 2]);
    expect(spec.bands).toEqual([{ from: 3.2, to: 5.1, label: 'onset' }]);
    expect(holdOutFigure({ ...report, onset: null }, 'updates').bands).toBeUndefined();
});

it('draws them over drift in the order of drift', () => {
    const spec = holdOutFigure(report, 'drift');
    expect(spec.xs).toEqual([0, 1.5, 2]);
    expect(spec.lines[1]!.values).toEqual([0, -1, 0.5]);
    expect(spec.bands).toBeUndefined();
});

it('says when it began and when it could be told', () => {
    const { finding, onset, rows } = holdOutWords(report);
    expect(onset).toBe('Onset: update 4 [3, 6]');
    expect(finding).toContain('over-optimisation from update 4 [3, 6], seen after update 8');
    expect(rows.at(-1)).toEqual({ update: '8', teacher: '+2.00 [1.80, 2.20]', judge: '−1.00 [−1.20, −0.80]' });
    expect(holdOutWords(report, report.atEqualLength).rows.at(-1)!.teacher).toBe('+1.00 [0.80, 1.20]');
    expect(holdOutCheck({ ...report, points: report.points.slice(0, 2) })).toBeNull();
});

it('says whether length explains it, and where to go back to', () => {
    const without = { ...course, onset: null };
    const before = { path: 'checkpoints/update_4', update: 4 };
    expect(holdOutSentence(report)).toContain('At equal length it is there, too, from update 4 [3, 6]');
    expect(holdOutSentence({ ...report, atEqualLength: without })).toMatch(
        /\. At equal length no such gap is seen: what Rules pays for and Second reader does not may be length alone\.$/u,
    );
    expect(holdOutSentence({ ...report, onset: null, before })).toMatch(
        /It is seen at equal length only.* The student after update 4 is kept\.$/u,
    );
    expect(holdOutSentence({ ...report, before, wentBack: true })).toMatch(
        /The run went back: its student is the one after update 4\.$/u,
    );
    expect(holdOutCheck({ ...report, before })!.advice).toContain('learn on from the student after update 4');
    expect(holdOutCheck({ ...report, onset: null, atEqualLength: without })!.isFine).toBe(true);
});
