import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alphaMeasure, alphaStatistics } from '../../../src/main/learning/agreement/alpha.ts';
import { pairMeasure } from '../../../src/main/learning/agreement/pair.ts';
import { missing, panelOf, type DrawMeasure, type Panel } from '../../../src/main/learning/agreement/panel.ts';
import { partialMeasure } from '../../../src/main/learning/agreement/partial.ts';
import { pairStatistics, type PairStatistic } from '../../../src/shared/ratings/agreement.ts';
import { naiveAlpha, naiveKappa, naiveKendall, naiveSpearman, pearson, quadratic, unweighted } from './oracle.ts';

const panel = (...columns: readonly (readonly number[])[]): Panel =>
    panelOf(columns.map((column) => Float64Array.from(column)));

function measured<Name extends string>(names: readonly Name[], of: Panel, measure: DrawMeasure): Record<Name, number> {
    const out = new Float64Array(measure.size);
    measure.measure(of.counts, out);
    return Object.fromEntries(names.map((name, i) => [name, out[i]!])) as Record<Name, number>;
}

function agreement(a: readonly number[], b: readonly number[]): Record<PairStatistic, number> {
    const both = panel(a, b);
    return measured(pairStatistics, both, pairMeasure(both, 0, 1));
}

function alpha(...raters: readonly (readonly number[])[]): { ordinal: number; interval: number } {
    const all = panel(...raters);
    return measured(alphaStatistics, all, alphaMeasure(all, [...raters.keys()]));
}

const whole = fc.integer({ min: 0, max: 3 });
const real = fc.integer({ min: 0, max: 12 }).map((twelfths) => twelfths / 4);
const lists = (score: fc.Arbitrary<number>): fc.Arbitrary<[number[], number[]]> =>
    fc
        .array(fc.tuple(score, score), { minLength: 3, maxLength: 30 })
        .map((pairs): [number[], number[]] => [pairs.map(([a]) => a), pairs.map(([, b]) => b)])
        .filter(([a, b]) => new Set(a).size > 1 && new Set(b).size > 1);

describe('two raters', () => {
    it('agree by the fast formulas as by the textbook', () => {
        fc.assert(
            fc.property(lists(whole), ([a, b]) => {
                const fast = agreement(a, b);
                expect(fast.qwk).toBeCloseTo(naiveKappa(a, b, quadratic), 10);
                expect(fast.kappa).toBeCloseTo(naiveKappa(a, b, unweighted), 10);
                expect(fast.spearman).toBeCloseTo(naiveSpearman(a, b), 10);
                expect(fast.kendall).toBeCloseTo(naiveKendall(a, b), 10);
                expect(fast.exact).toBeCloseTo(a.filter((score, i) => score === b[i]).length / a.length, 12);
                expect(fast.within1).toBeCloseTo(a.filter((s, i) => Math.abs(s - b[i]!) <= 1).length / a.length, 12);
            }),
        );
    });

    it('agree by kappa’s covariance form also where scores are no categories, and then have no unweighted kappa', () => {
        fc.assert(
            fc.property(lists(real), ([a, b]) => {
                const fast = agreement(a, b);
                expect(fast.qwk).toBeCloseTo(naiveKappa(a, b, quadratic), 10);
                expect(fast.spearman).toBeCloseTo(naiveSpearman(a, b), 10);
                expect(fast.kendall).toBeCloseTo(naiveKendall(a, b), 10);
                const areCategories = [...a, ...b].every(Number.isInteger);
                expect([Number.isNaN(fast.kappa), Number.isNaN(fast.exact)]).toEqual([!areCategories, !areCategories]);
            }),
        );
    });

    it('agree the other way round just as well, with the bias reversed', () => {
        fc.assert(
            fc.property(lists(whole), ([a, b]) => {
                const [forth, back] = [agreement(a, b), agreement(b, a)];
                for (const name of pairStatistics)
                    expect(back[name]).toBeCloseTo(name === 'bias' ? -forth[name] : forth[name], 10);
            }),
        );
    });

    it('agree perfectly with themselves', () => {
        fc.assert(
            fc.property(lists(real), ([a]) => {
                const self = agreement(a, a);
                expect([self.qwk, self.spearman, self.kendall, self.bias, self.within1]).toEqual(
                    [1, 1, 1, 0, 1].map((value) => expect.closeTo(value, 12)),
                );
            }),
        );
    });

    it('agree in rank whatever the scale is stretched to, in kappa only as far as the scores are the same', () => {
        const a = [0, 0, 1, 1, 2, 2, 0, 1, 2, 0];
        const lenient = agreement(
            a,
            a.map((score) => score + 1),
        );
        expect(lenient.spearman).toBeCloseTo(1, 12);
        expect(lenient.kendall).toBeCloseTo(1, 12);
        expect(lenient.qwk).toBeLessThan(0.6);
        expect(lenient.bias).toBeCloseTo(1, 12);
    });

    it.each([
        { who: 'the first', a: [2, 2, 2], b: [0, 1, 2] },
        { who: 'the second', a: [0, 1, 2], b: [1, 1, 1] },
        { who: 'both alike', a: [2, 2, 2], b: [2, 2, 2] },
    ])('have nothing to correlate when $who used one value only', ({ a, b }) => {
        const { qwk, kappa, spearman, kendall, bias } = agreement(a, b);
        expect([qwk, kappa, spearman, kendall]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
        expect(bias).toBeCloseTo((b[0]! + b[1]! + b[2]! - a[0]! - a[1]! - a[2]!) / 3, 12);
    });

    it('are compared on the stories that both rated', () => {
        const gaps = agreement([0, 1, missing, 2, 3, 1], [0, 2, 3, missing, 3, 1]);
        expect(gaps).toEqual(agreement([0, 1, 3, 1], [0, 2, 3, 1]));
        expect(Object.values(agreement([0, missing], [missing, 1])).every(Number.isNaN)).toBe(true);
    });
});

describe('Krippendorff’s alpha', () => {
    const gap = missing;
    // Krippendorff (2011), four observers, twelve units
    const published = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ];

    it('is 0.815 for the published ordinal example and 0.849 for the interval one', () => {
        const { ordinal, interval } = alpha(...published);
        expect(ordinal).toBeCloseTo(0.815, 3);
        expect(interval).toBeCloseTo(0.849, 3);
    });

    it('equals the coincidence matrix and does not care about the order of raters', () => {
        const scored = fc.array(fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }), {
            minLength: 4,
            maxLength: 4,
        });
        fc.assert(
            fc.property(fc.array(scored, { minLength: 3, maxLength: 15 }), (stories) => {
                const units = stories.map((scores) => scores.filter((score) => score !== undefined));
                const paired = units.filter((unit) => unit.length > 1).flat();
                const raters = [0, 1, 2, 3].map((rater) => stories.map((scores) => scores[rater] ?? missing));
                const { ordinal, interval } = alpha(...raters);
                if (new Set(paired).size < 2) {
                    expect([ordinal, interval]).toEqual([Number.NaN, Number.NaN]);
                    return;
                }
                expect(ordinal).toBeCloseTo(naiveAlpha(units, 'ordinal'), 9);
                expect(interval).toBeCloseTo(naiveAlpha(units, 'interval'), 9);
                const relabelled = alpha(...raters.toReversed());
                expect(relabelled.ordinal).toBeCloseTo(ordinal, 9);
                expect(relabelled.interval).toBeCloseTo(interval, 9);
            }),
        );
    });
});

describe('agreement at equal length', () => {
    it('is the correlation of what is left of both ranks beside a straight line on the ranks of length', () => {
        const triple = fc.tuple(whole, real, fc.integer({ min: 1, max: 9 }));
        fc.assert(
            fc.property(fc.array(triple, { minLength: 6, maxLength: 30 }), (rows) => {
                const [x, y, z] = [0, 1, 2].map((k) => rows.map((row) => row[k]!)) as [number[], number[], number[]];
                const given = panel(x, y, z);
                const { partial } = measured(['partial'], given, partialMeasure(given, 0, 1, 2));
                fc.pre(!Number.isNaN(partial));
                const rank = (v: number[]): number[] =>
                    v.map((value) => v.filter((w) => w < value).length + v.filter((w) => w === value).length / 2);
                const left = (v: number[]): number[] => {
                    const [ranks, lengths] = [rank(v), rank(z)];
                    const spread = (w: number[]): number => Math.sqrt(w.reduce((s, e) => s + e * e, 0));
                    const centre = (w: number[]): number[] => w.map((e) => e - w.reduce((s, f) => s + f, 0) / w.length);
                    const slope = (pearson(ranks, lengths) * spread(centre(ranks))) / spread(centre(lengths));
                    return centre(ranks).map((r, i) => r - slope * centre(lengths)[i]!);
                };
                expect(partial).toBeCloseTo(pearson(left(x), left(y)), 8);
            }),
        );
    });

    it('does not exist where all stories are equally long', () => {
        const given = panel([0, 1, 2], [0, 1, 2], [50, 50, 50]);
        expect(measured(['partial'], given, partialMeasure(given, 0, 1, 2)).partial).toBeNaN();
    });
});

const people = '../shared/human_judge';
describe.skipIf(!existsSync(people))(
    'people and language models on 1,056 real stories (skipped where ../shared is absent)',
    () => {
        const [header, ...lines] = existsSync(people)
            ? readFileSync(`${people}/hanna_re_em.csv`, 'utf8')
                  .trim()
                  .split(/\r?\n/)
                  .map((line) => line.split(','))
            : [[]];
        const column = (name: string): Float64Array =>
            Float64Array.from(lines!, (line) => Number(line[header!.indexOf(name)]));
        type Expected = Record<'re' | 'em', Record<string, number>>;
        const expected = existsSync(people)
            ? (JSON.parse(readFileSync(`${people}/agreement_expected.json`, 'utf8')) as Expected)
            : null;

        it.each(['re', 'em'] as const)('reproduces the recorded agreement on %s to 1e-6', (criterion) => {
            const judges = ['beluga-13b', 'orcaplatypus', 'mistral-7b', 'llama-13b', 'chatgpt'];
            const humans = [1, 2, 3].map((human) => column(`human_${human}_${criterion}`));
            const mean = humans[0]!.map((_, i) => humans.reduce((sum, human) => sum + human[i]!, 0) / 3);
            const all = panelOf([...humans, mean, ...judges.map((judge) => column(`${judge}_${criterion}_1`))]);
            const pair = (a: number, b: number): Record<PairStatistic, number> =>
                measured(pairStatistics, all, pairMeasure(all, a, b));
            const found: Record<string, number> = {
                krippendorff_alpha_interval: measured(alphaStatistics, all, alphaMeasure(all, [0, 1, 2])).interval,
                qwk_h1_h2: pair(0, 1).qwk,
                cohen_kappa_h1_h2: pair(0, 1).kappa,
                spearman_h1_h2: pair(0, 1).spearman,
                'kendall_b_humanmean_mistral-7b': pair(3, 4 + judges.indexOf('mistral-7b')).kendall,
            };
            judges.forEach((judge, i) => (found[`spearman_humanmean_${judge}`] = pair(3, 4 + i).spearman));
            for (const [name, value] of Object.entries(expected![criterion]))
                expect(Math.abs(found[name]! - value), name).toBeLessThan(1e-6);
        });
    },
);
