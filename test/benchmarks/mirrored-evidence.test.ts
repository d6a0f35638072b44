/** Evidence for grammar with a liking for words left out: by hand, by a planted liking, and by simulation. */
import { expect, it } from 'vitest';
import { grammarBattery } from '../../src/main/benchmarks/grammar/battery.ts';
import { mirroredEvidence } from '../../src/main/benchmarks/mirrored-evidence.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import type { ScoredItem } from '../../src/shared/benchmarks/benchmarks.ts';

const battery = grammarBattery();
const random = (): RandomStream => new RandomStream(7, 'mirrored');

/** Both words of a pair with their nats, as a student would that has `margin` and likes the first word by `liking`. */
const scored = (margin: (at: number) => number, liking = 0): ScoredItem[] =>
    battery.map((item, at) => ({
        item,
        logprobs: [-20 + margin(at) + (item.index % 2 === 0 ? liking : -liking), -20],
    }));

it('does not move with a liking for a word, which moves the score', () => {
    const then = scored((at) => 0.5 + (at % 7) / 10);
    const now = scored((at) => 0.5 + (at % 7) / 10, 3);
    const right = (of: readonly ScoredItem[]): number => of.filter(({ logprobs: [good, bad] }) => good! > bad!).length;
    expect([right(then), right(now)]).toEqual([400, 200]);
    const { before, now: after, difference, interval } = mirroredEvidence(then, now, random())!;
    expect(after).toBeCloseTo(before, 12);
    expect(difference).toBeCloseTo(0, 12);
    expect(interval!.low).toBeCloseTo(0, 12);
    expect(interval!.high).toBeCloseTo(0, 12);
});

it('is the mean over phenomena of the means over frames, in nats a pair', () => {
    const [agreement, negation] = ['agreement_across_adverb', 'negation'];
    const some = (frames: readonly [string, number, number][]): ScoredItem[] =>
        frames.map(([uid, index, margin]) => ({
            item: { ...battery[0]!, uid, index },
            logprobs: [margin - 5, -5],
        }));
    const then = some([
        [agreement, 0, 4],
        [agreement, 1, -2], // 1 nat a pair
        [agreement, 2, 3],
        [agreement, 3, 3], // 3
        [negation, 0, 6],
        [negation, 1, 4], // 5
        [negation, 2, 9], // its mirror image was too long to be read
    ]);
    const now = some([
        [agreement, 0, 3],
        [agreement, 1, 1], // 2
        [agreement, 2, 2],
        [agreement, 3, 2], // 2
        [negation, 0, 1],
        [negation, 1, 7], // 4
    ]);
    expect(mirroredEvidence(then, now, random())).toMatchObject({ before: 3.5, now: 3, difference: -0.5 });
    expect(mirroredEvidence([], [], random())).toBeNull();
});

it('finds knowledge that was lost, and its interval covers what was planted', { tags: ['simulation'] }, () => {
    const noise = new RandomStream(11, 'noise');
    let covered = 0;
    for (let trial = 0; trial < 20; trial++) {
        const of = (mean: number): ScoredItem[] => scored(() => mean + noise.normal(), trial % 5);
        const { interval } = mirroredEvidence(of(3), of(2.8), random())!;
        if (interval!.low <= -0.2 && interval!.high >= -0.2) covered++;
        expect(interval!.low).toBeLessThan(0);
    }
    expect(covered).toBeGreaterThanOrEqual(16); // of 20 at 95 %: fewer is 1 in 390
});
