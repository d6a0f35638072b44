/** The size of a student: five numbers that determine every shape. */
import { badInput } from '../../../shared/faults.ts';

export interface StudentConfig {
    readonly layers: number;
    /** Width of the residual stream, C. */
    readonly width: number;
    readonly heads: number;
    /** Number of tokens the student knows, V. */
    readonly vocabulary: number;
    /** Number of positions it has learned: the longest prompt and story together, in tokens. */
    readonly context: number;
}

const limits = {
    layers: { means: 'layers', least: 1, most: 96 },
    width: { means: 'width', least: 4, most: 8192 },
    heads: { means: 'heads', least: 1, most: 128 },
    vocabulary: { means: 'vocabulary', least: 2, most: 65_536 }, // token ids are stored in 16 bits
    context: { means: 'context', least: 2, most: 8192 },
} as const satisfies Record<keyof StudentConfig, { means: string; least: number; most: number }>;

/** @throws bad input, in one sentence, for a size that no GPT-2 can have */
export function checkConfig(config: StudentConfig): void {
    for (const [key, { means, least, most }] of Object.entries(limits)) {
        const value = config[key as keyof StudentConfig];
        if (!Number.isInteger(value) || value < least || value > most) {
            throw badInput(`The student's ${means} must be a whole number from ${least} to ${most}, not ${value}.`);
        }
    }
    if (config.width % config.heads !== 0) {
        throw badInput(
            `The student's width (${config.width}) must be a multiple of its heads (${config.heads}); nothing was started. ` +
                `Choose for example ${config.heads * Math.max(1, Math.round(config.width / config.heads))} wide.`,
        );
    }
}

/**
 * Number of parameters of the language model: embeddings, then per layer four matrices (12 C²), their biases and two
 * norms (13 C), and the last norm. The output matrix is the token embedding, counted once; the value head is not
 * included.
 */
export function parameterCount({ layers, width, vocabulary, context }: StudentConfig): number {
    return (vocabulary + context) * width + layers * (12 * width ** 2 + 13 * width) + 2 * width;
}
