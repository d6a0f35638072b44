/** The messages between the engine and the process of a language model, as schemas that both sides check. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

const readings = ['expected', 'digits', 'paper-text'] as const;

/** What llama.cpp has builds for, the best first. */
export const modelDevices = ['cuda', 'metal', 'vulkan', 'cpu'] as const;
export type ModelDevice = (typeof modelDevices)[number];

/** A device that was tried, and what it said when it did not compute. */
const failedDeviceSchema = z.object({ device: z.enum(modelDevices), why: z.string() });
export type FailedDevice = Readonly<z.infer<typeof failedDeviceSchema>>;

const openSchema = z.object({
    type: z.literal('open'),
    file: z.string(),
    /** The rubric's text, with its variables. */
    template: z.string(),
    criteria: z.array(z.object({ id: z.string(), min: count, max: count })),
    reading: z.enum(readings),
    /** A prompt like those to come: the context is made large enough for it, the rubric and the longest story. */
    prompt: z.string(),
    storyTokens: count,
    sideBySide: count,
    /** `auto`: the first that computes. */
    device: z.enum(['auto', ...modelDevices]),
    /** What earlier processes found not to work. */
    failed: z.array(failedDeviceSchema),
    /** 0: all physical cores but one. */
    threads: count,
    /** Whether llama.cpp's log goes straight to the process's output, where it outlives a process that dies of it. */
    aloud: z.boolean(),
});
export type OpenModel = Readonly<z.infer<typeof openSchema>>;

const storySchema = z.object({
    prompt: z.string(),
    /** What replaces the rubric's {{student_completion}}. */
    story: z.string(),
    /** Random numbers for this story's reply, uniform in [0, 1): one per criterion, or one per token. */
    draws: z.array(z.number().min(0).max(1)),
});
export type StoryForModel = Readonly<z.infer<typeof storySchema>>;

export const toTeacherSchema = z.discriminatedUnion('type', [
    openSchema,
    z.object({ type: z.literal('rate'), stories: z.array(storySchema) }),
]);
export type ToTeacher = Readonly<z.infer<typeof toTeacherSchema>>;

/** What was found out about the model while it was opened. */
const openedSchema = z.object({
    type: z.literal('opened'),
    /** Where it runs, and why not on something faster, in words. */
    device: z.string(),
    onProcessor: z.boolean(),
    threads: count,
    /** llama.cpp's build and backend, for the record. */
    backend: z.string(),
    /** The model's own chat template, or a generic one where it has none. */
    chatTemplate: z.enum(['own', 'generic']),
    /** What stands between the digits of an answer, quoted; or, in words, that each digit includes its space. */
    separator: z.string(),
    trainContext: count,
    /** Tokens of a sequence. */
    context: count,
    /** Tokens of the rubric with everything around the story. */
    rubricTokens: count,
    sideBySide: count,
    memory: z.object({ ram: z.number(), vram: z.number() }),
});
export type OpenedModel = Readonly<z.infer<typeof openedSchema>>;

const rawScoresSchema = z.discriminatedUnion('kind', [
    z.object({
        kind: z.literal('digits'),
        /**
         * Per criterion: the probabilities of its scores from the lowest up, and the index of the one in the context.
         */
        criteria: z.array(
            z.object({
                probabilities: z.array(z.number().min(0).max(1)),
                chosen: count,
                offFormat: z.number().min(0).max(1),
            }),
        ),
    }),
    z.object({ kind: z.literal('text'), reply: z.string() }),
    /** The story was not rated, and why. */
    z.object({ kind: z.literal('refused'), why: z.string() }),
]);
export type RawScores = Readonly<z.infer<typeof rawScoresSchema>>;

export const fromTeacherSchema = z.discriminatedUnion('type', [
    openedSchema,
    /** Which device is about to be tried: where the process dies of it, another tries the next. */
    z.object({ type: z.literal('trying'), device: z.enum(modelDevices) }),
    /** The device does not compute; the process ends. */
    z.object({ type: z.literal('failed'), ...failedDeviceSchema.shape }),
    /** The model cannot be used, or not with these settings; the process ends. */
    z.object({ type: z.literal('refused'), why: z.string() }),
    /** A batch is done: raw scores, each with the position of its story in the request. */
    z.object({
        type: z.literal('batch'),
        rawScores: z.array(z.object({ story: count, raw: rawScoresSchema })),
        /** Tokens evaluated since the process began, the rubric included. */
        tokens: count,
        seconds: z.object({ total: z.number(), model: z.number() }),
        /** The most memory the process has held so far. */
        peakRssBytes: count,
    }),
    /** A sign of life, while the model is loaded or the rubric is evaluated. */
    z.object({ type: z.literal('alive') }),
]);
export type FromTeacher = Readonly<z.infer<typeof fromTeacherSchema>>;
