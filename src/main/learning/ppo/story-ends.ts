/**
 * Decides what a story's last token earns. A story that ended by itself earned its reward. One that was cut off at the
 * longest length did not come to an end, and there are two honest ways to count it, and one that is not:
 *
 * `terminal`: the limit is part of the task. The fragment's own reward is paid and nothing follows (published, R3).
 *
 * `bootstrap`: the limit is ours, not the task's. The story would have gone on and been rewarded at its real end, so
 * the value head's estimate after the last token replaces the fragment's reward.
 *
 * Paying both would count the reward twice: values estimate the very reward to come, so a student that never ends would
 * see its values rise by a whole reward with every update (γ = 1).
 */
import { requireStories, type StoryMask } from './story-mask.ts';

export type Truncation = 'terminal' | 'bootstrap';

export interface StoryEnds {
    readonly rewards: Float64Array; // (B) paid on the last token
    readonly valuesAfter: Float64Array; // (B) value of the state that follows it
}

/**
 * rewards: (B). finished: (B), whether the story ended by itself. valuesAfter: (B), the value head on the hidden state
 * after the last token, one position beyond the values that predict story tokens; read only for cut-off stories under
 * `bootstrap`.
 * @throws a RangeError where `finished` does not have one answer for each story
 */
export function storyEnds(
    truncation: Truncation,
    mask: StoryMask,
    rewards: ArrayLike<number>,
    finished: readonly boolean[],
    valuesAfter: ArrayLike<number>,
): StoryEnds {
    requireStories(mask, 'rewards', rewards);
    const ends = { rewards: Float64Array.from(rewards), valuesAfter: new Float64Array(mask.B) };
    if (truncation === 'terminal') return ends;
    if (finished.length !== mask.B) throw new RangeError(`finished has ${finished.length} answers, not ${mask.B}`);
    requireStories(mask, 'valuesAfter', valuesAfter);
    finished.forEach((isFinished, b) => {
        if (isFinished) return;
        ends.rewards[b] = 0;
        ends.valuesAfter[b] = valuesAfter[b]!;
    });
    return ends;
}
