/** The items and log-probabilities that record_benchmarks.py made up, made again. */
import { readFileSync } from 'node:fs';
import type { BenchmarkItem, BenchmarkTask, ScoredItem } from '../../../src/shared/benchmarks/benchmarks.ts';

interface RecordedTask {
    readonly texts: number;
    readonly runs: readonly {
        readonly uid: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly items: number;
    }[];
    readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly average: number;
    readonly summary: number;
    readonly report: string;
    readonly predictionsSha256: string;
    readonly first?: readonly number[];
    readonly ratios?: readonly number[];
    readonly madeUp?: number;
}

type RecordedTaskName = Exclude<BenchmarkTask, 'reading' | 'aoa' | 'zorro'>;

export interface RecordedWord {
    readonly word: string;
    readonly shares: readonly (number | null)[];
    readonly surprisals: readonly (readonly number[])[]; // (steps)(contexts)
    readonly child: number | null;
    readonly student: number | null;
}

interface Recorded {
    readonly tasks: Readonly<Record<RecordedTaskName, RecordedTask>>;
    readonly madeUpReading: { readonly rows: number; readonly selfPaced: number; readonly eyeTracking: number };
    readonly publishedReading: {
        readonly selfPaced: number;
        readonly eyeTracking: number;
        readonly predictionsSha256: string;
    };
    readonly acquisition: {
        readonly steps: readonly number[];
        readonly words: readonly RecordedWord[];
        readonly correlation: number;
        readonly 'took part': number;
        readonly fewWords: number;
    };
    readonly tests: {
        readonly mcnemar: readonly { readonly lost: number; readonly won: number; readonly p: number }[];
        readonly holm: readonly number[];
        readonly binomial: readonly {
            readonly n: number;
            readonly p: number;
            readonly at: number;
            readonly below: number;
        }[];
    };
}

export const recorded = JSON.parse(readFileSync(new URL('official.json', import.meta.url), 'utf8')) as Recorded;

/** FNV-1a of 32 bits, stirred: the same numbers as in Python. */
export function hashed(key: string): number {
    let value = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(key)) value = Math.imul(value ^ byte, 0x01000193);
    value ^= value >>> 15;
    value = Math.imul(value, 0x2c1b3c6d);
    value ^= value >>> 12;
    return value >>> 0;
}

export function logprobOf(uid: string, index: number, place: number): number {
    const value = hashed(`${uid}|${index}|${place}`);
    if (uid.startsWith('wug')) return -40 + (value % 40_000) / 1_000;
    return value & 0x10000 ? -(30 + (value % 97) / 4) : -(30 + (value % 24_001) / 1_000);
}

export const withMadeUp = (item: BenchmarkItem): ScoredItem => ({
    item,
    logprobs: item.texts.map((_, place) => logprobOf(item.uid, item.index, place)),
});

/** Items of the same groups and labels as the benchmark's, without a text of it. */
export function itemsLike(task: RecordedTaskName): BenchmarkItem[] {
    const { runs, texts, ratios } = recorded.tasks[task];
    const counts = new Map<string, number>();
    return runs.flatMap(({ uid, labels, items }) =>
        Array.from({ length: items }, (): BenchmarkItem => {
            const index = counts.get(uid) ?? 0;
            counts.set(uid, index + 1);
            const [, split = '', operations = ''] = /^(.+)_(\d+)_ops$/.exec(uid) ?? [];
            return {
                task,
                uid,
                index,
                labels: task === 'entity_tracking' ? { split, operations } : labels,
                texts: Array.from({ length: texts }, () => ({ kind: 'span', text: 'x', from: 0 })),
                human: ratios ? { ratio: ratios[index]! } : {},
            };
        }),
    );
}

/** The made-up table of reading times; surprisals as log-probabilities, both with and without a space. */
export function readingLikeWords(): ScoredItem[] {
    const h = (i: number, name: string): number => hashed(`reading|${i}|${name}`);
    return Array.from({ length: recorded.madeUpReading.rows }, (_, i): ScoredItem => {
        const [length, place, frequency] = [1 + (h(i, 'l') % 11), 1 + (h(i, 'c') % 14), (h(i, 'f') % 15_000) / 1_000];
        const pred = (h(i, 'p') % 20_000) / 1_000;
        const noise = (name: string): number => (h(i, name) % 10_000) / 100;
        const isFirst = i % 9 === 0;
        const human: Readonly<Record<string, number | null>> = {
            Subtlex_log10: i % 83 === 5 ? null : frequency,
            length,
            context_length: place,
            prev_length: isFirst ? -1 : 1 + (h(i, 'q') % 9),
            RTfirstfix: 180 + 3 * length - 2 * frequency + pred + noise('a'),
            RTfirstpass: i % 61 === 3 ? null : 190 + 9 * length + 2 * pred + noise('b'),
            RTgopast: 220 + 11 * length - (frequency * length) / 4 + 3 * pred + noise('d') * 2,
            RTrightbound: 200 + 4 * length + noise('e'),
            self_paced_reading_time: 300 + 2 * length + pred / 2 + noise('g'),
        };
        const published = isFirst ? [-pred] : [-pred, -(h(i, 'o') % 18_000) / 1_000];
        const logprobs = [...published, ...published.map((value) => value / 2)];
        return {
            item: {
                task: 'reading',
                uid: 'reading',
                index: i,
                labels: { context: 'words', row: `${i}` },
                texts: logprobs.map(() => ({ kind: 'word', context: 'x', word: 'y' })),
                human: Object.fromEntries(
                    Object.entries(human).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
                ),
            },
            logprobs,
        };
    });
}
