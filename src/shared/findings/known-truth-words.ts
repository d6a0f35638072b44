/** What a rater made of stories of known truth, in words that the command line and the window share. */
import { harmlessEdits, plantedDefects, type EditFound, type TruthFound } from '../ratings/known-truth.ts';
import { measured } from '../text/numbers.ts';

type Share = NonNullable<EditFound['preferred']>;

const percent = (fraction: number): string => (100 * fraction).toFixed(0);
/** "93 % [80, 98]" */
export const shareWords = (share: Share | null): string =>
    share === null ? 'n/a' : `${percent(share.mean)} % [${percent(share.low)}, ${percent(share.high)}]`;

/** A row of the table of a rater: a planted defect, a harmless edit, or all of these together. */
export interface TruthRow extends Omit<EditFound, 'edit'> {
    readonly name: string;
    readonly verdict: string;
    readonly isControl: boolean;
}

/** Defects first, then harmless edits. */
export function truthRows({ defects, controls, harmless }: TruthFound): readonly TruthRow[] {
    const names = { ...plantedDefects, ...harmlessEdits };
    const rowOf = ({ edit, ...found }: EditFound): Omit<TruthRow, 'verdict' | 'isControl'> => ({
        ...found,
        name: names[edit],
    });
    return [
        ...defects.map((found) => ({ ...rowOf(found), verdict: defectVerdict(found), isControl: false })),
        ...controls.map((found) => ({ ...rowOf(found), verdict: controlVerdict(found), isControl: true })),
        { ...harmless, name: 'with any of these harmless edits', verdict: controlVerdict(harmless), isControl: true },
    ];
}

/** What the numbers support of one defect; chance is one half. */
export function defectVerdict({ preferred }: Pick<EditFound, 'preferred'>): string {
    if (preferred === null) return 'not rated';
    if (preferred.low > 0.5) return 'sees it';
    return preferred.high < 0.5 ? 'prefers the planted one' : 'does not see it';
}

/** The same of an edit that changes nothing but the surface. */
export function controlVerdict({ preferred }: Pick<EditFound, 'preferred'>): string {
    if (preferred === null) return 'not rated';
    if (preferred.low > 0.5) return 'minds a sound one';
    return preferred.high < 0.5 ? 'prefers it' : 'does not mind it';
}

/** What the control says of the defects that are seen. */
export function controlSentence({ rater, harmless: { preferred } }: TruthFound): string {
    if (preferred === null) return 'No harmless edit was rated, so what a changed surface costs is not known.';
    const told = `Of harmless edits, too, a story as it was gets more in ${shareWords(preferred)}`;
    if (preferred.low > 0.5) return `${told}: ${rater} minds any change, and what it sees of a defect may be that.`;
    if (preferred.high < 0.5) return `${told}: ${rater} likes a changed surface.`;
    return `${told}, as chance would have it: ${rater} does not mind change as such.`;
}

/** How the threshold was set, and what it costs. */
export function thresholdSentence({ threshold, isGiven, specificity, most }: TruthFound): string {
    if (threshold === null) return 'Too few sound stories were rated to set a threshold.';
    const set = isGiven ? 'as given' : 'which four of five sound stories of the other half of the pairs reach';
    return `Below ${measured(threshold)} of ${measured(most, 0)} points (${set}) a story counts as faulty; ${shareWords(specificity)} of the sound ones reach it.`;
}
