/**
 * Why a teacher that measures gave what it gave: for each measure, how far it moves a story that has everything else
 * as people's passages do. It starts from there, and not from the story, in which several faults hide each other.
 */
import type { CriterionId } from '../../shared/ratings/rubric.ts';
import type { ScoreReason } from '../../shared/ratings/reasons.ts';

const least = 0.02; // of a point: what moved a score by less did not move it

/**
 * @param usual what people's passages have of a measure, where that is known
 * @param rate the teacher's own arithmetic
 */
export function reasonsOf<Features extends Readonly<Record<string, number>>>(
    features: Features,
    usual: Readonly<Partial<Record<keyof Features, number>>>,
    rate: (features: Features) => Readonly<Record<CriterionId, number>>,
): readonly ScoreReason[] {
    const asPeople = { ...features, ...usual };
    const most = rate(asPeople);
    return Object.entries(usual).flatMap(([measure, as]): readonly ScoreReason[] => {
        const value = features[measure];
        if (value === undefined || as === undefined) return [];
        const otherwise = rate({ ...asPeople, [measure]: value });
        const lost = Object.fromEntries(
            Object.entries(most)
                .map(([criterion, score]) => [criterion, score - otherwise[criterion]!] as const)
                .filter(([, points]) => Math.abs(points) >= least),
        );
        return Object.keys(lost).length === 0 ? [] : [{ measure, value, usual: as as number, lost }];
    });
}
