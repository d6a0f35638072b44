/**
 * A small language model that tells a teacher how likely it finds a text. It is never the student that learns. Whoever
 * opens the teacher hands it in, because this room may not import the code that runs such models.
 */
export interface Reader {
    /** SHA-256 of its weights: a rating depends on them. */
    readonly digest: string;
    /**
     * Log-probability (natural) of each token given all before it in its text: (texts)(pieces)(tokens). A text is its
     * pieces in order, with a space between them.
     */
    read(texts: readonly (readonly string[])[]): Promise<readonly (readonly Float64Array[])[]>;
    release(): void;
}
