/** Could a difference be chance? An exact test of pairs, and what several tests at once must pay. */
import { logFactorial } from './binomial.ts';

/**
 * McNemar's test, exact and two-sided (not mid-p): of the items that only one of the two got right, half should be each
 * one's if nothing changed; twice the binomial probability of a split as uneven as this one. Items that both got right,
 * or both wrong, say nothing.
 */
export function mcnemar(lost: number, won: number): number {
    const n = lost + won;
    const fewer = Math.min(lost, won);
    const logHalf = n * Math.LN2;
    let tail = 0;
    for (let k = 0; k <= fewer; k++)
        tail += Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) - logHalf);
    return Math.min(1, 2 * tail);
}

/** Holm's step-down (1979): p-values as if there were one test, in the order given; none gets smaller. */
export function holm(values: readonly number[]): number[] {
    const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
    const adjusted = values.slice();
    let least = 0;
    for (const [place, i] of order.entries()) {
        least = Math.max(least, Math.min(1, (values.length - place) * values[i]!));
        adjusted[i] = least;
    }
    return adjusted;
}

/**
 * Sign-flip test of the mean over pairs of students: as often as not each difference could have been the other way
 * round if learning did nothing. All 2ⁿ ways for up to 16 pairs; the least that n pairs can give is 2 / 2ⁿ.
 */
export function signFlips(differences: readonly number[]): number {
    const n = differences.length;
    const sum = Math.abs(differences.reduce((total, difference) => total + difference, 0));
    const slack = 1e-12 * differences.reduce((total, difference) => total + Math.abs(difference), 0);
    let asFar = 0;
    for (let flips = 0; flips < 2 ** n; flips++) {
        let flipped = 0;
        for (let i = 0; i < n; i++) flipped += flips & (1 << i) ? -differences[i]! : differences[i]!;
        if (Math.abs(flipped) >= sum - slack) asFar++;
    }
    return asFar / 2 ** n;
}
