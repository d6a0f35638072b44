/**
 * How benchmarks are counted. The official pipeline of 2025 does a few things that another would do otherwise; each is
 * a quirk with an id and a switch, so that a number can be compared with published ones, or be fair, and is known as
 * which.
 */

interface Quirk {
    readonly id: string;
    readonly values: readonly string[];
    readonly official: string;
    readonly fair: string;
    readonly means: string;
    readonly source: string; // where the official pipeline does it
}

const quirk = <const Values extends readonly string[]>(
    id: string,
    values: Values,
    official: Values[number],
    fair: Values[number],
    means: string,
    source: string,
): {
    readonly id: string;
    readonly values: Values;
    readonly official: Values[number];
    readonly fair: Values[number];
    readonly means: string;
    readonly source: string;
} => ({ id, values, official, fair, means, source });

export const benchmarkQuirks = {
    ties: quirk(
        'E1',
        ['first', 'half'],
        'first',
        'half',
        'equally likely texts: the first is chosen, which always is the right one; or each of the k best counts 1/k',
        'sentence_zero_shot/compute_results.py rank_and_evaluate',
    ),
    precision: quirk(
        'E2',
        ['float32', 'double'],
        'float32',
        'double',
        'numbers that are compared: rounded to 32 bits, where close ones become equal; or as they are',
        'sentence_zero_shot/compute_results.py: sums and softmax are tensors of 32 bits',
    ),
    entityMean: quirk(
        'E3',
        ['splits', 'cells'],
        'splits',
        'cells',
        'entity tracking: the mean over the three splits of their means over numbers of operations; or every split with every number of operations counts the same. Equal where all splits have the same numbers of operations',
        'sentence_zero_shot/run.py process_results; calculate_results_from_pred.py is the other',
    ),
    entityItems: quirk(
        'E4',
        ['all', 'without-nothing'],
        'all',
        'all',
        'entity tracking: all items; or, as in the challenge of 2026, only those where no answer says “nothing”',
        'the folder entity_tracking of 2025, entity_tracking_filtered of 2026',
    ),
    readingSpace: quirk(
        'E5',
        ['missing', 'mended'],
        'missing',
        'mended',
        'reading: the word follows its context without the space that belongs between them; or with it',
        'reading/evaluation_functions.py get_p2',
    ),
    readingFirstWords: quirk(
        'E6',
        ['after-none', 'left-out'],
        'after-none',
        'left-out',
        'reading: a word that begins its sentence is scored after the text “None”; or left out, since nothing comes before it',
        'reading/run.py: fillna("None")',
    ),
    acquisitionChance: quirk(
        'E7',
        ['bits', 'nats'],
        'bits',
        'nats',
        'age of acquisition: chance is log2 of 300,000 while surprisals are in nats; or both are in nats',
        'utils.py compute_model_aoa',
    ),
    acquisitionFewWords: quirk(
        'E8',
        ['zero', 'none'],
        'zero',
        'none',
        'age of acquisition of fewer than three words: a correlation of 0; or none at all',
        'utils.py compute_curve_fitness',
    ),
    acquisitionScale: quirk(
        'E9',
        ['one', 'hundred'],
        'one',
        'hundred',
        'age of acquisition: the correlation between −1 and 1; or times 100, as all other scores are',
        'calculate_results_from_pred.py',
    ),
} as const satisfies Readonly<Record<string, Quirk>>;

export type BenchmarkQuirk = keyof typeof benchmarkQuirks;

/** One value for each quirk. */
export type Counting = { readonly [Key in BenchmarkQuirk]: (typeof benchmarkQuirks)[Key]['values'][number] };

export const countingPresets = ['official', 'fair'] as const;
export type CountingPreset = (typeof countingPresets)[number];

export function presetCounting(preset: CountingPreset): Counting {
    return Object.fromEntries(Object.entries(benchmarkQuirks).map(([key, each]) => [key, each[preset]])) as Counting;
}
