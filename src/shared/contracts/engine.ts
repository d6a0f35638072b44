/**
 * The messages between the engine and its supervisor. Plain data only: large things travel as paths, and the schemas
 * are checked on both sides of the process boundary.
 *
 * Commit before continue: after each of the `awaited` events the engine waits for `recorded`, so at most one of them is
 * ever unrecorded.
 */
import { z } from 'zod';
import { scoreReasonSchema } from '../ratings/reasons.ts';
import {
    benchmarkPlanSchema,
    benchmarkStudentSchema,
    benchmarkTasks,
    readItemSchema,
} from '../benchmarks/benchmarks.ts';
import { faultSchema } from '../faults.ts';
import {
    checkpointSchema,
    episodeSchema,
    evaluationSchema,
    guardReadingSchema,
    holdOutReadingSchema,
    pretrainSchema,
    raterSchema,
    ratingSchema,
    sampleSchema,
    updateSchema,
} from '../run/record.ts';
import { truthFoundSchema } from '../ratings/known-truth.ts';
import { rubricSchema } from '../ratings/rubric.ts';

export const contractVersion = 4;

const path = z.string().min(1);
const ordinal = z.number().int().positive();
/** A configuration travels as its stored form; the engine reads it with `readStoredConfig`. */
const storedConfig = z.object({
    version: z.number(),
    preset: z.string(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** Files and addresses of teachers, by the name that the configuration has for them. */
const teachers = z.record(z.string(), z.string()).optional();
/** The text of the rubric that the configuration names; only language models read one. */
const rubric = z.string().optional();

/** What a run computed on so far, which `auto` keeps; absent where it begins. */
const computedOn = z.enum(['processor', 'webgpu', 'cuda']).optional();
export type ComputedOn = NonNullable<z.infer<typeof computedOn>>;

export const taskSchema = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('pretrain'), folder: path, config: storedConfig, computedOn, corpus: path }),
    z.object({
        kind: z.literal('learn'),
        folder: path,
        config: storedConfig,
        computedOn,
        from: path,
        teachers,
        rubric,
    }),
    z.object({
        kind: z.literal('tell'),
        config: storedConfig,
        from: path,
        stories: z.number().int().positive(),
        /** Only when a person asked for one; else the checkpoint's own. */
        temperature: z.number().optional(),
    }),
    z.object({ kind: z.literal('check'), config: storedConfig, teachers, rubric }),
    /** Sound stories and their twins with one planted defect each; a threshold is a total score. */
    z.object({
        kind: z.literal('known-truth'),
        config: storedConfig,
        teachers,
        rubric,
        pairs: z.number().int().positive(),
        threshold: z.number().nullable(),
    }),
    /** What a teacher's scores of one story come from. */
    z.object({
        kind: z.literal('explain'),
        config: storedConfig,
        story: z.object({ prompt: z.string(), story: z.string(), finished: z.boolean() }),
        teachers,
        rubric,
    }),
    /** How likely two students find the tokens of stories: what learning changed, token by token. */
    z.object({
        kind: z.literal('trace'),
        config: storedConfig,
        policy: path,
        reference: path,
        stories: z.array(z.object({ prompt: z.string(), tokens: z.array(z.number().int().nonnegative()) })),
    }),
    /** A few stories, each rated by itself. */
    z.object({
        kind: z.literal('try'),
        config: storedConfig,
        from: path,
        stories: z.number().int().positive(),
        teachers,
        rubric,
    }),
    /** One real micro-batch of a run to come, in a folder that is thrown away. `from` is null for pretraining. */
    z.object({
        kind: z.literal('measure'),
        folder: path,
        config: storedConfig,
        from: path.nullable(),
        teachers,
        rubric,
    }),
    z.object({
        kind: z.literal('evaluate'),
        config: storedConfig,
        from: path,
        temperature: z.number().optional(),
        teachers,
        rubric,
    }),
    /** One engine runs a small graph, to tell that it can and what on. */
    z.object({ kind: z.literal('probe'), engine: z.enum(['student', 'teacher']), config: storedConfig }),
    /**
     * A student reads the benchmarks of a folder; `only` names tasks, `done` says how many items of each are recorded.
     */
    z.object({
        kind: z.literal('benchmark'),
        config: storedConfig,
        from: path,
        data: path,
        only: z.array(z.enum(benchmarkTasks)),
        done: z.partialRecord(z.enum(benchmarkTasks), z.object({ digest: z.string(), items: z.number() })),
    }),
    /** Stored stories are rated again; the engine asks for them with `next-stories`. */
    z.object({ kind: z.literal('rescore'), config: storedConfig, teachers, rubric }),
]);
export type EngineTask = Readonly<z.infer<typeof taskSchema>>;

/** A story of the record that shall be rated again, by its row. */
const storedStorySchema = z.object({
    subject: z.enum(['episode', 'sample']),
    row: z.number().int(),
    prompt: z.string(),
    story: z.string(),
    finished: z.boolean(),
});
export type StoredStory = Readonly<z.infer<typeof storedStorySchema>>;

/** A checkpoint that a run goes back to, by its path in the run's folder, and why. */
export const earlierStudentSchema = z.object({
    path,
    update: z.number().int().nonnegative(),
    inputWords: z.number().int().nonnegative(),
    why: z.string(),
});
export type EarlierStudent = Readonly<z.infer<typeof earlierStudentSchema>>;

/** What the check of CUDA found on this computer: why it failed, in sentences; empty where it passed. */
export const cudaVerdictSchema = z.object({ passed: z.boolean(), why: z.string() });
export type CudaVerdict = Readonly<z.infer<typeof cudaVerdictSchema>>;

export const engineCommandSchema = z.discriminatedUnion('type', [
    /** `resources`: the folder of files that ship with the app. */
    z.object({ type: z.literal('start'), version: z.literal(contractVersion), resources: path, task: taskSchema }),
    z.object({ type: z.literal('pause') }),
    /** Keep a checkpoint as soon as what is under way is recorded. */
    z.object({ type: z.literal('checkpoint-now') }),
    /** End with the student of an earlier checkpoint of the run; sent before the `recorded` of what told so. */
    z.object({ type: z.literal('go-back'), to: earlierStudentSchema }),
    z.object({ type: z.literal('recorded') }),
    /** Answers `cuda-asked`. */
    z.object({ type: z.literal('cuda-checked'), verdict: cudaVerdictSchema }),
    /** From a teacher's process, to the engine that asked for it. */
    z.object({ type: z.literal('teacher-says'), teacher: ordinal, message: z.unknown() }),
    z.object({ type: z.literal('teacher-gone'), teacher: ordinal, words: z.string() }),
    /** Answers `recall`: a rating as it was remembered under each key, or null. */
    z.object({ type: z.literal('recalled'), found: z.array(z.string().nullable()) }),
    /** Answers `next-stories`; none: all are rated. `done` and `of` count all that shall be rated. */
    z.object({ type: z.literal('stories'), stories: z.array(storedStorySchema), done: z.number(), of: z.number() }),
]);
export type EngineCommand = z.infer<typeof engineCommandSchema>;

export const phases = [
    'loading',
    'reading the corpus',
    'training the tokenizer',
    'pretraining',
    'evaluating',
    'rating clean stories',
    'writing',
    'rating',
    'scoring',
    'learning',
    'reading grammar',
    'second judge reading',
    'saving',
    'reading benchmarks',
] as const;
export type Phase = (typeof phases)[number];

const memberSchema = z.object({ rater: raterSchema, rubric: rubricSchema });

/** What never changes in a run and its episodes refer to: recorded once. */
export const runContextSchema = z.object({
    rubric: rubricSchema,
    rater: raterSchema,
    /** Of an ensemble: its members, whose own ratings stand beside the ensemble's. */
    members: z.array(memberSchema).optional(),
    prompts: z.array(z.object({ text: z.string(), heldOut: z.boolean() })),
    tokenizer: z.object({ hash: z.string(), vocabulary: z.number() }),
});
export type RunContext = z.infer<typeof runContextSchema>;

/** A story that a teacher was tried on. */
export const triedStorySchema = z.object({
    prompt: z.string(),
    story: z.string(),
    words: z.number(),
    finished: z.boolean(),
    /** Null: the teacher answered with something that is no rating. */
    scores: z.record(z.string(), z.number()).nullable(),
    total: z.number().nullable(),
    reply: z.string().nullable(),
    milliseconds: z.number(),
});
export type TriedStory = Readonly<z.infer<typeof triedStorySchema>>;

/** What one micro-batch took, in the process that would do the run. Bytes and seconds. */
export const measuredSchema = z.object({
    device: z.string(),
    parameters: z.number(),
    /** Sequences in memory at once while learning. */
    microBatch: z.number(),
    /** Of this process at its peak; what a teacher holds in a process of its own is beside it. */
    memoryBytes: z.number(),
    /** Of the GPU: what the student takes, by estimate, and all that it has; null where nothing is known. */
    gpuMemory: z.object({ name: z.string(), needed: z.number(), of: z.number() }).nullable(),
    teacherMemory: z.object({ ram: z.number(), vram: z.number() }).nullable(),
    checkpointBytes: z.number(),
    resumeBytes: z.number(),
    learning: z
        .object({
            /** Per story, except `step`: one optimiser step over a minibatch. */
            writing: z.number(),
            rating: z.number(),
            /** By the second judge of the evaluation; 0 where there is none. */
            judging: z.number(),
            scoring: z.number(),
            step: z.number(),
            /** The teacher may read while the student still writes. */
            overlaps: z.boolean(),
            storyBytes: z.number(),
            wordsPerStory: z.number(),
            promptWords: z.number(),
        })
        .nullable(),
    pretraining: z.object({ step: z.number(), tokensPerStep: z.number() }).nullable(),
});
export type MeasuredCost = Readonly<z.infer<typeof measuredSchema>>;

/** What an engine really ran on. */
export const probedSchema = z.discriminatedUnion('engine', [
    z.object({
        engine: z.literal('student'),
        device: z.string(),
        /** Of a step's losses from the same in plain double precision, and on a device from the processor's: nats. */
        difference: z.number(),
        /** Of warm steps of the largest student that was tried; `isCutShort` where a larger one would take too long. */
        speed: z.object({ parameters: z.number(), tokensPerSecond: z.number(), isCutShort: z.boolean() }),
    }),
    z.object({ engine: z.literal('teacher'), device: z.string(), milliseconds: z.number() }),
]);
export type Probed = Readonly<z.infer<typeof probedSchema>>;

const estimate = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** What a teacher turned out to be, on stories of known order. */
export const teacherReportSchema = z.object({
    id: z.string(),
    name: z.string(),
    rubric: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number()])),
    /** Of a .gguf model: bytes of weights and context, tokens of context and rubric. */
    memory: z.object({ ram: z.number(), vram: z.number() }).nullable(),
    context: z.object({ model: z.number(), used: z.number(), rubric: z.number() }).nullable(),
    storiesPerSecond: z.number(),
    tokensPerSecond: z.number().nullable(),
    /** Null: not a word was said. */
    hoursPerMillionWords: z.number().nullable(),
    /** So many were rated, and so many of them could not be. */
    stories: z.number(),
    unreadable: z.number(),
    /** What was said of the first of them. */
    firstUnreadable: z.string().nullable(),
    offFormatMass: z.number().nullable(),
    entropy: z.number().nullable(),
    /** Largest change of a total when the same stories were rated again: in the same order, and in another. */
    retest: z.object({ again: z.number(), otherOrder: z.number() }),
    /**
     * How often a whole story gets more than the same one with its sentences, or its words, shuffled, and more than a
     * mixture each sentence of which is another story's; ties count half.
     */
    order: z
        .object({
            overShuffledSentences: estimate,
            overShuffledWords: estimate,
            overOtherStories: estimate,
            stories: z.number(),
        })
        .nullable(),
    /** One story three ways. */
    examples: z.array(
        z.object({
            kind: z.enum(['whole', 'sentences shuffled', 'words shuffled']),
            story: z.string(),
            total: z.number().nullable(),
            scores: z.record(z.string(), z.number()),
            probabilities: z.record(z.string(), z.array(z.number())),
        }),
    ),
});
export type TeacherReport = Readonly<z.infer<typeof teacherReportSchema>>;

export const engineEventSchema = z.discriminatedUnion('type', [
    /** `kind`: the runtime that was opened. */
    z.object({
        type: z.literal('ready'),
        kind: z.enum(['native', 'official', 'webgpu', 'cuda']),
        device: z.string(),
        parameters: z.number(),
        threads: z.number(),
    }),
    /**
     * May `auto` compute on CUDA? Asked only where the provider is here. `provider` stands for all that the answer
     * depends on.
     */
    z.object({ type: z.literal('cuda-asked'), provider: z.string() }),
    /** It may, and CUDA cannot be opened: the check is to be repeated. */
    z.object({ type: z.literal('cuda-failed') }),
    /** A probe is about to load this provider, which may bring its process down. */
    z.object({ type: z.literal('probing-cuda'), provider: z.string() }),
    z.object({ type: z.literal('run-context'), context: runContextSchema }),
    /** Where the work stands: `done` of `of` in units of the phase; `of` is 0 while unknown. */
    z.object({ type: z.literal('phase'), phase: z.enum(phases), done: z.number(), of: z.number() }),
    /** How far the whole task is, 0–1. */
    z.object({ type: z.literal('progress'), done: z.number() }),
    z.object({ type: z.literal('note'), text: z.string() }),
    z.object({
        type: z.literal('update'),
        update: updateSchema,
        episodes: z.array(episodeSchema),
        ratings: z.array(ratingSchema),
    }),
    z.object({ type: z.literal('pretrained'), steps: z.array(pretrainSchema) }),
    z.object({
        type: z.literal('evaluation'),
        evaluation: evaluationSchema,
        samples: z.array(sampleSchema),
        ratings: z.array(ratingSchema),
    }),
    z.object({ type: z.literal('guarded'), reading: guardReadingSchema }),
    z.object({ type: z.literal('held-out'), reading: holdOutReadingSchema }),
    z.object({ type: z.literal('story'), sample: sampleSchema }),
    /** What will be read, before anything is. */
    z.object({ type: z.literal('benchmarking'), student: benchmarkStudentSchema, tasks: z.array(benchmarkPlanSchema) }),
    /** The next items of a task, in order; null stands for a text that is too long for the student. */
    z.object({ type: z.literal('scored'), task: z.enum(benchmarkTasks), items: z.array(readItemSchema).readonly() }),
    z.object({ type: z.literal('checked'), report: teacherReportSchema }),
    /** Null: the teacher cannot tell. */
    z.object({
        type: z.literal('explained'),
        scores: z.record(z.string(), z.number()).nullable(),
        reasons: z.array(scoreReasonSchema).nullable(),
    }),
    /** By story, log-probability of each token by the policy above the reference's, nats. */
    z.object({ type: z.literal('traced'), kl: z.array(z.array(z.number())) }),
    z.object({ type: z.literal('truth-told'), found: truthFoundSchema }),
    z.object({
        type: z.literal('tried'),
        teacher: z.string(),
        criteria: rubricSchema.shape.criteria,
        stories: z.array(triedStorySchema),
    }),
    z.object({ type: z.literal('measured'), measured: measuredSchema }),
    z.object({ type: z.literal('probed'), probed: probedSchema }),
    z.object({ type: z.literal('checkpoint'), checkpoint: checkpointSchema }),
    /** The cache of ratings, so that a run replays without its teacher: text that only the engine understands. */
    z.object({ type: z.literal('recall'), keys: z.array(z.string()) }),
    z.object({ type: z.literal('remember'), ratings: z.array(z.object({ key: z.string(), rating: z.string() })) }),
    /** Who rates where no run is made, or judges a run; `rerated` is answered with `recorded`. */
    z.object({
        type: z.literal('rater'),
        rater: raterSchema,
        rubric: rubricSchema,
        members: z.array(memberSchema).optional(),
    }),
    z.object({ type: z.literal('next-stories') }),
    z.object({
        type: z.literal('rerated'),
        /** `story` of a rating is the row of its story. */
        ratings: z.array(z.object({ subject: z.enum(['episode', 'sample']), rating: ratingSchema })),
    }),
    z.object({ type: z.literal('paused') }),
    z.object({ type: z.literal('finished'), why: z.string(), peakRssBytes: z.number() }),
    z.object({ type: z.literal('fault'), fault: faultSchema }),
]);
export type EngineEvent = Readonly<z.infer<typeof engineEventSchema>>;

/**
 * Only the supervisor can start processes, whatever it runs in. An engine that wants a teacher's asks for one, by a
 * number of its own, and talks through the supervisor, who hands on what it does not read.
 */
export const teacherRequestSchema = z.discriminatedUnion('type', [
    z.object({ type: z.literal('teacher-start'), teacher: ordinal }),
    z.object({ type: z.literal('teacher-post'), teacher: ordinal, message: z.unknown() }),
    z.object({ type: z.literal('teacher-end'), teacher: ordinal }),
]);
export type TeacherRequest = Readonly<z.infer<typeof teacherRequestSchema>>;

/** After these the engine waits until they are recorded. */
const awaited: ReadonlySet<EngineEvent['type']> = new Set([
    ...(['update', 'pretrained', 'evaluation', 'guarded', 'held-out', 'checkpoint'] as const),
    ...(['rerated', 'benchmarking', 'scored'] as const),
]);

export function isAwaited({ type }: EngineEvent): boolean {
    return awaited.has(type);
}
