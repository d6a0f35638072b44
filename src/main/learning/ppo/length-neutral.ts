/**
 * Removes the batch's own premium on length: fits a straight line of the teacher's part over the logarithm of words and
 * subtracts it. The logarithm, because teachers reward length mostly among short stories; a single slope, because a
 * curve fitted to so few stories would remove quality too. Only a rising line is subtracted, so a story is never
 * rewarded for being short.
 */
import { mean } from '../statistics/descriptive.ts';
import { scaledReward, type RewardStages } from './rewards.ts';

/**
 * The same stages with a neutral `calibrated`, kept within 0–1, and the reward that follows from it. (N), (N) words
 * @param lengthWeight the weight of the length bonus, which is a wish of its own and stays
 */
export function withoutLength(
    stages: readonly (RewardStages | undefined)[],
    words: readonly number[],
    lengthWeight: number,
): readonly (RewardStages | undefined)[] {
    const rated = stages.flatMap((stage, i) =>
        stage === undefined ? [] : [{ worth: stage.calibrated, length: Math.log1p(words[i]!) }],
    );
    if (rated.length < 2) return stages;
    const [meanWorth, meanLength] = [mean(rated.map(({ worth }) => worth)), mean(rated.map(({ length }) => length))];
    const spread = rated.reduce((sum, { length }) => sum + (length - meanLength) ** 2, 0);
    const shared = rated.reduce((sum, { worth, length }) => sum + (worth - meanWorth) * (length - meanLength), 0);
    if (spread === 0 || shared <= 0) return stages;
    const slope = shared / spread;
    return stages.map((stage, i) => {
        if (stage === undefined) return undefined;
        const paid = slope * (Math.log1p(words[i]!) - meanLength);
        const calibrated = Math.min(1, Math.max(0, stage.calibrated - paid));
        return { ...stage, calibrated, reward: scaledReward(calibrated, stage.lengthBonus, lengthWeight) };
    });
}
