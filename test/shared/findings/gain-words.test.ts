/** What a gain is called: never more than its interval and its length allow. */
import { describe, expect, it } from 'vitest';
import {
    besideGain,
    gainHeadline,
    judgeSays,
    type GainFound,
    type Interval,
    type JudgeFound,
} from '../../../src/shared/findings/gain-words.ts';

const interval = (mean: number, half = 0.3): Interval => ({ mean, low: mean - half, high: mean + half });
const found = (given: Partial<GainFound>): GainFound => ({
    total: interval(1.9),
    most: 9,
    atEqualLength: interval(0.61),
    words: [33, 45],
    isControl: false,
    control: null,
    judges: [],
    ...given,
});
const controlled = (over: Interval | null): GainFound =>
    found({ control: { name: 'shuffled', total: interval(-0.08), overAtEqualLength: over } });

describe('the headline of a run', () => {
    it('is the gain at equal length above that of its control, where there is one', () => {
        expect(gainHeadline(controlled(interval(0.47)))).toBe(
            'At equal length the stories gained +0.47 [+0.17, +0.77] of 9 points above those of the control “shuffled”, which learned from shuffled rewards.',
        );
        expect(gainHeadline(controlled(interval(-0.47)))).toContain('−0.47 [−0.77, −0.17] of 9 points below those');
        expect(gainHeadline(controlled(interval(0.1)))).toMatch(/gained no more than .*beyond what chance explains/u);
    });

    it('is the gain at equal length without a control, or where lengths do not allow more', () => {
        const says = 'Between stories of equal length the score rose by +0.61 [+0.31, +0.91] of 9 points.';
        expect(gainHeadline(found({}))).toBe(says);
        expect(gainHeadline(controlled(null))).toBe(says);
        expect(gainHeadline(found({ atEqualLength: interval(-0.61) }))).toContain('fell by −0.61');
    });

    it('calls a gain that is length by its name', () =>
        expect(gainHeadline(found({ atEqualLength: interval(0.1) }))).toMatch(/^The gain is length: /u));

    it('claims nothing that chance explains', () => {
        const nothing = 'No change in the total score that chance couldn’t explain.';
        expect(gainHeadline(found({ total: interval(0.1), atEqualLength: interval(0.1) }))).toBe(nothing);
        expect(gainHeadline(found({ total: interval(0.1), atEqualLength: null }))).toBe(nothing);
        expect(gainHeadline(found({ atEqualLength: null }))).toMatch(/how much of it is length cannot be said/u);
    });
});

describe('beside it', () => {
    it('stands the gain of all stories, what of it is length, and the control’s', () => {
        expect(besideGain(found({}))).toBe(
            'All stories together: +1.90 [+1.60, +2.20], of which 1.29 (68 %) is length, from 33 to 45 words. There is no control, the same run with shuffled rewards, to hold it against.',
        );
        expect(besideGain(controlled(interval(0.5)))).toMatch(/ The control’s: −0\.08 \[−0\.38, \+0\.22\]\.$/u);
    });

    it('misses no control where the run is one', () => {
        const says = besideGain(found({ isControl: true }));
        expect(says).toMatch(/This run is a control: its rewards were shuffled/u);
        expect(says).not.toContain('There is no control');
    });

    it('speaks of no length where stories did not grow or nothing was gained', () => {
        for (const other of [
            found({ words: [45, 33] }),
            found({ total: interval(0.1) }),
            found({ atEqualLength: null }),
        ])
            expect(besideGain(other)).not.toContain('is length');
    });
});

describe('what a second judge says', () => {
    const judge = (given: Partial<JudgeFound>): JudgeFound => ({
        name: 'second-reader',
        pairs: 500,
        most: 9,
        total: interval(0.9),
        atEqualLength: interval(0.5),
        overAtEqualLength: null,
        ...given,
    });
    const who = 'second-reader, which never rewarded this run, read 500 stories before and after. ';

    it('is its gain at equal length, above the control where it has read that one too', () => {
        expect(judgeSays(judge({}))).toBe(`${who}At equal length it sees a gain: +0.50 [+0.20, +0.80] of 9 points.`);
        expect(judgeSays(judge({ overAtEqualLength: interval(-0.4) }))).toBe(
            `${who}At equal length, against the control, it sees a loss: −0.40 [−0.70, −0.10] of 9 points.`,
        );
        expect(judgeSays(judge({ atEqualLength: null }))).toContain('Of all stories together it sees a gain: +0.90');
    });

    it('is no change where chance explains it', () =>
        expect(judgeSays(judge({ atEqualLength: interval(0.2) }))).toBe(
            `${who}At equal length it sees no change that chance couldn’t explain: +0.20 [−0.10, +0.50] of 9 points.`,
        ));
});
