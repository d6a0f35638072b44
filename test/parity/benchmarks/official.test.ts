/** Counted as `official`, every number is the one that the official pipeline of 2025 prints. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScoredItem } from '../../../src/shared/benchmarks/benchmarks.ts';
import { presetCounting } from '../../../src/shared/benchmarks/counting.ts';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { countTask } from '../../../src/main/benchmarks/count-tasks.ts';
import { childAge, countAcquisition, studentAge } from '../../../src/main/benchmarks/counting/acquisition.ts';
import { officialFiles } from '../../../src/main/benchmarks/predictions.ts';
import { firstOfTwo } from '../../../src/main/benchmarks/counting/wug.ts';
import { findBenchmarks, readTask } from '../../../src/main/benchmarks/find-tasks.ts';
import { officialData } from '../../benchmarks/official-data.ts';
import { itemsLike, logprobOf, readingLikeWords, recorded, withMadeUp } from './made-up.ts';

const official = presetCounting('official');
const random = new RandomStream('official');
const close = (value: number | null | undefined, expected: number, relative = 1e-9): void => {
    expect(Math.abs(value! - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-3));
};
const data = officialData();

const choices = ['blimp', 'supplement', 'ewok', 'entity_tracking', 'comps'] as const;

describe.each(choices)('%s', (task) => {
    const { scores, average, summary } = recorded.tasks[task];
    const scored = itemsLike(task).map(withMadeUp);
    const [score] = countTask(task, scored, official, random);

    it('has the official average, and every group its accuracy', () => {
        expect(score!.score!).toBe(average);
        const named = new Map(score!.groups.map(({ by, name, score: each }) => [`${by} ${name}`, each]));
        for (const [by, groups] of Object.entries(scores))
            for (const [name, each] of Object.entries(groups)) {
                if (by !== 'UID' && Object.keys(groups).length === 1) continue; // it parts nothing; the report has it
                const ours = named.get(`${by === 'UID' ? 'uid' : by} ${name}`) ?? named.get(`split ${name}`);
                expect(ours, `${by} ${name}`).toBe(each);
            }
    });

    it('has the official report, letter by letter', () => {
        const [, report] = officialFiles(task, 'folder', scored, { model: 'm', revision: 'main' });
        expect(report!.text).toBe(recorded.tasks[task].report);
    });

    it('has the average of the summary, where that is another', () => {
        const counting = { ...official, entityMean: 'cells' } as const;
        close(countTask(task, scored, counting, random)[0]!.score, summary, 1e-12);
    });
});

describe('wug tests', () => {
    it.each(['wug_adj', 'wug_past'] as const)(
        '%s: probabilities in 32 bits and the correlation of their ranks',
        (task) => {
            const { first, madeUp } = recorded.tasks[task];
            const scored = itemsLike(task).map(withMadeUp);
            const ours = scored.map(({ logprobs }) => firstOfTwo(logprobs));
            // torch's exp in 32 bits depends on the processor: the last bit may be another
            expect(ours.filter((value, i) => Math.abs(value / first![i]! - 1) > 2 ** -22)).toEqual([]);
            close(countTask(task, scored, official, random)[0]!.score, 100 * madeUp!);
        },
    );
});

describe('reading', () => {
    it('made-up words, with gaps: both partial R²', () => {
        const [eyes, paced] = countTask('reading', readingLikeWords(), official, random);
        close(eyes!.score, recorded.madeUpReading.eyeTracking);
        close(paced!.score, recorded.madeUpReading.selfPaced);
    });

    it.skipIf(data === null)('the published words', () => {
        const [eyes, paced] = countTask('reading', publishedWords(), official, random);
        close(eyes!.score, recorded.publishedReading.eyeTracking);
        close(paced!.score, recorded.publishedReading.selfPaced);
    });
});

describe('age of acquisition', () => {
    const { steps, words, correlation, fewWords } = recorded.acquisition;
    const sharesOf = (shares: readonly (number | null)[]): Record<string, number> =>
        Object.fromEntries(shares.flatMap((share, i) => (share === null ? [] : [[`${16 + i}`, share]])));

    it.each(words)(
        '$word: children and student learn it where scipy’s fits say',
        ({ shares, surprisals, child, student }) => {
            const flat = surprisals.flat();
            const times = surprisals.flatMap((values, i) => values.map(() => steps[i]!));
            const [ours, theirs] = [childAge(sharesOf(shares)), studentAge(times, flat, 'bits')];
            if (child === null) expect(ours).toBeUndefined();
            else expect(Math.abs(ours! - child)).toBeLessThanOrEqual(1e-6);
            if (student === null) expect(theirs).toBeUndefined();
            else expect(Math.abs(theirs! - student)).toBeLessThanOrEqual(1e-6);
        },
    );

    it('has the official correlation, and 0 for two words', () => {
        const checkpoints = (among: typeof words): Parameters<typeof countAcquisition>[0] =>
            steps.map((step, s) => ({
                words: step,
                scored: among.flatMap(({ word, shares, surprisals }) =>
                    surprisals[s]!.map((surprisal, index): ScoredItem => ({
                        item: {
                            task: 'aoa',
                            uid: word,
                            index,
                            labels: {},
                            texts: [{ kind: 'span', text: 'x', from: 0 }],
                            human: sharesOf(shares),
                        },
                        logprobs: [-surprisal],
                    })),
                ),
            }));
        const all = countAcquisition(checkpoints(words), official, random);
        expect(all.words).toHaveLength(recorded.acquisition['took part']);
        close(all.score.score, correlation, 1e-7);
        const two = countAcquisition(checkpoints(words.slice(0, 2)), official, random);
        expect(two.score.score).toBe(fewWords);
        expect(countAcquisition(checkpoints(words.slice(0, 2)), presetCounting('fair'), random).score.score).toBeNull();
    });
});

describe.skipIf(data === null)('on the files themselves', () => {
    const tasks = data === null ? [] : ['mini', 'synthetic'].flatMap((part) => findBenchmarks(join(data, part)).tasks);

    it('reads the same items in the same order, with the same labels', () => {
        for (const task of [...choices, 'wug_adj', 'wug_past'] as const) {
            const { items } = readTask(tasks.find((found) => found.task === task)!);
            const like = itemsLike(task);
            expect(items.map(({ uid, index }) => `${uid}_${index}`)).toEqual(
                like.map(({ uid, index }) => `${uid}_${index}`),
            );
            expect(items.map(({ labels }) => labels)).toMatchObject(like.map(({ labels }) => labels));
        }
    });

    it('writes the official predictions, byte by byte', () => {
        for (const task of choices) {
            const found = tasks.find((each) => each.task === task)!;
            const [{ path, text }] = officialFiles(task, found.dataset, readTask(found).items.map(withMadeUp), {
                model: 'm',
                revision: 'chck_1M',
            }) as [{ path: string; text: string }];
            const folder = task === 'supplement' ? 'blimp' : task;
            expect(path).toBe(`results/m/chck_1M/zero_shot/causal/${folder}/${found.dataset}/predictions.json`);
            expect(createHash('sha256').update(text).digest('hex')).toBe(recorded.tasks[task].predictionsSha256);
        }
    });

    it('writes the official surprisals of words, byte by byte, and its report', () => {
        const [predictions, report] = officialFiles('reading', 'reading', publishedWords(), {
            model: 'm',
            revision: 'main',
        });
        expect(predictions!.path).toBe('results/m/main/zero_shot/causal/reading/predictions.json');
        const digest = createHash('sha256').update(predictions!.text).digest('hex');
        expect(digest).toBe(recorded.publishedReading.predictionsSha256);
        expect(report!.text).toBe('EYE TRACKING SCORE: 0.09\nSELF-PACED READING SCORE: 0.11\n');
    });

    it('writes the official report of a wug test', () => {
        const found = tasks.find((each) => each.task === 'wug_adj')!;
        const [predictions, report] = officialFiles('wug_adj', found.dataset, readTask(found).items.map(withMadeUp), {
            model: 'm',
            revision: 'main',
        });
        expect(report!.text).toBe(recorded.tasks.wug_adj.report);
        const made = JSON.parse(predictions!.text) as { wug_adj: { predictions: { prob: number }[] } };
        expect(made.wug_adj.predictions).toHaveLength(recorded.tasks.wug_adj.first!.length);
    });

    it('wug: the correlation with what people really chose', () => {
        for (const task of ['wug_adj', 'wug_past'] as const) {
            const { items } = readTask(tasks.find((found) => found.task === task)!);
            close(countTask(task, items.map(withMadeUp), official, random)[0]!.score, recorded.tasks[task].summary);
        }
    });
});

function publishedWords(): ScoredItem[] {
    const found = findBenchmarks(join(data!, 'mini')).tasks.find(({ task }) => task === 'reading')!;
    return readTask(found).items.map((item) => {
        const published = [0, 1]
            .slice(0, item.texts.length / 2)
            .map((place) => logprobOf('reading', item.index, place));
        return { item, logprobs: [...published, ...published] };
    });
}
