/**
 * The zero-shot benchmarks of the BabyLM challenge, in the words that engine, service and page share: an item is a few
 * texts, a model says how likely each is, and what it prefers is counted.
 */
import { z } from 'zod';

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
    'grammar',
] as const;
export type BenchmarkTask = (typeof benchmarkTasks)[number];
/** Storyloop's own pairs are made, not read from files. */
export type FileTask = Exclude<BenchmarkTask, 'grammar'>;

/** In the place of a folder: Storyloop's own pairs. */
export const ownPairs = 'own';

/** A text of which the end is scored: every token whose characters end after `from`, but never the first token. */
const spanSchema = z.object({
    kind: z.literal('span'),
    text: z.string(),
    /** UTF-16 units before the part that is scored; 0 scores the whole text. */
    from: z.number(),
});
/**
 * A word as the official reading task scores it: context and word are tokenised apart, without a space between them,
 * and before each further token of the word the text so far is tokenised anew.
 */
const wordSchema = z.object({ kind: z.literal('word'), context: z.string(), word: z.string() });

export type ScoredSpan = Readonly<z.infer<typeof spanSchema>>;
export type ScoredWord = Readonly<z.infer<typeof wordSchema>>;
export type ScoredText = ScoredSpan | ScoredWord;

const itemSchema = z.object({
    task: z.enum(benchmarkTasks),
    /** The group whose accuracy is one number: a BLiMP paradigm, an EWoK domain, `regular_3_ops`, … */
    uid: z.string(),
    /** Its place within the group, from 0: `<uid>_<index>` is its id in the official predictions. */
    index: z.number(),
    /** What else it can be grouped by: `field`, `linguistics_term`, `context_type`, … */
    labels: z.record(z.string(), z.string()).readonly(),
    /**
     * Choices between texts put the right one first. `reading` has four: word and previous word as published, then both
     * with the space that belongs before them (the previous word's are left out where there is none: two texts).
     */
    texts: z.array(z.discriminatedUnion('kind', [spanSchema, wordSchema])).readonly(),
    /** What people did: the share that chose the first text (wug), reading times and word properties (reading). */
    human: z.record(z.string(), z.number()).readonly(),
});
/** One line of a task's file. */
export type BenchmarkItem = Readonly<z.infer<typeof itemSchema>>;

export const readItemSchema = z.object({
    item: itemSchema,
    /** Natural logarithms of the probabilities of an item's scored parts, one per text. */
    logprobs: z.array(z.number().nullable()).readonly(),
});

export type ReadItem = Readonly<z.infer<typeof readItemSchema>>;

/** An item whose texts all fit the student's context. */
export interface ScoredItem {
    readonly item: BenchmarkItem;
    /** Natural logarithms of the probabilities of an item's scored parts, one per text (nats). */
    readonly logprobs: readonly number[];
}

/** Who reads. */
export const benchmarkStudentSchema = z.object({
    /** Of its weights. */
    digest: z.string(),
    parameters: z.number(),
    context: z.number(),
    vocabulary: z.number(),
    /** Words and tokens read in pretraining, where that is known. */
    words: z.number().nullable(),
    tokens: z.number().nullable(),
});
export type BenchmarkStudent = Readonly<z.infer<typeof benchmarkStudentSchema>>;

/** A task that was found, before any of it is read by a student. */
export const benchmarkPlanSchema = z.object({
    task: z.enum(benchmarkTasks),
    /** The name of its folder, by which the official results are sorted. */
    dataset: z.string(),
    /** Of all its items: what was done counts only for the very same ones. */
    digest: z.string(),
    items: z.number(),
});
export type BenchmarkPlan = Readonly<z.infer<typeof benchmarkPlanSchema>>;
