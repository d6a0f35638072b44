/**
 * What a teacher's scores are worth to people, as a file: fitted to a rating set, used in the reward of a run and kept
 * with its configuration. It holds for the teacher and the rubric it was fitted to and for no other.
 */
import { z } from 'zod';
import { badInput } from '../faults.ts';
import { jsonOf } from '../text/json.ts';

export const calibrationVersion = 1;

const mostPoints = 10_000; // one for each score that a teacher gave to a set
const point = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);
const fit = z.object({
    /** Fractions of what the rubric allows: the teacher's, and what people's mean is there; straight lines between. */
    points: z.array(point).min(2).max(mostPoints),
    /** Root mean square of teacher − people's mean, in fractions, on stories that were not fitted. */
    errorBefore: z.number(),
    errorAfter: z.number(),
    /** The same of the constant: people's mean over the stories that were fitted. Files of before do not say. */
    errorConstant: z.number().optional(),
    /** Is the calibrated error below the constant's by more than chance explains? Else the scores are worth nothing. */
    isWorth: z.boolean().optional(),
});
export type CalibrationFit = Readonly<z.infer<typeof fit>>;

const calibrationSchema = z.object({
    format: z.literal('storyloop-calibration'),
    version: z.number().int(),
    rubric: z.string(),
    teacher: z.string().min(1),
    set: z.string(),
    stories: z.number().int().positive(),
    people: z.number().int().positive(),
    /** Of the sum of the criteria, which is what the reward is made of. */
    sum: fit,
    /** Of each criterion, to look at. */
    criteria: z.record(z.string(), fit),
});
export type CalibrationFile = Readonly<z.infer<typeof calibrationSchema>>;

/**
 * Reads a calibration; `from` is its file where it has one, and names it in the sentence that refuses it.
 * @throws bad input where the text is not a calibration, or one of a newer version
 */
export function parseCalibration(text: string, from: string | null): CalibrationFile {
    const refuse = (why: string): Error =>
        badInput(
            (name) => `${from ?? name('reward.calibration')} ${why}; nothing was started. Make one from a rated set.`,
            'Type: calibrate <set> --to <file>',
        );
    const parsed = calibrationSchema.safeParse(jsonOf(text));
    if (!parsed.success) throw refuse('is not a calibration');
    if (parsed.data.version > calibrationVersion)
        throw badInput(
            `${from} was written by a newer Storyloop (version ${parsed.data.version}, this one knows ${calibrationVersion}); nothing was started.`,
        );
    return parsed.data;
}
