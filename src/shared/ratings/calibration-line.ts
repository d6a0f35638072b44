/** A calibration's line: straight between its points, level beyond them. */

/** points: fractions of what a rubric allows, and what they are worth to people, rising; fraction 0–1 → 0–1 */
export function readCalibration(
    points: readonly (readonly [fraction: number, worth: number])[],
    fraction: number,
): number {
    const above = points.findIndex(([at]) => at >= fraction);
    if (above === 0) return points[0]![1];
    if (above < 0) return points.at(-1)![1];
    const [left, low] = points[above - 1]!;
    const [right, high] = points[above]!;
    return low + ((fraction - left) / (right - left)) * (high - low);
}
