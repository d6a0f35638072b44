/**
 * Age of acquisition (Chang & Bergen 2022): a word's surprisal over checkpoints is fitted with an S; where the S has
 * come half way from chance to its best, the word counts as learned. Children's words likewise: where half of them say
 * it. The score is how well the two go together over words.
 */
import type { ScoredItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import type { AcquiredWord, TaskScore } from '../../../shared/benchmarks/results.ts';
import type { RandomStream } from '../../learning/random.ts';
import { bootstrap } from '../../learning/statistics/bootstrap.ts';
import { correlation } from '../statistics/correlation.ts';
import { levenbergMarquardt, type Residuals } from '../statistics/levenberg-marquardt.ts';
import { boundedLeastSquares } from '../statistics/trust-region.ts';

/** A checkpoint and what it thinks of every word in every context. */
export interface AcquisitionCheckpoint {
    readonly words: number; // that the student had read
    readonly scored: readonly ScoredItem[];
}

export interface Acquisition {
    readonly score: TaskScore;
    readonly words: readonly AcquiredWord[]; // that both have learned within what was looked at
}

/** A vocabulary of so many equally likely words is chance. */
const vocabulary = 300_000;
const fewestPoints = 3;
const fewestWords = 3;
const evaluations = 1_000;

/** Checkpoints in the order of the words read. */
export function countAcquisition(
    checkpoints: readonly AcquisitionCheckpoint[],
    counting: Counting,
    random: RandomStream,
): Acquisition {
    const curves = new Map<string, { readonly words: number[]; readonly surprisals: number[] }>();
    const children = new Map<string, number | undefined>();
    for (const { words, scored } of checkpoints)
        for (const { item, logprobs } of scored) {
            const curve = curves.get(item.uid) ?? { words: [], surprisals: [] };
            curves.set(item.uid, curve);
            if (!children.has(item.uid)) children.set(item.uid, childAge(item.human));
            if (!Number.isFinite(logprobs[0])) continue; // a context that could not be scored
            curve.words.push(words);
            curve.surprisals.push(-logprobs[0]!);
        }
    const words = [...curves].flatMap(([word, curve]): AcquiredWord[] => {
        const months = children.get(word);
        if (months === undefined) return [];
        const logWords = studentAge(curve.words, curve.surprisals, counting.acquisitionChance);
        return logWords === undefined ? [] : [{ word, months, logWords }];
    });
    return { score: scoreOf(words, curves.size, counting, random), words };
}

function scoreOf(
    words: readonly AcquiredWord[],
    of: number,
    { acquisitionFewWords, acquisitionScale }: Counting,
    random: RandomStream,
): TaskScore {
    const scale = acquisitionScale === 'one' ? 1 : 100;
    const measure = (rows: Uint32Array): readonly [number] | undefined => {
        const r = correlation(
            Array.from(rows, (row) => words[row]!.logWords),
            Array.from(rows, (row) => words[row]!.months),
        );
        return r === undefined ? undefined : [scale * r];
    };
    const isEnough = words.length >= fewestWords;
    const estimate = isEnough ? bootstrap(words.length, measure, { random })?.[0] : undefined;
    const few = `Only ${words.length} of ${of} words were learned by both within what was looked at; it takes ${fewestWords} to say anything.`;
    return {
        task: 'aoa',
        part: null,
        measure: 'correlation',
        scale,
        items: words.length,
        score: estimate?.mean ?? (!isEnough && acquisitionFewWords === 'zero' ? 0 : null),
        interval: estimate ? { low: estimate.low, high: estimate.high } : null,
        chance: 0,
        ties: 0,
        groups: [],
        remarks: isEnough ? [`${words.length} of ${of} words took part.`] : [few],
    };
}

/** In months; undefined where fewer than half ever say it, or all do from the start. */
export function childAge(shares: Readonly<Record<string, number>>): number | undefined {
    const ages = Object.keys(shares).map(Number); // whole numbers as keys come in their order
    const values = ages.map((age) => shares[age]!);
    if (ages.length < fewestPoints) return undefined;
    const [first, last] = [ages[0]!, ages.at(-1)!];
    const fitted = boundedLeastSquares(
        residualsOf(ages, values),
        [1, 0.1, mean(ages), 0],
        ages.length,
        { low: [0, 0, first, -0.5], high: [2, 1, last, 0.5] },
        { tolerance: 1e-8, evaluations },
    );
    const age = fitted && whereItReaches(fitted, 0.5);
    return age !== undefined && age >= first && age <= last ? age : undefined;
}

/** log10 of words read, + 1. words, surprisals: (points), in the order of the checkpoints */
export function studentAge(
    words: readonly number[],
    surprisals: readonly number[],
    unit: Counting['acquisitionChance'],
): number | undefined {
    if (words.length < fewestPoints) return undefined;
    const chance = unit === 'bits' ? Math.log2(vocabulary) : Math.log(vocabulary);
    const heights = surprisals.map((surprisal) => -surprisal);
    const [lowest, highest] = [Math.min(...heights), Math.max(...heights)];
    const places = words.map((count) => Math.log10(count + 1));
    const fitted = levenbergMarquardt(
        residualsOf(places, heights),
        [highest - lowest, 1, mean(places), lowest],
        places.length,
        { tolerance: 1.49012e-8, evaluations },
    );
    const halfWay = chance - 0.5 * (chance + highest); // the best surprisal is −highest
    const place = fitted && whereItReaches(fitted, -halfWay);
    if (place === undefined) return undefined;
    const read = 10 ** place - 1;
    return read >= words[0]! && read <= words.at(-1)! ? place : undefined;
}

/** a / (1 + exp(−b (x − c))) + d */
function residualsOf(x: readonly number[], y: readonly number[]): Residuals {
    return ([a, b, c, d], into) => {
        for (let i = 0; i < x.length; i++) into[i] = a! / (1 + Math.exp(-b! * (x[i]! - c!))) + d! - y[i]!;
    };
}

function whereItReaches([a, b, c, d]: Float64Array, height: number): number | undefined {
    if (b! <= 0 || a! <= 0 || height <= d! || height >= a! + d!) return undefined;
    return c! - Math.log(a! / (height - d!) - 1) / b!;
}

function mean(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}
