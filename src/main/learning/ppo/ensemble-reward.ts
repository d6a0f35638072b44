/**
 * What the teachers of an ensemble pay together where it is not the mean of their scores. Each is first brought to one
 * mean and one deviation over the batch: by the mean alone, a teacher whose scores lie close together has hardly a say
 * beside one whose scores lie far apart. Then a story is worth the mean of theirs, or the lowest, which no liking of
 * one teacher can raise ("worst-case optimisation": Coste et al. 2023, arXiv 2310.02743).
 */
import { mean, standardDeviation } from '../statistics/descriptive.ts';
import { scaledReward, type RewardStages } from './rewards.ts';

/**
 * The same stages with another `calibrated`, kept within 0–1, and the reward that follows from it. A story that a
 * member could not rate keeps what it has.
 * @param fractions each member's part of the rubric's maximum, 0–1; undefined where it could not rate. (N) of (M)
 * @param lengthWeight the weight of the length bonus, which is a wish of its own and stays
 */
export function combineMembers(
    stages: readonly (RewardStages | undefined)[],
    fractions: readonly (readonly number[] | undefined)[],
    how: 'even' | 'lowest',
    lengthWeight: number,
): readonly (RewardStages | undefined)[] {
    const rated = fractions.filter((each, i) => each !== undefined && stages[i] !== undefined);
    if (rated.length < 2) return stages; // no spread
    const members = Array.from({ length: rated[0]!.length }, (_, m) => {
        const own = rated.map((each) => each![m]!);
        return { mean: mean(own), deviation: standardDeviation(own) };
    });
    const [centre, spread] = [mean(members.map((each) => each.mean)), mean(members.map((each) => each.deviation))];
    return stages.map((stage, i) => {
        const own = fractions[i];
        if (stage === undefined || own === undefined) return stage;
        const deviations = members.map((member, m) =>
            member.deviation === 0 ? 0 : (own[m]! - member.mean) / member.deviation,
        );
        const above = how === 'lowest' ? Math.min(...deviations) : mean(deviations);
        const calibrated = Math.min(1, Math.max(0, centre + spread * above));
        return { ...stage, calibrated, reward: scaledReward(calibrated, stage.lengthBonus, lengthWeight) };
    });
}
