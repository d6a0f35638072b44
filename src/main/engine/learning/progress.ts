/** What interactive learning saves besides tensors: everything that a resumed run must know to go on exactly. */
import { z } from 'zod';
import { earlierStudentSchema } from '../../../shared/contracts/engine.ts';
import { nothingUsed } from '../../learning/word-budget.ts';

const usedSchema = z.object({
    updates: z.number(),
    inputWords: z.number(),
    studentWords: z.number(),
    tokensTrained: z.number(),
});
export const progressSchema = z.object({
    used: usedSchema,
    klCoefficient: z.number(),
    episodes: z.number(),
    seconds: z.number(),
    /** In stories, chosen when the run began. Never changed: sums over other micro-batches are rounded differently. */
    microBatches: z.object({ learning: z.number().int().positive(), scoring: z.number().int().positive() }),
    /** Has the student been evaluated before its first update? */
    evaluated: z.boolean(),
    /** The checkpoint that the run ends with; null while it has not gone back. */
    earlier: earlierStudentSchema.extend({ tokensTrained: z.number() }).nullable().default(null),
});
export type LearningProgress = Readonly<z.infer<typeof progressSchema>>;
export type MicroBatches = LearningProgress['microBatches'];

export function noProgress(klCoefficient: number, microBatches: MicroBatches): LearningProgress {
    return { used: nothingUsed, klCoefficient, episodes: 0, seconds: 0, microBatches, evaluated: false, earlier: null };
}
