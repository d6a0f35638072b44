/**
 * What reading and learning from feedback cost to compute, in floating-point operations. A weight that takes part in a
 * product costs two operations forwards (a multiplication and an addition) and four backwards (Kaplan et al. 2020,
 * §2.1).
 */

/** Shape of a student, as far as its products go. */
export interface StudentShape {
    readonly layers: number;
    readonly width: number;
    readonly vocabulary: number;
}

/**
 * Weights that take part in products, for every token: four matrices a layer, and the output, which is the embedding
 * used a second time. Looking a token up multiplies nothing. Attention's own products grow with the text and are left
 * out: at the lengths and widths used here they are a few hundredths.
 */
export function productWeights({ layers, width, vocabulary }: StudentShape): number {
    return 12 * layers * width ** 2 + vocabulary * width;
}

/** Pretraining: forwards and backwards once for every token read. */
export function readingFlop(student: StudentShape, tokens: number): number {
    return 6 * productWeights(student) * tokens;
}

export interface FeedbackAmount {
    /** Of all stories together, and of each story's prompt: both go through the student token by token. */
    readonly tokens: number;
    /** Passes of the optimiser over them. */
    readonly epochs: number;
    /** Of the stories that the steps took, with their prompts. Left out: of all. */
    readonly trained?: number;
}

/**
 * Feedback: a token is written (2 operations for each weight), then policy and reference are asked for its
 * probability (2 each), then it is learned from in every epoch (6). What the teacher computes is not among it.
 */
export function feedbackFlop(student: StudentShape, { tokens, epochs, trained = tokens }: FeedbackAmount): number {
    return ((2 + 2 * 2) * tokens + 6 * epochs * trained) * productWeights(student);
}
