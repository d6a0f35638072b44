/** What is counted, on numbers that can be checked by hand; what each quirk changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BenchmarkItem, ScoredItem } from '../../src/shared/benchmarks/benchmarks.ts';
import { benchmarkQuirks, presetCounting, type Counting } from '../../src/shared/benchmarks/counting.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { acquisitionFile } from '../../src/main/benchmarks/predictions.ts';
import { countTask, type CountedTask } from '../../src/main/benchmarks/count-tasks.ts';
import { countAcquisition } from '../../src/main/benchmarks/counting/acquisition.ts';
import { choiceOf } from '../../src/main/benchmarks/counting/choices.ts';
import { Float, pythonJson, twoDecimals } from '../../src/main/benchmarks/python-text.ts';
import { drawBinomial } from '../../src/main/benchmarks/statistics/binomial.ts';
import { averageRanks, rankCorrelation } from '../../src/main/benchmarks/statistics/correlation.ts';
import { partialR2, repeatedPartialR2 } from '../../src/main/benchmarks/statistics/partial-r2.ts';
import { recorded } from '../parity/benchmarks/made-up.ts';

const random = new RandomStream('counting');
const [official, fair] = [presetCounting('official'), presetCounting('fair')];

const scored = (
    task: CountedTask,
    uid: string,
    logprobs: readonly number[],
    more: Partial<BenchmarkItem> = {},
): ScoredItem => ({
    item: {
        task,
        uid,
        index: 0,
        labels: {},
        texts: logprobs.map(() => ({ kind: 'span', text: 'x', from: 0 })),
        human: {},
        ...more,
    },
    logprobs,
});
const count = (items: readonly ScoredItem[], counting: Counting) =>
    countTask(items[0]!.item.task as CountedTask, items, counting, random);

describe('choices', () => {
    const pairs = [
        scored('blimp', 'a', [-1, -2], { labels: { field: 'f', linguistics_term: 's' } }),
        scored('blimp', 'a', [-2, -2], { labels: { field: 'f', linguistics_term: 's' } }),
        scored('blimp', 'a', [-3, -2], { labels: { field: 'f', linguistics_term: 't' } }),
        scored('blimp', 'a', [-3, -2], { labels: { field: 'f', linguistics_term: 't' } }),
        scored('blimp', 'b', [-1, -2], { labels: { field: 'g', linguistics_term: 't' } }),
    ];

    it('a mean of groups, not of items; a tie is right, or half right and shown', () => {
        const [score] = count(pairs, official);
        expect(score).toMatchObject({ measure: 'accuracy', items: 5, score: 75, chance: 50, ties: 1 }); // (50 + 100) / 2
        expect(count(pairs, fair)[0]).toMatchObject({ score: 68.75, ties: 1 }); // (37.5 + 100) / 2
        expect(score!.groups.map(({ by, name, items, score: each }) => [by, name, items, each])).toEqual([
            ['uid', 'a', 4, 50],
            ['uid', 'b', 1, 100],
            ['field', 'f', 4, 50],
            ['field', 'g', 1, 100],
            ['linguistics_term', 's', 2, 100],
            ['linguistics_term', 't', 3, 100 / 3],
        ]);
        expect(score!.groups[1]!.interval).toBeNull(); // of one item there is none
    });

    it('a tie may appear in 32 bits, and lie among other texts than the right one', () => {
        const close = scored('blimp', 'a', [-20, -20 + 1e-9]);
        expect(choiceOf(close, official)).toEqual({ chosen: 0, credit: 1, isTie: true });
        expect(choiceOf(close, fair)).toEqual({ chosen: 1, credit: 0, isTie: false });
        expect(choiceOf(scored('blimp', 'a', [-3, -1, -1]), fair)).toEqual({ chosen: 1, credit: 0, isTie: false });
        expect(choiceOf(scored('blimp', 'a', [-1, -1, -2, -1]), fair).credit).toBeCloseTo(1 / 3, 15);
    });

    it('a number that is none is refused', () => {
        expect(() => count([scored('blimp', 'a', [Number.NaN, -1])], official)).toThrow();
        expect(() => count([scored('blimp', 'a', [-Infinity, -1])], fair)).toThrow();
    });

    it('entity tracking: splits of different length weigh the same, or each of their groups does', () => {
        const box = (split: string, operations: string, isRight: boolean, nothing = 'no'): ScoredItem =>
            scored(
                'entity_tracking',
                `${split}_${operations}_ops`,
                isRight ? [-1, -2, -3, -4, -5] : [-5, -1, -2, -3, -4],
                {
                    labels: { split, operations, nothing },
                },
            );
        const items = [box('regular', '0', true), box('regular', '1', true), box('ambiref', '0', false, 'yes')];
        expect(count(items, official)[0]).toMatchObject({ score: 50, chance: 20 }); // (100 + 0) / 2
        expect(count(items, fair)[0]!.score).toBeCloseTo(200 / 3, 12);
        const of = (by: string) =>
            count(items, fair)[0]!
                .groups.filter((group) => group.by === by)
                .map(({ name, score }) => [name, score]);
        expect(of('operations')).toEqual([
            ['0', 50],
            ['1', 100],
        ]);
        expect(of('split')).toEqual([
            ['regular', 100],
            ['ambiref', 0],
        ]);
        const filtered = count(items, { ...official, entityItems: 'without-nothing' })[0]!;
        expect(filtered).toMatchObject({ items: 2, score: 100 });
        expect(filtered.remarks).toEqual(['Left out: 1 item with “nothing” among the answers.']);
    });

    it('EWoK: the two lines of one question are drawn together, so the interval is as wide as questions are few', () => {
        const text = (target: string): BenchmarkItem['texts'][number] => ({
            kind: 'span',
            text: `C ${target}`,
            from: 2,
        });
        const question = (i: number, isTwin: boolean): ScoredItem[] => {
            const logprobs = i % 2 === 0 ? [-1, -2] : [-2, -1];
            const second = isTwin ? [text(`b${i}`), text(`a${i}`)] : [text(`c${i}`), text(`d${i}`)];
            return [
                scored('ewok', 'u', logprobs, { texts: [text(`a${i}`), text(`b${i}`)] }),
                scored('ewok', 'u', logprobs, { texts: second }),
            ];
        };
        const width = (isTwin: boolean): number => {
            const items = Array.from({ length: 100 }, (_, i) => question(i, isTwin)).flat();
            const { low, high } = count(items, official)[0]!.interval!;
            return high - low;
        };
        expect(width(true) / width(false)).toBeGreaterThan(1.25); // √2, but for chance
        expect(width(true) / width(false)).toBeLessThan(1.6);
    });

    it('nothing to count is no number', () => {
        expect(countTask('zorro', [], fair, random)[0]).toMatchObject({
            items: 0,
            score: null,
            interval: null,
            groups: [],
        });
    });
});

describe('intervals', () => {
    it('are as wide as the formula of a proportion says, and weigh groups, not items', () => {
        const group = (uid: string, items: number, right: number): ScoredItem[] =>
            Array.from({ length: items }, (_, i) => scored('blimp', uid, i < right ? [-1, -2] : [-2, -1]));
        const [score] = count([...group('a', 400, 240), ...group('b', 100, 30)], official);
        const deviation = Math.sqrt((0.6 * 0.4) / 400 + (0.3 * 0.7) / 100) / 2;
        expect(score!.score).toBeCloseTo(45, 10);
        expect(score!.interval!.high - score!.interval!.low).toBeCloseTo(100 * 2 * 1.96 * deviation, 0);
        expect(score!.groups[0]!.interval!.low).toBeCloseTo(60 - 196 * Math.sqrt(0.24 / 400), 0);
    });

    it('the same random stream gives the same interval', () => {
        const items = Array.from({ length: 30 }, (_, i) => scored('zorro', 'a-b', i % 3 === 0 ? [-1, -2] : [-2, -1]));
        expect(count(items, fair)).toEqual(count(items, fair));
    });

    it('binomial draws have the exact distribution', () => {
        for (const { n, p, at, below } of recorded.tests.binomial) {
            const draws = 4_000;
            const stream = new RandomStream('binomial', n);
            let found = 0;
            for (let i = 0; i < draws; i++) if (drawBinomial(stream, n, p) <= at) found++;
            expect(Math.abs(found / draws - below)).toBeLessThan(5 * Math.sqrt((below * (1 - below)) / draws));
        }
    });

    it('binomial draws stay within their bounds', () => {
        fc.assert(
            fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (n, p, seed) => {
                const drawn = drawBinomial(new RandomStream(seed), n, p);
                return Number.isInteger(drawn) && drawn >= 0 && drawn <= n;
            }),
        );
    });
});

describe('correlations', () => {
    it('equal values share the mean of their ranks', () => {
        expect([...averageRanks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
        expect(rankCorrelation([1, 2, 3], [2, 2, 2])).toBeUndefined();
        expect(rankCorrelation([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
    });

    it('ranks only look at the order, and both sides are alike', () => {
        const list = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
            minLength: 2,
        });
        fc.assert(
            fc.property(list, (pairs) => {
                const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
                const rho = rankCorrelation(a, b);
                const sum = averageRanks(a).reduce((total, rank) => total + rank, 0);
                expect(sum).toBeCloseTo((a.length * (a.length + 1)) / 2, 8);
                if (rho === undefined) return;
                expect(
                    rankCorrelation(
                        a.map((x) => x ** 3),
                        b,
                    ),
                ).toBeCloseTo(rho, 10);
                expect(rankCorrelation(b, a)).toBeCloseTo(rho, 10);
                expect(
                    rankCorrelation(
                        a.map((x) => -x),
                        b,
                    ),
                ).toBeCloseTo(-rho, 10);
                expect(Math.abs(rho)).toBeLessThanOrEqual(1);
            }),
        );
    });

    it('wug: far apart, 32 bits make equal ranks of different preferences', () => {
        const items = [-20, -30, -40, -1].map((second, i) =>
            scored('wug_adj', 'wug_adj', [0, second], { human: { ratio: [0.7, 0.8, 0.9, 0.1][i]! } }),
        );
        const [rounded] = count(items, official);
        expect(rounded!.score).toBeCloseTo(100 * Math.sqrt(0.6), 10); // three share a rank
        expect(rounded!.remarks).toEqual(['2 of 4 probabilities equal another in 32 bits and share its rank.']);
        expect(count(items, fair)[0]).toMatchObject({ score: 100, remarks: [] });
    });

    it('wug: where people agree on everything there is no correlation', () => {
        const items = [1, 2].map((at) => scored('wug_past', 'wug_past', [-at, -3], { human: { ratio: 0.5 } }));
        expect(count(items, fair)[0]).toMatchObject({
            score: null,
            interval: null,
            remarks: ['There is no correlation, since one side is the same for all items.'],
        });
    });
});

describe('partial R²', () => {
    const columns = [
        [1, 2, 3, 4, 5, 6],
        [2, 1, 4, 3, 6, 5],
        [3, 1, 4, 1, 5, 9],
    ];

    it('is the squared partial correlation', () => {
        const r = (a: number[], b: number[]): number => {
            const [ma, mb] = [a, b].map((list) => list.reduce((sum, value) => sum + value, 0) / list.length);
            const dot = (x: number[], mx: number, y: number[], my: number): number =>
                x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
            return dot(a, ma!, b, mb!) / Math.sqrt(dot(a, ma!, a, ma!) * dot(b, mb!, b, mb!));
        };
        const [x, v, y] = columns as [number[], number[], number[]];
        const partial = (r(v, y) - r(x, v) * r(x, y)) / Math.sqrt((1 - r(x, v) ** 2) * (1 - r(x, y) ** 2));
        expect(partialR2(columns)).toBeCloseTo(partial ** 2, 12);
        expect(repeatedPartialR2(columns)(new Uint32Array(6).fill(1))).toBeCloseTo(partial ** 2, 10);
    });

    it('rows that are drawn twice count twice; a column that says nothing new explains nothing', () => {
        const twice = columns.map((column) => column.flatMap((value, i) => (i === 2 ? [value, value] : [value])));
        expect(repeatedPartialR2(columns)(Uint32Array.of(1, 1, 2, 1, 1, 1))).toBeCloseTo(partialR2(twice)!, 10);
        expect(partialR2([columns[0]!, columns[0]!.map((value) => 2 * value), columns[2]!])).toBe(0);
        expect(partialR2([columns[0]!, columns[1]!, columns[0]!])).toBeUndefined(); // nothing is left to explain
        expect(
            partialR2([
                [1, 2],
                [2, 1],
                [1, 1],
            ]),
        ).toBeUndefined(); // as many coefficients as rows
    });
});

describe('reading', () => {
    const word = (i: number, context: 'words' | 'none'): ScoredItem => {
        const noise = (i * 7919) % 101;
        const surprise = (i * 31) % 17;
        return {
            item: {
                task: 'reading',
                uid: 'reading',
                index: i,
                labels: { context, row: `${i}` },
                texts: Array.from({ length: 2 }, () => ({ kind: 'word', context: 'x', word: 'y' })),
                human: {
                    Subtlex_log10: (i * 13) % 11,
                    length: 1 + ((i * 5) % 7),
                    context_length: 1 + ((i * 3) % 13),
                    prev_length: -1,
                    RTfirstfix: 10 * surprise + noise,
                    RTfirstpass: noise,
                    RTgopast: noise + (i % 5),
                    RTrightbound: noise + (i % 3),
                },
            },
            logprobs: [-((i * 17) % 23), -surprise],
        };
    };
    const words = Array.from({ length: 60 }, (_, i) => word(i, i % 10 === 0 ? 'none' : 'words'));

    it('takes the surprise without the space or with it, and leaves first words out where asked', () => {
        const [published] = count(words, official);
        const [mended] = count(words, fair);
        expect([published!.items, mended!.items]).toEqual([60, 54]);
        expect(mended!.groups[0]).toMatchObject({ by: 'measure', name: 'RTfirstfix', items: 54 });
        expect(mended!.groups[0]!.score).toBeGreaterThan(50); // it was made from the surprise with the space
        expect(published!.groups[0]!.score).toBeLessThan(20);
        expect(mended!.remarks).toEqual(['Left out: 6 words at the beginning of a sentence.']);
    });

    it('says that there is no score where no word has a word before it', () => {
        expect(count(words, fair)[1]).toMatchObject({
            part: 'self-paced',
            score: null,
            interval: null,
            items: 0,
            remarks: [expect.any(String), 'Too few words with all their numbers for a regression.'],
        });
    });
});

describe('age of acquisition', () => {
    const shares = (middle: number): Record<string, number> =>
        Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`${16 + i}`, 1 / (1 + Math.exp(-(16 + i - middle)))]));
    const steps = [1, 3, 10, 30, 100].map((millions) => millions * 1e6);
    const item = (word: string, middle: number): BenchmarkItem => ({
        task: 'aoa',
        uid: word,
        index: 0,
        labels: { context: 'é ' },
        texts: [{ kind: 'span', text: 'é x', from: 2 }],
        human: shares(middle),
    });
    const surprisal = (words: number, at: number): number => 12 - 9 / (1 + Math.exp(-3 * (Math.log10(words + 1) - at)));
    const checkpoints = steps.map((words) => ({
        words,
        step: `chck_${words / 1e6}M`,
        scored: [20, 22, 24, 26].map((middle, i) => ({
            item: item(`w${i}`, middle),
            logprobs: [-surprisal(words, 6.4 + 0.3 * i)],
        })),
    }));

    it('chance in nats lies lower than in bits, so words are learned later', () => {
        const learned = (counting: Counting) => countAcquisition(checkpoints, counting, random);
        const [bits, nats] = [learned(official), learned(fair)];
        expect(nats.words.map(({ word }) => word)).toEqual(['w0', 'w1', 'w2', 'w3']);
        expect(nats.words[0]!.months).toBeCloseTo(20, 3);
        expect(nats.words[0]!.logWords).toBeGreaterThan(bits.words[0]!.logWords);
        expect(nats.score).toMatchObject({ scale: 100, items: 4, measure: 'correlation' });
        expect(nats.score.score).toBeCloseTo(100, 1);
        expect(bits.score).toMatchObject({ scale: 1 });
        expect(bits.score.score).toBeCloseTo(1, 2);
    });

    it('is written as the pipeline writes it', () => {
        const { path, text } = acquisitionFile(checkpoints.slice(0, 1), 'models/mine', 'mine');
        expect(path).toBe('results/mine/main/zero_shot/causal/AoA_word/surprisal.json');
        expect(text).toContain('    {\n      "step": "chck_1M",\n      "word_count": 1000000,\n');
        expect(text).toContain('"context": "\\u00e9 ",');
        expect(JSON.parse(text)).toMatchObject({
            metadata: { model_name: 'models/mine', use_bos_only: false, total_steps: 1, completed_steps: 1 },
            results: { length: 4 },
        });
    });
});

describe('as Python writes', () => {
    it('floats, letters and what is no number', () => {
        const floats = [30, -0, 1e-5, 1.5e-7, 0.0001, 1e16, 123456.75, Number.NaN].map((value) => new Float(value));
        expect(pythonJson({ é: floats, n: 1, '"': ['\u007f'] })).toBe(
            '{"\\u00e9": [30.0, -0.0, 1e-05, 1.5e-07, 0.0001, 1e+16, 123456.75, NaN], "n": 1, "\\"": ["\\u007f"]}',
        );
    });

    it('two decimals: exactly between two, the even one', () => {
        expect([56.125, 56.375, 0.125, -0.125, 2.675, 100, Number.NaN].map(twoDecimals)).toEqual([
            '56.12',
            '56.38',
            '0.12',
            '-0.12',
            '2.67',
            '100.00',
            'nan',
        ]);
    });
});

it('every quirk has an id of its own, and both presets one of its values', () => {
    const quirks = Object.entries(benchmarkQuirks);
    expect(new Set(quirks.map(([, { id }]) => id)).size).toBe(quirks.length);
    for (const [key, quirk] of quirks) {
        expect(quirk.values).toContain(official[key as keyof Counting]);
        expect(quirk.values).toContain(fair[key as keyof Counting]);
    }
});
