/** Generalised advantage estimation (Schulman et al., arXiv 1506.02438), computed from the last token backwards. */
import { requireCells, requireStories, type StoryMask } from './story-mask.ts';

export interface AdvantageOptions {
    readonly gamma: number; // discount per token
    readonly lambda: number; // 0: one-step differences; 1: whole returns
}

export interface AdvantagesAndReturns {
    readonly advantages: Float64Array; // (B, T), not whitened
    readonly returns: Float64Array; // advantage + value: the target of the value head
}

/**
 * δ_t = r_t + γ·V_{t+1} − V_t and A_t = δ_t + γλ·A_{t+1}. Beyond a story's last token V is valuesAfter and A is 0.
 * rewards, values: (B, T), read on story cells only; valuesAfter: (B). Columns before a story carry what propagates
 * back into them, as published; the mask excludes them from every mean.
 * @throws an error where an array does not fit the mask
 */
export function advantagesAndReturns(
    mask: StoryMask,
    rewards: ArrayLike<number>,
    values: ArrayLike<number>,
    valuesAfter: ArrayLike<number>,
    { gamma, lambda }: AdvantageOptions,
): AdvantagesAndReturns {
    requireCells(mask, 'rewards', rewards);
    requireCells(mask, 'values', values);
    requireStories(mask, 'valuesAfter', valuesAfter);
    const { B, T, cells, last } = mask;
    const advantages = new Float64Array(B * T);
    const returns = new Float64Array(B * T);
    for (let b = 0; b < B; b++) {
        let advantage = 0; // A_{t+1}
        let next = valuesAfter[b]!; // V_{t+1}
        for (let t = last[b]!; t >= 0; t--) {
            const i = b * T + t;
            const value = cells[i] === 1 ? values[i]! : 0;
            const reward = cells[i] === 1 ? rewards[i]! : 0;
            advantage = reward + gamma * next - value + gamma * lambda * advantage;
            advantages[i] = advantage;
            returns[i] = advantage + value;
            next = value;
        }
    }
    return { advantages, returns };
}
