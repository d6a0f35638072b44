/**
 * Does something change over training? Spearman's rho with the stage, and its permutation test (Pitman 1937): how often
 * would stories shuffled over the stages show as much? Two-sided, including the observed order (Phipson & Smyth 2010),
 * so p is never 0.
 */
import type { RandomStream } from '../random.ts';
import { normalTail } from '../statistics/normal.ts';
import { midRanks } from './panel.ts';

const permutations = 2000;
const manyStories = 2000; // from here on both ways give the same p to two digits, and permuting takes seconds

/** values and stages: (N) each; rho and p are null where either does not vary. */
export function trendOverStages(
    values: Float64Array,
    stages: Float64Array,
    random: RandomStream,
): { readonly rho: number | null; readonly p: number | null } {
    const [x, y] = [centredRanks(values), centredRanks(stages)];
    const spread = Math.sqrt(dot(x, x) * dot(y, y));
    if (!(spread > 0)) return { rho: null, p: null };
    const observed = dot(x, y);
    if (values.length >= manyStories) {
        const z = (Math.abs(observed) / spread) * Math.sqrt(values.length - 1);
        return { rho: observed / spread, p: Math.max(2 * normalTail(z), 1 / (permutations + 1)) };
    }
    const asMuch = Math.abs(observed) - 1e-9 * spread; // equal sums in another order differ in their last bits
    let extreme = 1;
    for (let permutation = 0; permutation < permutations; permutation++) {
        const order = random.permutation(x.length);
        let product = 0;
        for (let i = 0; i < x.length; i++) product += x[order[i]!]! * y[i]!;
        if (Math.abs(product) >= asMuch) extreme++;
    }
    return { rho: observed / spread, p: extreme / (permutations + 1) };
}

/** Mid-ranks with mean 0. (N) → (N) */
function centredRanks(values: Float64Array): Float64Array {
    const levels = Float64Array.from(new Set(values)).sort();
    const levelOf = new Map([...levels].map((value, level) => [value, level]));
    const counts = new Float64Array(levels.length);
    for (const value of values) counts[levelOf.get(value)!]!++;
    const ranks = new Float64Array(levels.length);
    midRanks(counts, ranks);
    return values.map((value) => ranks[levelOf.get(value)!]! - (values.length + 1) / 2);
}

function dot(a: Float64Array, b: Float64Array): number {
    return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
