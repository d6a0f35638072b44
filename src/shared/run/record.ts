/**
 * What a run writes down, as data: rows on their way from the engine to the store. Schemas stand at the process
 * boundary; times are UTC milliseconds; numbers must be finite, so a NaN stops at the door and never becomes a NULL.
 */
import { z } from 'zod';
import { faultSchema } from '../faults.ts';
import { scoredSchema, unreadableSchema } from '../ratings/rubric.ts';
import { updateFieldList, type UpdateField, type updateFields } from './update-fields.ts';

export type RunKind = 'pretrain' | 'learn';
export const runKinds: readonly RunKind[] = ['pretrain', 'learn'];

/** Derived from the lease and the last attempt, never stored. */
export type RunState = 'running' | 'paused' | 'interrupted' | 'finished' | 'failed';

const count = z.number().int().nonnegative();
const time = count;
const ordinal = z.number().int().positive();
const text = z.string();
const tokenIds = z.instanceof(Uint16Array); // (T): vocabularies hold at most 65535 tokens

type SchemaOf<Field extends UpdateField> = Field extends { readonly kind: 'text' }
    ? z.ZodString
    : Field extends { readonly nullable: true }
      ? z.ZodNullable<z.ZodNumber>
      : z.ZodNumber;
type UpdateShape = { [Name in keyof typeof updateFields]: SchemaOf<(typeof updateFields)[Name]> };

const kinds = { ordinal, count, time, text: text.min(1), real: z.number() } as const;
const updateShape = Object.fromEntries(
    updateFieldList.map(({ name, kind, nullable }) => [name, nullable ? kinds[kind].nullable() : kinds[kind]]),
) as UpdateShape;

/** One update: write, rate, optimise. */
export const updateSchema = z.object({
    ...updateShape,
    /** Whatever else was measured. */
    extras: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});
export type UpdateRecord = Readonly<z.infer<typeof updateSchema>>;

/** One prompt, its story and its reward. Its number counts over the whole run from 1. */
export const episodeSchema = z.object({
    number: ordinal,
    prompt: text,
    story: text,
    /** The story's ids, without the prompt's, with `</s>` where the student ended by itself. */
    tokens: tokenIds,
    words: count,
    finished: z.boolean(),
    /** Null: left out of the update, because its rating was unreadable. */
    reward: z.number().nullable(),
    /** The reward pipeline, stage by stage, in order. */
    stages: z.record(z.string(), z.number()),
    /** Σ over the story's tokens of log p(policy) − log p(reference), nats. */
    kl: z.number(),
    /** Per token, for a seeded few. */
    trace: z
        .object({
            kl: z.instanceof(Float32Array), // (T)
            values: z.instanceof(Float32Array), // (T)
            advantages: z.instanceof(Float32Array), // (T)
        })
        .optional(),
});
export type EpisodeRecord = Readonly<z.infer<typeof episodeSchema>>;

/** Who rates. The id never changes; the display name may, and stays out of exports. */
export const raterSchema = z.object({
    id: z.string().min(1),
    kind: z.enum(['teacher', 'person']),
    name: z.string(),
    /**
     * What its ratings depend on besides the rubric: model and its digest, device, threads … Never a path or a host.
     */
    details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type RaterRecord = Readonly<z.infer<typeof raterSchema>>;

const ratingBase = {
    /** Number of the episode, or seed of the sample, that comes in the same message. */
    story: count,
    rater: z.string().min(1),
    at: time,
    /** How the scores came to be: `rules`, `person`, `digits`, `expected` (from token probabilities) … */
    reading: z.string().min(1),
    /** Did the rater know nothing of run, update, reward and other ratings? */
    blind: z.boolean().exactOptional(),
    dwellMs: count.exactOptional(),
};
/** A rating as it is recorded: by whom, of which story, and what was said. */
export const ratingSchema = z.discriminatedUnion('kind', [
    scoredSchema.omit({ firstReply: true }).extend(ratingBase),
    unreadableSchema.omit({ firstReply: true, refused: true }).extend(ratingBase),
]);
export type RatingRecord = Readonly<z.infer<typeof ratingSchema>>;

/** One story of a clean evaluation. Equal seeds before and after differ in nothing but the weights. */
export const sampleSchema = z.object({
    seed: count,
    prompt: text,
    story: text,
    tokens: tokenIds,
    words: count,
    finished: z.boolean(),
});
export type SampleRecord = Readonly<z.infer<typeof sampleSchema>>;

/** One clean evaluation: `before` learning, `after` it, or at a checkpoint on the way. */
export const evaluationSchema = z.object({
    phase: z.enum(['before', 'checkpoint', 'after']),
    /** The last update that shaped the weights; 0 before the first. */
    update: count,
    at: time,
    inputWords: count,
    /** Names weights and stories, so that a repeated evaluation is recognised. */
    digest: z.string().min(1),
    /** What was measured, by name: `score`, `score.coherence`, `score.low` … */
    results: z.record(z.string(), z.number()),
});
export type EvaluationRecord = Readonly<z.infer<typeof evaluationSchema>>;

/** The pairs of sentences that guard a run's grammar, as the weights after an update read them. */
export const guardReadingSchema = z.object({
    update: count,
    at: time,
    inputWords: count,
    /** Names the weights. */
    digest: z.string().min(1),
    /** Names the sentences. */
    battery: z.string().min(1),
    seconds: z.number().nonnegative(),
    pairs: z.array(
        z.object({
            phenomenon: z.string().min(1),
            number: count,
            good: text,
            bad: text,
            /** Of the good one and the bad one, nats. */
            logprobs: z.tuple([z.number(), z.number()]),
        }),
    ),
});
export type GuardReadingRecord = Readonly<z.infer<typeof guardReadingSchema>>;

/**
 * Fresh stories of the weights after an update, always from the same seeds, as the teacher and the second judge see
 * them.
 */
export const holdOutReadingSchema = z.object({
    update: count,
    at: time,
    inputWords: count,
    /** Names the weights. */
    digest: z.string().min(1),
    teacher: z.string().min(1),
    judge: z.string().min(1),
    seconds: z.number().nonnegative(),
    stories: z.array(
        z.object({
            seed: count,
            prompt: text,
            story: text,
            words: count,
            finished: z.boolean(),
            /** Σ over its tokens of log p(policy) − log p(reference), nats. */
            kl: z.number(),
            /** Totals; null where a rating could not be read. */
            teacher: z.number().nullable(),
            judge: z.number().nullable(),
        }),
    ),
});
export type HoldOutReadingRecord = Readonly<z.infer<typeof holdOutReadingSchema>>;

/** One optimiser step of pretraining; `validationLoss` where it was measured. Losses are nats per token. */
export const pretrainSchema = z.object({
    step: ordinal,
    at: time,
    words: count,
    tokens: count,
    loss: z.number(),
    validationLoss: z.number().nullable(),
    lr: z.number(),
    gradientNorm: z.number(),
});
export type PretrainRecord = Readonly<z.infer<typeof pretrainSchema>>;

/** A whole checkpoint folder on disk; `path` is relative to the run folder, with `/` between names. */
export const checkpointSchema = z.object({
    path: z.string().regex(/^(?!\.\.?(\/|$))[^/\\:]+(\/(?!\.\.?(\/|$))[^/\\:]+)*$/, 'a path inside the run folder'),
    kind: z.enum(['initial', 'milestone', 'final']),
    at: time,
    /** Input words of interactive learning, or corpus words of pretraining, when it was taken. */
    words: count,
    /** Update or pretraining step after which it was taken; 0 before the first. */
    update: count,
    digest: z.string().min(1),
});
export type CheckpointRecord = Readonly<z.infer<typeof checkpointSchema>>;

/** Why an attempt ended. A run that never says so was interrupted. */
export const attemptEndSchema = z.object({
    reason: z.enum(['paused', 'finished', 'interrupted', 'failed']),
    at: time,
    /** What happened, what is safe, what to do. */
    message: z.string(),
    fault: faultSchema.optional(),
});
export type AttemptEnd = Readonly<z.infer<typeof attemptEndSchema>>;
