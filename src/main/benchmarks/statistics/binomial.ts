/**
 * How many of n draws succeed. The number is found by walking outwards from the likeliest one (Kemp 1986), in about as
 * many steps as its standard deviation: resampling a group of 900 items costs two dozen operations, not 900 draws.
 */
import type { RandomStream } from '../../learning/random.ts';

/** Logarithms of factorials, as far as they were needed. */
const logFactorials: number[] = [0];

export function logFactorial(n: number): number {
    for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
    return logFactorials[n]!;
}

export function drawBinomial(random: RandomStream, n: number, probability: number): number {
    if (n === 0 || probability <= 0) return 0;
    if (probability >= 1) return n;
    const odds = probability / (1 - probability);
    const mode = Math.min(n, Math.floor((n + 1) * probability));
    const atMode = Math.exp(
        logFactorial(n) -
            logFactorial(mode) -
            logFactorial(n - mode) +
            mode * Math.log(probability) +
            (n - mode) * Math.log1p(-probability),
    );
    let left = random.uniform() - atMode;
    let [below, belowProbability] = [mode, atMode];
    let [above, aboveProbability] = [mode, atMode];
    while (left >= 0 && (below > 0 || above < n)) {
        if (above < n) {
            aboveProbability *= ((n - above) / (above + 1)) * odds;
            above++;
            left -= aboveProbability;
            if (left < 0) return above;
        }
        if (below > 0) {
            belowProbability *= below / (n - below + 1) / odds;
            below--;
            left -= belowProbability;
            if (left < 0) return below;
        }
    }
    return mode; // also where the last 1e-13 of probability was lost to rounding
}

/** How often each kind is drawn when as many are drawn as there are. counts: (K) → (K), written to `into`. */
export function drawKinds(random: RandomStream, counts: readonly number[], into: Uint32Array): void {
    let total = 0;
    for (const count of counts) total += count;
    let [draws, remaining] = [total, total];
    for (const [kind, count] of counts.entries()) {
        const drawn = remaining === count ? draws : drawBinomial(random, draws, count / remaining);
        into[kind] = drawn;
        draws -= drawn;
        remaining -= count;
    }
}
