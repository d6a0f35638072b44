/**
 * The clipped losses of PPO (Schulman et al., arXiv 1707.06347; TRL 0.9.4) and their gradients, in float64: the
 * reference that the student's graphs are held against.
 */
import { maskedMean } from '../../src/main/learning/ppo/story-statistics.ts';
import { requireCells, type StoryMask } from '../../src/main/learning/ppo/story-mask.ts';

export interface PpoLossOptions {
    readonly clipRange: number;
    readonly valueClipRange: number;
    readonly valueWeight: number;
    /** A minibatch whose mean ratio is above it contributes no gradient; the optimiser still takes its step. */
    readonly ratioThreshold: number;
}

/** What was known when the stories were written; all (B, T). */
export interface Recorded {
    readonly logprobs: ArrayLike<number>;
    readonly values: ArrayLike<number>;
    readonly advantages: ArrayLike<number>; // whitened
    readonly returns: ArrayLike<number>;
}

/** What the student says now; both (B, T). */
export interface Current {
    readonly logprobs: ArrayLike<number>;
    readonly values: ArrayLike<number>;
}

export interface PpoLoss {
    /** mean max(−A·ratio, −A·clip(ratio)) over story tokens. */
    readonly policyLoss: number;
    /** ½ mean max((V′ − R)², (clip(V′) − R)²) over story tokens. */
    readonly valueLoss: number;
    /** policyLoss + valueWeight·valueLoss, or 0 above the ratio threshold: what the gradients belong to. */
    readonly loss: number;
    readonly aboveThreshold: boolean;
    readonly meanRatio: number;
    /** Fractions of story tokens where the clipped branch is the greater loss. */
    readonly clipFraction: number;
    readonly valueClipFraction: number;
    /** Drift since the rollout, nats per token: ½ mean (Δ log p)², and mean −Δ log p. */
    readonly approximateKl: number;
    readonly policyKl: number;
    /** mean (V′ − R)². */
    readonly valueError: number;
    readonly logprobGradients: Float64Array; // (B, T) dL/dlogp′
    readonly valueGradients: Float64Array; // (B, T) dL/dV′
}

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** Loss, gradients and their companions over one minibatch. Where both branches are equal the unclipped one counts. */
export function ppoLoss(mask: StoryMask, recorded: Recorded, current: Current, options: PpoLossOptions): PpoLoss {
    for (const [name, values] of Object.entries({
        ...recorded,
        newLogprobs: current.logprobs,
        newValues: current.values,
    }))
        requireCells(mask, name, values);
    const { clipRange, valueClipRange, valueWeight, ratioThreshold } = options;
    const cellCount = mask.cells.length;
    const ratios = new Float64Array(cellCount);
    const policyLosses = new Float64Array(cellCount);
    const valueLosses = new Float64Array(cellCount);
    const clipped = new Uint8Array(cellCount);
    const valueClipped = new Uint8Array(cellCount);
    const changes = new Float64Array(cellCount); // log p′ − log p
    const valueErrors = new Float64Array(cellCount);
    const logprobGradients = new Float64Array(cellCount);
    const valueGradients = new Float64Array(cellCount);

    for (let i = 0; i < cellCount; i++) {
        if (mask.cells[i] === 0) continue;
        const change = current.logprobs[i]! - recorded.logprobs[i]!;
        const ratio = Math.exp(change);
        const advantage = recorded.advantages[i]!;
        const free = -advantage * ratio;
        const held = -advantage * clamp(ratio, 1 - clipRange, 1 + clipRange);
        changes[i] = change;
        ratios[i] = ratio;
        policyLosses[i] = Math.max(free, held);
        clipped[i] = held > free ? 1 : 0;
        // d(−A·ratio)/dlogp′ = −A·ratio; a held ratio is flat
        logprobGradients[i] = held > free ? 0 : free / mask.tokens;

        const was = recorded.values[i]!;
        const error = current.values[i]! - recorded.returns[i]!;
        const heldError = clamp(current.values[i]!, was - valueClipRange, was + valueClipRange) - recorded.returns[i]!;
        valueErrors[i] = error ** 2;
        valueLosses[i] = 0.5 * Math.max(error ** 2, heldError ** 2);
        valueClipped[i] = heldError ** 2 > error ** 2 ? 1 : 0; // only beyond the range, where the held value is flat
        valueGradients[i] = valueClipped[i] === 1 ? 0 : (valueWeight * error) / mask.tokens;
    }

    const meanRatio = maskedMean(ratios, mask);
    const aboveThreshold = meanRatio > ratioThreshold;
    if (aboveThreshold) {
        logprobGradients.fill(0);
        valueGradients.fill(0);
    }
    const policyLoss = maskedMean(policyLosses, mask);
    const valueLoss = maskedMean(valueLosses, mask);
    return {
        policyLoss,
        valueLoss,
        loss: aboveThreshold ? 0 : policyLoss + valueWeight * valueLoss,
        aboveThreshold,
        meanRatio,
        clipFraction: maskedMean(clipped, mask),
        valueClipFraction: maskedMean(valueClipped, mask),
        approximateKl:
            0.5 *
            maskedMean(
                changes.map((change) => change ** 2),
                mask,
            ),
        policyKl: -maskedMean(changes, mask),
        valueError: maskedMean(valueErrors, mask),
        logprobGradients,
        valueGradients,
    };
}
