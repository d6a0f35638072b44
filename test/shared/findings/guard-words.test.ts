import { expect, it } from 'vitest';
import {
    grammarCheck,
    guardSentence,
    hasFallen,
    paidForLook,
    singleTestWords,
} from '../../../src/shared/findings/guard-words.ts';
import type { MirroredEvidence } from '../../../src/shared/benchmarks/results.ts';
import type { GuardChange, GuardReport } from '../../../src/shared/views/guard.ts';

const fall: GuardChange = { difference: -7.5, interval: { low: -10.2, high: -4.9 }, p: 0.004 };

function report(change: GuardChange | null, evidence: MirroredEvidence | null = null): GuardReport {
    const first = {
        update: 0,
        inputWords: 0,
        seconds: 1,
        score: 82,
        interval: { low: 79.5, high: 84.5 },
        change: null,
    };
    const score = 82 + (change?.difference ?? 0);
    return {
        battery: 'storyloop-grammar-1',
        isOwn: true,
        pairs: 400,
        chance: 50,
        points: change === null ? [first] : [first, { ...first, update: 5, score, change }],
        phenomena:
            change === null
                ? []
                : [
                      { name: 'negation', pairs: 50, before: 84, now: 60, ...fall, difference: -24 },
                      { name: 'verb_form', pairs: 50, before: 100, now: 90, ...fall, difference: -10 },
                  ],
        evidence,
    };
}

it('warns of a fall beyond its interval, in numbers, and names what fell most', () => {
    expect(grammarCheck(report(fall))).toEqual({
        id: 'grammar',
        isFine: false,
        says: 'grammar fell from 82.0 to 74.5 of 100',
        advice: expect.stringMatching(
            /^−7\.5 \[−10\.2, −4\.9\], p 0\.004, corrected for 1 look over 400 pairs of sentences, most of all in negation \(84 to 60\)\. /u,
        ) as string,
    });
    expect(guardSentence(report(fall))).toBe(
        'Grammar fell from 82.0 to 74.5 of 100 (−7.5 [−10.2, −4.9], p 0.004, corrected for 1 look; 400 pairs of sentences, chance 50).',
    );
});

it('is quiet where chance could have done it: an interval that holds 0, or a test that says so', () => {
    const couldBe = [
        { difference: -1, interval: { low: -2.5, high: 0.5 }, p: 0.2 },
        { difference: -4, interval: { low: -7, high: -1 }, p: 0.09 },
        { difference: -4, interval: null, p: 0.001 },
    ];
    for (const change of couldBe) {
        expect(hasFallen(change)).toBe(false);
        expect(grammarCheck(report(change))).toMatchObject({ isFine: true, advice: '' });
    }
    expect(guardSentence(report(couldBe[0]!))).toMatch(/^Grammar went .*\): the difference could be chance\.$/u);
    const once = report(couldBe[1]!);
    expect(guardSentence(once)).toMatch(/p 0\.090, corrected for 1 look; .*\): the difference could be chance\.$/u);
    const twice = { ...once, points: [once.points[0]!, ...once.points] };
    expect(guardSentence(twice)).toMatch(
        /p 0\.090, corrected for 2 looks; .*: the interval is that of this look alone, and over 2 looks the difference/u,
    );
    expect(grammarCheck(report(null))).toBeNull();
    expect(guardSentence(report(null))).toMatch(/^Grammar was 82\.0 of 100 before learning/u);
});

it('of two checkpoints of a guarded run says that their comparison is one test, where the guard reads the same', () => {
    const once = report(fall);
    const twice = { ...once, points: [once.points[0]!, ...once.points] };
    expect(singleTestWords(once, ['grammar'])).toMatch(/^For grammar, this is a single test\. .* has looked once, /u);
    expect(singleTestWords(twice, ['blimp', 'grammar'])).toMatch(/has looked 2 times, .* hold to that page\.$/u);
    expect(singleTestWords(twice, ['blimp', 'zorro'])).toBeNull();
    expect(singleTestWords({ ...twice, isOwn: false }, ['zorro'])).not.toBeNull();
    expect(singleTestWords(report(null), ['grammar'])).toBeNull();
});

it('lets all looks together cry wolf no more often than one test would', () => {
    // each look may find something by chance in 1 of k(k+1) cases of 0.05: the parts add up to 0.05
    const shares = Array.from({ length: 10_000 }, (_, i) => 1 / (paidForLook(1e-12, i + 1) / 1e-12));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
    expect(paidForLook(0.5, 3)).toBe(1);
});

it('says of a fall whether knowledge was lost or a word came to be preferred', () => {
    const evidence = { before: 3.2, now: 3.19, difference: -0.01, interval: { low: -0.032, high: 0.01 } };
    const preferred = guardSentence(report(fall, evidence));
    expect(preferred).toMatch(
        /went from 3\.20 to 3\.19 nats a pair \(−0\.01 \[−0\.03, \+0\.01\]\): the student has come/u,
    );
    expect(preferred).toMatch(/has lost at most 1\.0 % of what it knows\.$/u);
    expect(grammarCheck(report(fall, evidence))!.advice).toContain('at most 1.0 %');
    const lost = { ...evidence, difference: -0.32, interval: { low: -0.4, high: -0.2 } };
    expect(guardSentence(report(fall, lost))).toMatch(/: 10\.0 % of what it knows was lost\.$/u);
    const couldBe: GuardChange = { difference: -2.5, interval: { low: -4, high: -1 }, p: 0.16 };
    expect(grammarCheck(report(couldBe, lost))!.isFine).toBe(true);
    expect(guardSentence(report(couldBe, lost))).toMatch(
        /: if that is a loss and not chance, it is 12\.5 % of what it knew at most\.$/u,
    );
    const risen: GuardChange = { difference: 1, interval: { low: 0.5, high: 2 }, p: 0.01 };
    expect(guardSentence(report(risen, evidence))).toMatch(/\[−0\.03, \+0\.01\]\)\.$/u); // no verdict to give
});
