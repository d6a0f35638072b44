/** Logistic regression whose weights keep their signs: fitting cannot turn a virtue into a fault. */

export interface Example {
    readonly values: readonly number[];
    readonly isGood: boolean;
    readonly weight: number;
}

const steps = 4000;
const rate = 0.5;
const ridge = 1e-3;

/** Weights of the values as they come, most of them standardised on the way. @param signs 1 or -1 of each value */
export function fitSigned(examples: readonly Example[], signs: readonly number[]): number[] {
    const total = examples.reduce((sum, { weight }) => sum + weight, 0);
    const mean = signs.map(
        (_, f) => examples.reduce((sum, { values, weight }) => sum + weight * values[f]!, 0) / total,
    );
    const scale = signs.map((_, f) => {
        const variance =
            examples.reduce((sum, { values, weight }) => sum + weight * (values[f]! - mean[f]!) ** 2, 0) / total;
        return Math.sqrt(variance) || 1;
    });
    const rows = examples.map(({ values }) => values.map((value, f) => (value - mean[f]!) / scale[f]!));
    const weights = signs.map(() => 0);
    let bias = 0;
    for (let step = 0; step < steps; step++) {
        const gradient = weights.map((weight) => -ridge * weight);
        let ofBias = 0;
        rows.forEach((row, i) => {
            const z = row.reduce((sum, value, f) => sum + value * weights[f]!, bias);
            const { isGood, weight } = examples[i]!;
            const error = (weight / total) * ((isGood ? 1 : 0) - 1 / (1 + Math.exp(-z)));
            ofBias += error;
            row.forEach((value, f) => (gradient[f]! += error * value));
        });
        bias += rate * ofBias;
        weights.forEach((weight, f) => {
            const next = weight + rate * gradient[f]!;
            weights[f] = next * signs[f]! > 0 ? next : 0;
        });
    }
    return weights.map((weight, f) => weight / scale[f]!);
}
