/**
 * The zero-shot benchmarks of the BabyLM challenge, in the words that engine, service and page share: an item is a few
 * texts, a model says how likely each is, and what it prefers is counted.
 */
export const benchmarkTasks = [
    'blimp',
    'supplement',
    'ewok',
    'entity_tracking',
    'comps',
    'wug_adj',
    'wug_past',
    'reading',
    'aoa',
    'zorro',
] as const;
export type BenchmarkTask = (typeof benchmarkTasks)[number];

/** A text of which the end is scored: every token whose characters end after `from`, but never the first token. */
export interface ScoredSpan {
    readonly kind: 'span';
    readonly text: string;
    /** UTF-16 units before the part that is scored; 0 scores the whole text. */
    readonly from: number;
}

/**
 * A word as the official reading task scores it: context and word are tokenised apart, without a space between them, and
 * before each further token of the word the text so far is tokenised anew.
 */
export interface ScoredWord {
    readonly kind: 'word';
    readonly context: string;
    readonly word: string;
}

export type ScoredText = ScoredSpan | ScoredWord;

/** One line of a task's file. */
export interface BenchmarkItem {
    readonly task: BenchmarkTask;
    /** The group whose accuracy is one number: a BLiMP paradigm, an EWoK domain, `regular_3_ops`, … */
    readonly uid: string;
    /** Its place within the group, from 0: `<uid>_<index>` is its id in the official predictions. */
    readonly index: number;
    /** What else it can be grouped by: `field`, `linguistics_term`, `context_type`, … */
    readonly labels: Readonly<Record<string, string>>;
    /**
     * Choices between texts put the right one first. `reading` has four: word and previous word as published, then both
     * with the space that belongs before them (the previous word's are left out where there is none: two texts).
     */
    readonly texts: readonly ScoredText[];
    /** What people did: the share that chose the first text (wug), reading times and word properties (reading). */
    readonly human: Readonly<Record<string, number>>;
}

/** Natural logarithms of the probabilities of an item's scored parts, one per text. */
export interface ScoredItem {
    readonly item: BenchmarkItem;
    readonly logprobs: readonly number[]; // nats
}
