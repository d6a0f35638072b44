/**
 * A batch of stories as a rectangle: B stories, T columns, row-major, so cell (b, t) has index b·T + t. A column may
 * hold a prompt, a story or padding; learning reads story cells only.
 */
export interface StoryMask {
    readonly B: number;
    readonly T: number;
    readonly cells: Uint8Array; // (B, T) 1 on story tokens, 0 elsewhere
    readonly last: Int32Array; // (B) column of each story's last token
    readonly tokens: number; // Σ cells
}

/**
 * For stories that begin in column 0 and are padded on the right, as the scorer returns them. lengths: (B), tokens, ≥
 * 1.
 * @throws a RangeError where a story is empty or longer than T
 */
export function maskOfLengths(lengths: ArrayLike<number>, T: number): StoryMask {
    const B = lengths.length;
    const cells = new Uint8Array(B * T);
    for (let b = 0; b < B; b++) {
        const length = lengths[b]!;
        if (!Number.isInteger(length) || length < 1 || length > T)
            throw new RangeError(`story ${b} has ${length} tokens; 1 to ${T} fit`);
        cells.fill(1, b * T, b * T + length);
    }
    return maskOfCells(B, T, cells);
}

/**
 * For stories anywhere in their rows, as when prompt columns are kept. cells: (B, T); each row holds one unbroken
 * story.
 * @throws an error for a row without a story or with a gap
 */
export function maskOfCells(B: number, T: number, cells: Uint8Array): StoryMask {
    if (cells.length !== B * T) throw new RangeError(`the mask has ${cells.length} cells, not ${B} × ${T}`);
    const last = new Int32Array(B);
    let tokens = 0;
    for (let b = 0; b < B; b++) {
        const row = cells.subarray(b * T, (b + 1) * T);
        const first = row.indexOf(1);
        if (first < 0) throw new RangeError(`story ${b} has no token`);
        last[b] = row.lastIndexOf(1);
        if (row.subarray(first, last[b]! + 1).includes(0)) throw new RangeError(`story ${b} is broken in two`);
        tokens += last[b]! - first + 1;
    }
    return { B, T, cells, last, tokens };
}

/** @throws an error unless the array has one number per cell */
export function requireCells(mask: StoryMask, name: string, values: ArrayLike<number>): void {
    if (values.length !== mask.cells.length)
        throw new RangeError(`${name} has ${values.length} numbers, not ${mask.B} × ${mask.T}`);
}

/** @throws an error unless the array has one number per story */
export function requireStories(mask: StoryMask, name: string, values: ArrayLike<number>): void {
    if (values.length !== mask.B)
        throw new RangeError(`${name} has ${values.length} numbers, not one for each of ${mask.B} stories`);
}
