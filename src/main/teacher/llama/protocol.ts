/** What the engine and the teacher's process say to each other: small plain data, checked on both sides. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

const readings = ['expected', 'digits', 'paper-text'] as const;

const openSchema = z.object({
    type: z.literal('open'),
    file: z.string(),
    /** The rubric's text, with its variables. */
    template: z.string(),
    criteria: z.array(z.object({ id: z.string(), min: count, max: count })),
    reading: z.enum(readings),
    /** A prompt as those to come: the context is made to hold it with the rubric and the longest story. */
    prompt: z.string(),
    storyTokens: count,
    sideBySide: count,
    device: z.enum(['auto', 'cpu']),
    /** 0: physical cores less one. */
    threads: count,
});
export type OpenModel = Readonly<z.infer<typeof openSchema>>;

const storySchema = z.object({
    prompt: z.string(),
    /** What stands for the rubric's {{student_completion}}. */
    story: z.string(),
    /** Uniform in [0, 1): what is drawn for this story, one a criterion or one a token. */
    draws: z.array(z.number().min(0).max(1)),
});
export type StoryForModel = Readonly<z.infer<typeof storySchema>>;

export const toTeacherSchema = z.discriminatedUnion('type', [
    openSchema,
    z.object({ type: z.literal('rate'), stories: z.array(storySchema) }),
]);
export type ToTeacher = Readonly<z.infer<typeof toTeacherSchema>>;

/** What was found out about a model when it was opened. */
const openedSchema = z.object({
    type: z.literal('opened'),
    /** In words: which device, and why not a better one. */
    device: z.string(),
    onProcessor: z.boolean(),
    threads: count,
    /** llama.cpp's build and backend, for the record. */
    backend: z.string(),
    /** The model's own chat template, or what stands in for it. */
    chatTemplate: z.enum(['own', 'generic']),
    /** How the scores are asked for: what stands between the digits, quoted, or that each digit brings its own space. */
    separator: z.string(),
    trainContext: count,
    /** Tokens of a sequence, and of the rubric with everything around the story. */
    context: count,
    rubricTokens: count,
    sideBySide: count,
    memory: z.object({ ram: z.number(), vram: z.number() }),
    secondsToOpen: z.number(),
});
export type OpenedModel = Readonly<z.infer<typeof openedSchema>>;

const rawScoresSchema = z.discriminatedUnion('kind', [
    z.object({
        kind: z.literal('digits'),
        /** Per criterion: the probabilities of its scores from the lowest up, and which was put into the context. */
        criteria: z.array(
            z.object({
                probabilities: z.array(z.number().min(0).max(1)),
                chosen: count,
                offFormat: z.number().min(0).max(1),
            }),
        ),
    }),
    z.object({ kind: z.literal('text'), reply: z.string() }),
    /** Not rated, and why. */
    z.object({ kind: z.literal('refused'), why: z.string() }),
]);
export type RawScores = Readonly<z.infer<typeof rawScoresSchema>>;

export const fromTeacherSchema = z.discriminatedUnion('type', [
    openedSchema,
    /** The model or what was asked of it cannot work; the process is of no further use. */
    z.object({ type: z.literal('refused'), why: z.string() }),
    /** A batch is done: raw scores by the position of their story in the request. */
    z.object({
        type: z.literal('batch'),
        rawScores: z.array(z.object({ story: count, raw: rawScoresSchema })),
        /** Evaluated since the process began, the rubric included. */
        tokens: count,
        seconds: z.object({ total: z.number(), model: z.number() }),
        /** The most memory the process has held so far. */
        peakRssBytes: count,
    }),
    /** A sign of life while the model is read or the rubric is evaluated. */
    z.object({ type: z.literal('alive') }),
]);
export type FromTeacher = Readonly<z.infer<typeof fromTeacherSchema>>;
