/** Word milestones: the amounts of reading after which a student is kept for comparison. */

/** The published milestones up to `words`: 1–10 M by 1 M, 20–100 M by 10 M, 200–1000 M by 100 M. */
export function wordMilestones(words: number): readonly number[] {
    const million = 1e6;
    return [million, 10 * million, 100 * million]
        .flatMap((step) => Array.from({ length: 10 }, (_, at) => (at + 1) * step))
        .filter((milestone, at, all) => milestone <= words && milestone !== all[at - 1]);
}

/** The milestones reached by reading from `before` to `after` words. */
export function milestonesBetween(before: number, after: number): readonly number[] {
    return wordMilestones(after).filter((milestone) => milestone > before);
}

/**
 * The published rule: the optimiser step (counted from 1) after which a milestone counts as reached. `tokensPerWord` is
 * measured without end-of-text tokens, but the steps' tokens include them, so each milestone comes a few percent early
 * (quirk P1). Where the words read are known exactly, use `milestonesBetween`.
 */
export function publishedMilestoneStep(milestone: number, tokensPerWord: number, tokensPerStep: number): number {
    return Math.ceil(Math.ceil(milestone * tokensPerWord) / tokensPerStep);
}

/** The milestones that count as reached after exactly this step. */
export function publishedMilestonesAt(step: number, tokensPerWord: number, tokensPerStep: number): readonly number[] {
    const counted = Math.ceil((step * tokensPerStep) / tokensPerWord); // words, as the rule sees them
    return wordMilestones(counted).filter(
        (milestone) => publishedMilestoneStep(milestone, tokensPerWord, tokensPerStep) === step,
    );
}
