/** How a rater did on stories of known truth: sound ones, and twins with one planted defect. */
import {
    plantedDefectIds,
    type DefectFound,
    type PlantedDefect,
    type TruthFound,
} from '../../../shared/ratings/known-truth.ts';
import { quantile } from '../ppo/statistics.ts';
import { wilson } from './shares.ts';

/** A sound story's total, and those of its twins; null where it could not be rated, absent where it was not asked. */
export interface RatedTwins {
    readonly sound: number | null;
    readonly planted: Readonly<Partial<Record<PlantedDefect, number | null>>>;
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
    const shareOf = (totals: readonly number[], passes: (total: number) => boolean): DefectFound['sensitivity'] =>
        totals.length === 0 || threshold === null ? null : wilson(totals.filter(passes).length, totals.length);
    const defects = plantedDefectIds.map((defect): DefectFound => {
        const both = pairs.flatMap(({ sound, planted: { [defect]: twin } }) =>
            isRated(sound) && isRated(twin) ? [[sound, twin] as const] : [],
        );
        const ties = both.filter(([sound, twin]) => sound === twin).length;
        const won = both.filter(([sound, twin]) => sound > twin).length;
        const twins = measured.map(({ planted }) => planted[defect]).filter(isRated);
        return {
            ...{ defect, pairs: both.length, ties },
            preferred: both.length === 0 ? null : wilson(won + ties / 2, both.length),
            sensitivity: shareOf(twins, (total) => total < threshold!),
        };
    });
    const all = pairs.flatMap(({ sound, planted }) => [sound, ...Object.values(planted)]);
    return {
        ...{ rater, most, threshold, isGiven: given !== null, defects },
        specificity: shareOf(sounds, (total) => total >= threshold!),
        unreadable: all.filter((total) => total === null).length,
    };
}
