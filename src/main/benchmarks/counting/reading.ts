/**
 * Reading: how much of people's reading times does a model's surprise explain, beyond a word's frequency, its length
 * and its place? Four measures of eye movements, averaged; and self-paced reading, where the word before it counts too.
 */
import type { ScoredItem } from '../../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../../shared/benchmarks/counting.ts';
import type { GroupScore, TaskScore } from '../../../shared/benchmarks/results.ts';
import { counted } from '../../../shared/text/numbers.ts';
import type { RandomStream } from '../../learning/random.ts';
import { bootstrap } from '../../learning/statistics/bootstrap.ts';
import { partialR2, repeatedPartialR2 } from '../statistics/partial-r2.ts';
import { requireFinite } from './choices.ts';

const eyeMeasures = ['RTfirstfix', 'RTfirstpass', 'RTgopast', 'RTrightbound'];
const pacedMeasure = 'self_paced_reading_time';

export function countReading(all: readonly ScoredItem[], counting: Counting, random: RandomStream): TaskScore[] {
    const { eyes, paced, leftOut } = tablesOf(all, counting);
    const remarks = leftOut === 0 ? [] : [`Left out: ${counted(leftOut, 'word')} at the beginning of a sentence.`];
    return [
        scoreOf('eye-tracking', eyes, eyeMeasures, remarks, random.fork('eye-tracking')),
        scoreOf('self-paced', [paced], [], remarks, random.fork('self-paced')),
    ];
}

/** The two scores alone, without intervals; undefined where a regression cannot be made. */
export function readingScores(
    scored: readonly ScoredItem[],
    counting: Counting,
): { readonly eyes: number | undefined; readonly paced: number | undefined } {
    const { eyes, paced } = tablesOf(scored, counting);
    return { eyes: meanOf(eyes.map(exactOf)), paced: meanOf([exactOf(paced)]) };
}

/** The places of the words that a score is of: those with every number that it needs. */
export function readingWords(
    scored: readonly ScoredItem[],
    part: 'eye-tracking' | 'self-paced',
    counting: Counting,
): readonly number[] {
    const { eyes, paced } = tablesOf(scored, counting);
    return wordsOf(part === 'eye-tracking' ? eyes : [paced]);
}

const wordsOf = (tables: readonly ReadingTable[]): readonly number[] =>
    [...new Set(tables.flatMap(({ rows }) => rows))].sort((a, b) => a - b);

function tablesOf(
    all: readonly ScoredItem[],
    counting: Counting,
): { readonly eyes: readonly ReadingTable[]; readonly paced: ReadingTable; readonly leftOut: number } {
    const places = all.flatMap(({ item }, place) =>
        counting.readingFirstWords === 'left-out' && item.labels['context'] === 'none' ? [] : [place],
    );
    const scored = places.map((place) => all[place]!);
    const rows = scored.map((item) => surprises(item, counting.readingSpace));
    const base = (i: number): number[] => numbersOf(scored[i]!, ['Subtlex_log10', 'length', 'context_length']);
    const baseBefore = (i: number): number[] => [
        ...base(i),
        ...numbersOf(scored[i]!, ['prev_length']),
        rows[i]!.before,
    ];
    const table = (measure: string, baseOf: (i: number) => number[]): ReadingTable =>
        tableOf(
            scored.map((item, i) => ({
                place: places[i]!,
                base: baseOf(i),
                surprise: rows[i]!.word,
                time: item.item.human[measure] ?? Number.NaN,
            })),
        );
    return {
        eyes: eyeMeasures.map((measure) => table(measure, base)),
        paced: table(pacedMeasure, baseBefore),
        leftOut: all.length - scored.length,
    };
}

/** Surprisals in nats; NaN where there is no word before. */
function surprises(
    { item, logprobs }: ScoredItem,
    space: Counting['readingSpace'],
): { readonly word: number; readonly before: number } {
    requireFinite(logprobs);
    const half = item.texts.length / 2; // as published, then with the space
    const from = space === 'missing' ? 0 : half;
    return { word: -logprobs[from]!, before: half === 2 ? -logprobs[from + 1]! : Number.NaN };
}

const numbersOf = ({ item }: ScoredItem, names: readonly string[]): number[] =>
    names.map((name) => item.human[name] ?? Number.NaN);

/** Columns of a regression: those of the base with their pairwise products, the surprise, the time. */
interface ReadingTable {
    readonly columns: readonly Float64Array[]; // (K)(rows)
    readonly rows: readonly number[]; // places among all words; one that lacks a number takes no part
}

function tableOf(
    words: readonly {
        readonly place: number;
        readonly base: readonly number[];
        readonly surprise: number;
        readonly time: number;
    }[],
): ReadingTable {
    const lines: number[][] = [];
    const rows: number[] = [];
    for (const { place, base, surprise, time } of words) {
        const products = base.flatMap((a, j) => base.slice(j + 1).map((b) => a * b));
        const line = [...base, ...products, surprise, time];
        if (line.some(Number.isNaN)) continue;
        lines.push(line);
        rows.push(place);
    }
    const width = lines[0]?.length ?? 0;
    return { columns: Array.from({ length: width }, (_, k) => Float64Array.from(lines, (line) => line[k]!)), rows };
}

/** Partial R², in 100. */
function exactOf({ columns }: ReadingTable): number | undefined {
    const value = columns.length === 0 ? undefined : partialR2(columns);
    return value === undefined ? undefined : 100 * value;
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
    let sum = 0;
    for (const value of values) {
        if (value === undefined) return undefined;
        sum += value;
    }
    return sum / values.length;
}

function scoreOf(
    part: 'eye-tracking' | 'self-paced',
    tables: readonly ReadingTable[],
    names: readonly string[],
    remarks: readonly string[],
    random: RandomStream,
): TaskScore {
    const exact = tables.map(exactOf);
    const score = meanOf(exact);
    const words = wordsOf(tables);
    const intervals = intervalsOf(tables, words, random);
    const groups = names.map((name, i): GroupScore | null =>
        exact[i] === undefined
            ? null
            : {
                  by: 'measure',
                  name,
                  items: tables[i]!.rows.length,
                  score: exact[i],
                  interval: intervals?.[i + 1] ?? null,
                  chance: 0,
                  ties: 0,
              },
    );
    return {
        task: 'reading',
        part,
        measure: 'partial-r2',
        scale: 100,
        items: words.length,
        score: score ?? null,
        interval: score === undefined ? null : (intervals?.[0] ?? null),
        chance: 0,
        ties: 0,
        groups: groups.filter((group) => group !== null),
        remarks: score === undefined ? [...remarks, 'Too few words with all their numbers for a regression.'] : remarks,
    };
}

/** The mean's, then each table's: words are drawn, and each regression is made anew on those that it has of them. */
function intervalsOf(
    tables: readonly ReadingTable[],
    words: readonly number[],
    random: RandomStream,
): readonly { readonly low: number; readonly high: number }[] | undefined {
    if (words.length < 2) return undefined;
    const times = new Uint32Array(words.at(-1)! + 1);
    const measureTables = tables.map(repeated);
    const measure = (drawn: Uint32Array): readonly number[] | undefined => {
        times.fill(0);
        for (const which of drawn) times[words[which]!]!++;
        const values = measureTables.map((measureTable) => measureTable(times));
        const mean = meanOf(values);
        return mean === undefined ? undefined : [mean, ...values.map((value) => value!)];
    };
    return bootstrap(words.length, measure, { random });
}

/** The score of one part, again and again: `times` says how often each of all words was drawn. */
export function repeatedReading(
    scored: readonly ScoredItem[],
    part: 'eye-tracking' | 'self-paced',
    counting: Counting,
): (times: Uint32Array) => number | undefined {
    const { eyes, paced } = tablesOf(scored, counting);
    const measures = (part === 'self-paced' ? [paced] : eyes).map(repeated);
    return (times) => meanOf(measures.map((measure) => measure(times)));
}

/** Partial R² of a table, in 100, on words drawn with repeats. */
function repeated({ columns, rows }: ReadingTable): (times: Uint32Array) => number | undefined {
    if (columns.length === 0) return () => undefined;
    const measure = repeatedPartialR2(columns);
    const weights = new Uint32Array(rows.length);
    return (times) => {
        for (let i = 0; i < rows.length; i++) weights[i] = times[rows[i]!]!;
        const value = measure(weights);
        return value === undefined ? undefined : 100 * value;
    };
}
