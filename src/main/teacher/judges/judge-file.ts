/** Reads the fitted weights of a judge from `judge.json`, which lies beside the checkpoint of its reader. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import { measuresOf, normedFeatures, type JudgeWeights } from './criteria.ts';
import { jsonOf } from '../../../shared/text/json.ts';

export const judgeFileVersion = 1;

const quantiles = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]);
const weight = z.object({ weight: z.number(), low: z.number(), high: z.number() });
const fitted = (measures: Readonly<Record<string, 1 | -1>>): z.ZodType<JudgeWeights['readability']> =>
    z.object({
        weights: z.record(
            z.string().refine((name) => Object.hasOwn(measures, name)),
            weight,
        ),
        people: quantiles,
    });
const judgeSchema = z.object({
    version: z.literal(judgeFileVersion),
    /** SHA-256 of the reader's weights that these were fitted with. */
    reader: z.string(),
    readability: fitted(measuresOf.readability),
    coherence: fitted(measuresOf.coherence),
    norms: z.record(z.enum(normedFeatures), quantiles),
    countedWords: z.number().min(0).max(1),
});

export interface JudgeFile {
    readonly weights: JudgeWeights;
    /** SHA-256 of the weights of the reader that it was fitted with. */
    readonly reader: string;
    /** SHA-256 of the file. */
    readonly digest: string;
}

/** @throws bad input where the file is missing, of another version, or does not hold a judge's weights */
export function readJudgeFile(path: string): JudgeFile {
    let text: string;
    try {
        text = readFileSync(path, 'utf8');
    } catch (cause) {
        throw badInput(
            `The weights of a judge cannot be read (${path}: ${cause instanceof Error ? cause.message : String(cause)}); nothing was started. Restore the file, or install Storyloop again.`,
        );
    }
    const parsed = judgeSchema.safeParse(jsonOf(text));
    if (!parsed.success)
        throw badInput(
            `${path} does not hold a judge's weights as this Storyloop knows them; nothing was started. Restore it from the release.`,
        );
    const { reader, readability, coherence, norms, countedWords } = parsed.data;
    return {
        weights: { readability, coherence, norms, countedWords },
        reader,
        digest: createHash('sha256').update(text).digest('hex'),
    };
}
