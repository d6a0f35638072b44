/** How a rater did on stories of known truth: sound ones, and twins with one planted defect or one harmless edit. */
import {
    harmlessEditIds,
    plantedDefectIds,
    type Edit,
    type EditFound,
    type TruthFound,
} from '../../../shared/ratings/known-truth.ts';
import { quantile } from './descriptive.ts';
import { wilson } from './shares.ts';

/** A sound story's total, and those of its twins; null where it could not be rated, absent where it was not asked. */
export interface RatedTwins {
    readonly sound: number | null;
    readonly edited: Readonly<Partial<Record<Edit, number | null>>>;
}

/** Fewer sound stories set no threshold. */
const leastSound = 8;
/** The threshold leaves so many sound stories of its half below. */
const givenUp = 0.2;

/**
 * @param given the score from which on a story counts as sound; null to take it from every second pair, and measure
 * sensitivity and specificity on the others
 */
export function truthFound(
    rater: string,
    most: number,
    pairs: readonly RatedTwins[],
    given: number | null = null,
): TruthFound {
    const isRated = (total: number | null | undefined): total is number => typeof total === 'number';
    const setting = pairs
        .filter((_, i) => i % 2 === 0)
        .map(({ sound }) => sound)
        .filter(isRated)
        .toSorted((a, b) => a - b);
    const threshold = given ?? (setting.length < leastSound ? null : quantile(setting, givenUp));
    const measured = given === null ? pairs.filter((_, i) => i % 2 === 1) : pairs;
    const sounds = measured.map(({ sound }) => sound).filter(isRated);
    const shareOf = (totals: readonly number[], passes: (total: number) => boolean): EditFound['below'] =>
        totals.length === 0 || threshold === null ? null : wilson(totals.filter(passes).length, totals.length);
    const foundOf = (edits: readonly Edit[]): Omit<EditFound, 'edit'> => {
        const ratedOf = ({ edited }: RatedTwins): readonly number[] =>
            edits.map((edit) => edited[edit]).filter(isRated);
        const twins = pairs.map((pair) =>
            isRated(pair.sound) ? ratedOf(pair).map((twin) => [pair.sound as number, twin] as const) : [],
        );
        const both = twins.flat();
        const compared = twins.filter((each) => each.length > 0).length;
        const ties = both.filter(([sound, twin]) => sound === twin).length;
        const won = both.filter(([sound, twin]) => sound > twin).length;
        const below = measured.map(ratedOf);
        const rated = below.filter((each) => each.length > 0).length;
        const share = below.flat().filter((total) => threshold !== null && total < threshold).length;
        return {
            pairs: compared,
            ties,
            // twins of one story are no independent trials: they count as one
            preferred: both.length === 0 ? null : wilson((compared * (won + ties / 2)) / both.length, compared),
            below: rated === 0 || threshold === null ? null : wilson((rated * share) / below.flat().length, rated),
        };
    };
    const all = pairs.flatMap(({ sound, edited }) => [sound, ...Object.values(edited)]);
    return {
        rater,
        most,
        threshold,
        isGiven: given !== null,
        defects: plantedDefectIds.map((edit) => ({ edit, ...foundOf([edit]) })),
        controls: harmlessEditIds.map((edit) => ({ edit, ...foundOf([edit]) })),
        harmless: foundOf(harmlessEditIds),
        specificity: shareOf(sounds, (total) => total >= threshold!),
        unreadable: all.filter((total) => total === null).length,
    };
}
