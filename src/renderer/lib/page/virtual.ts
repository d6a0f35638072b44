/** Which rows of a long list are in sight. Elements end near 33 million pixels; longer lists scroll faster. */

const tallest = 15e6; // px, safe on screens with twice the pixels

export interface Stretch {
    /** Height of all that can be scrolled, px. */
    readonly height: number;
    /** Rows to draw: from `first`, before `end`. */
    readonly first: number;
    readonly end: number;
    /** Where the first of them begins, px from the top. */
    readonly top: number;
}

export function stretchOf(total: number, rowHeight: number, scrolled: number, seen: number): Stretch {
    const whole = total * rowHeight;
    const height = Math.min(whole, tallest);
    const reach = Math.max(1, height - seen);
    const at =
        height < whole
            ? (Math.min(scrolled, reach) / reach) * (whole - seen)
            : Math.min(scrolled, Math.max(0, whole - seen));
    const first = Math.max(0, Math.floor(at / rowHeight) - 2);
    const end = Math.min(total, Math.ceil((at + seen) / rowHeight) + 2);
    return { height, first, end, top: scrolled + (first * rowHeight - at) };
}

/** How far to scroll so that a row is seen, or null where it is already. */
export function scrollTo(row: number, total: number, rowHeight: number, scrolled: number, seen: number): number | null {
    const whole = total * rowHeight;
    const height = Math.min(whole, tallest);
    const ratio = height < whole ? (whole - seen) / Math.max(1, height - seen) : 1;
    const at = scrolled * ratio;
    if (row * rowHeight >= at && (row + 1) * rowHeight <= at + seen) return null;
    const to = row * rowHeight < at ? row * rowHeight : (row + 1) * rowHeight - seen;
    return to / ratio;
}
