/** What a comparison says, in a sentence that claims no more than its numbers support. */
import type { BenchmarkTask } from '../../shared/benchmarks/benchmarks.ts';
import { benchmarkNames, type SeedsChange, type TaskChange } from '../../shared/benchmarks/results.ts';
import { holm, signFlips } from './statistics/significance.ts';
import { mirroredWords } from '../../shared/findings/guard-words.ts';
import { count } from '../../shared/text/numbers.ts';

/**
 * Corrects the p-values of several tasks, so that looking at many does not find something by chance; null stays null.
 */
export function holmOver(changes: readonly TaskChange[]): TaskChange[] {
    const tested = changes.flatMap(({ test }) => (test === null ? [] : [test.p]));
    const adjusted = holm(tested);
    return changes.map((change) =>
        change.test === null ? change : { ...change, test: { ...change.test, p: adjusted.shift()! } },
    );
}

/** Several pairs of students, each from a seed of its own: the pair is the unit, and the interval is Student's t. */
export function overSeeds(changes: readonly Pick<TaskChange, 'difference'>[]): SeedsChange {
    const differences = changes.map(({ difference }) => difference);
    const n = differences.length;
    const mean = differences.reduce((sum, value) => sum + value, 0) / n;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
    const half = n < 2 ? Number.NaN : tCritical(n - 1) * Math.sqrt(variance / n);
    return {
        seeds: n,
        difference: mean,
        interval: n < 2 ? null : { low: mean - half, high: mean + half },
        p: n < 2 ? null : signFlips(differences.slice(0, 16)),
    };
}

/** A difference is spoken of as one only where interval and test both exclude chance. */
export function isBeyondChance({ interval, test }: Pick<TaskChange, 'interval' | 'test'>): boolean {
    const isOutside = interval !== null && (interval.low > 0 || interval.high < 0);
    return isOutside && (test === null || test.p < 0.05);
}

/**
 * “BLiMP fell from 56.5 to 56.3 (−0.2 [−0.3, −0.1], 59,875 pairs; p 0.006): learning cost a trace of grammar, or
 * changed only which of two words the student prefers.” Pairs with mirror images say which of the two it is.
 */
export function sayChange(change: TaskChange): string {
    const { before, after, difference, interval, items, test } = change;
    const isReal = isBeyondChance(change);
    const verb = !isReal ? 'went' : difference > 0 ? 'rose' : 'fell';
    const range = interval === null ? '' : ` [${signed(interval.low)}, ${signed(interval.high)}]`;
    const p = test === null ? '' : `; p ${probability(test.p)}`;
    const numbers = `${signed(difference)}${range}, ${count(items)} ${unitOf(change.task)}${p}`;
    const name = `${benchmarkNames[change.task]}${change.part === null ? '' : `, ${partNames[change.part]},`}`;
    const said = `${name} ${verb} from ${fixed(before)} to ${fixed(after)} (${numbers}): ${meaning(change, isReal)}.`;
    return change.evidence === null ? said : `${said} ${mirroredWords(change.evidence, isReal && difference < 0)}`;
}

function meaning(change: TaskChange, isReal: boolean): string {
    const { before, after, chance, difference } = change;
    if (!isReal) return 'the difference could be chance';
    const size = sizeOf(Math.abs(difference));
    const what = subjects[change.task];
    const isKnown = isKnowledge(change);
    const isUntold = isKnown === null && difference < 0 && isOfPairs(change.task);
    const said =
        isKnown === false
            ? `learning changed ${preference}`
            : `learning ${difference > 0 ? 'brought' : 'cost'} ${size}${what}${isUntold ? `, or changed only ${preference}` : ''}`;
    const isAtChance = change.measure === 'accuracy' && Math.max(before, after) <= chance;
    return isAtChance ? `${said}, with both no better than chance (${fixed(chance)})` : said;
}

/**
 * Whether what the student knows moved with its score, and not a liking for words alone. Null where there are no mirror
 * images: nobody can tell.
 */
function isKnowledge({ difference, evidence }: TaskChange): boolean | null {
    const interval = evidence?.interval ?? null;
    if (interval === null) return null;
    return difference > 0 ? interval.low > 0 : interval.high < 0;
}

/** Pairs of sentences that differ in a word: one said more often wins some and loses others, whatever is known. */
function isOfPairs(task: BenchmarkTask): boolean {
    return task === 'blimp' || task === 'supplement' || task === 'zorro' || task === 'grammar';
}

/** In points of 100. */
function sizeOf(points: number): string {
    if (points < 0.5) return 'a trace of ';
    if (points < 2) return 'a little ';
    return points < 10 ? '' : 'a lot of ';
}

const preference = 'which of two words the student prefers';

const subjects: Readonly<Record<BenchmarkTask, string>> = {
    blimp: 'grammar',
    supplement: 'grammar of questions and turns',
    ewok: 'knowledge of the world',
    entity_tracking: 'tracking of things in boxes',
    comps: 'knowledge of properties',
    wug_adj: 'likeness to people in forming nouns',
    wug_past: 'likeness to people in forming past tenses',
    reading: 'prediction of reading times',
    aoa: 'likeness to the order in which children learn words',
    zorro: 'grammar of simple sentences',
    grammar: 'grammar',
};

const partNames = { 'eye-tracking': 'eye movements', 'self-paced': 'self-paced' } as const;

function unitOf(task: BenchmarkTask): string {
    if (task === 'reading' || task === 'aoa') return 'words';
    return task === 'entity_tracking' ? 'questions' : 'pairs';
}

const fixed = (value: number): string => value.toFixed(1).replace('-', '−');

/** Two decimals where one would read 0.0. */
function signed(value: number): string {
    const digits = Math.abs(value) < 0.05 ? 2 : 1;
    const text = Math.abs(value).toFixed(digits);
    if (Number(text) === 0) return '0';
    return `${value < 0 ? '−' : '+'}${text}`;
}

const probability = (p: number): string => (p < 0.001 ? '< 0.001' : p < 0.1 ? p.toFixed(3) : p.toFixed(2));

/**
 * The two-sided 95 % points of Student's t; from 30 degrees of freedom on, a normal with its first correction will do.
 */
const tTable = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
    2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045,
];
const tCritical = (degrees: number): number => tTable[degrees - 1] ?? 1.96 + 2.4 / degrees;
