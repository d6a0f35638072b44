/** What a rater made of stories of known truth, in words that the command line and the window share. */
import { plantedDefects, type DefectFound, type TruthFound } from '../ratings/known-truth.ts';
import { measured } from '../text/numbers.ts';

type Share = NonNullable<DefectFound['preferred']>;

const percent = (fraction: number): string => (100 * fraction).toFixed(0);
/** "93 % [80, 98]" */
export const shareWords = (share: Share | null): string =>
    share === null ? 'n/a' : `${percent(share.mean)} % [${percent(share.low)}, ${percent(share.high)}]`;

/** What the numbers support of one defect; chance is one half. */
export function defectVerdict({ preferred }: DefectFound): string {
    if (preferred === null) return 'not rated';
    if (preferred.low > 0.5) return 'sees it';
    return preferred.high < 0.5 ? 'prefers the planted one' : 'does not see it';
}

/** A line for each defect: "a sound story gets more than one …". */
export function defectName({ defect }: DefectFound): string {
    return plantedDefects[defect];
}

/** How the threshold was set, and what it costs. */
export function thresholdSentence({ threshold, isGiven, specificity, most }: TruthFound): string {
    if (threshold === null) return 'Too few sound stories were rated to set a threshold.';
    const set = isGiven ? 'as given' : 'which four of five sound stories of the other half of the pairs reach';
    return `Below ${measured(threshold)} of ${measured(most, 0)} points (${set}) a story counts as faulty; ${shareWords(specificity)} of the sound ones reach it.`;
}
