/**
 * A small language model that reads along. It belongs to a teacher and is never the student that learns; whoever opens
 * the teacher hands it in, since this room runs no model of its own kind.
 */
export interface Reader {
    /** SHA-256 of its weights: a rating depends on them. */
    readonly digest: string;
    /**
     * How likely it finds each token of each text, given what stands before it in that text; (texts)(pieces)(tokens),
     * natural logarithms. A text is its pieces, one after the other with a space between.
     */
    read(texts: readonly (readonly string[])[]): Promise<readonly (readonly Float64Array[])[]>;
    release(): void;
}
