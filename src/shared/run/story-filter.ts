/** Which stories of a run are meant: the same words for the page that looks for them and for what leaves. */
import { z } from 'zod';

/** All that are given must fit. */
export const storyFilter = z.strictObject({
    /** Words the story holds, "phrases" in quotes, beginnings with a star*. */
    text: z.string().max(400).optional(),
    fromUpdate: z.number().int().positive().optional(),
    toUpdate: z.number().int().positive().optional(),
    /** Of the teacher's total. */
    minScore: z.number().optional(),
    maxScore: z.number().optional(),
    minWords: z.number().int().nonnegative().optional(),
    maxWords: z.number().int().nonnegative().optional(),
    finished: z.boolean().optional(),
    /** Only those whose tokens were recorded one by one. */
    traced: z.literal(true).optional(),
});
export type StoryFilter = Readonly<z.infer<typeof storyFilter>>;

/**
 * Stories that fit a filter, or these: by the row of their episode, or by its number in the line of history that
 * counts.
 */
export const storyChoiceSchema = z.union([
    z.strictObject({ fits: storyFilter }),
    z.strictObject({ episodes: z.array(z.number().int().positive()).min(1).max(1_000_000).readonly() }),
    z.strictObject({ numbers: z.array(z.number().int().positive()).min(1).max(1_000_000).readonly() }),
]);
export type StoryChoice = Readonly<z.infer<typeof storyChoiceSchema>>;
