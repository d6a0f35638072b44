/** Student's t for any number of degrees of freedom from 1 on, as a corrected interval needs it. */

const steps = 4000;
const width = Math.PI / 2 / steps;
const cosines = Float64Array.from({ length: steps }, (_, i) => Math.cos((i + 0.5) * width));

/**
 * The t that |T| stays below with the given probability. With t = √ν·tan θ the density is proportional to cos^(ν−1) θ
 * on 0…π/2, smooth enough for sums of midpoints; above 1,000 degrees nothing changes that anybody prints.
 * @throws a RangeError below one degree of freedom
 */
export function studentQuantile(freedom: number, probability = 0.95): number {
    if (!(freedom >= 1)) throw new RangeError('Student’s t needs a degree of freedom');
    const degrees = Math.min(freedom, 1000);
    const key = `${degrees} ${probability}`;
    const quantile = known.get(key) ?? quantileOf(degrees, probability);
    known.delete(key);
    known.set(key, quantile); // the latest last
    if (known.size > mostKnown) known.delete(known.keys().next().value!);
    return quantile;
}

/** Readings of a series, and runs beside each other, ask for the same ones again and again. */
const known = new Map<string, number>();
const mostKnown = 100;

function quantileOf(degrees: number, probability: number): number {
    const heights = new Float64Array(steps);
    let whole = 0;
    for (let i = 0; i < steps; i++) {
        heights[i] = cosines[i]! ** (degrees - 1);
        whole += heights[i]!;
    }
    const wanted = probability * whole;
    let passed = 0;
    let at = 0;
    while (passed + heights[at]! < wanted) passed += heights[at++]!;
    return Math.sqrt(degrees) * Math.tan((at + (wanted - passed) / heights[at]!) * width);
}
