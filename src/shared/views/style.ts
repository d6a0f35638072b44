/** How a run's stories are written, over its updates, and before and after learning; types only. */
import type { Interval } from '../findings/gain-words.ts';

export interface StyleReport {
    /** Stories are compared over their first so many words. */
    readonly words: number;
    /** Pairs of clean stories with that many words each, and those that are too short. */
    readonly pairs: number;
    readonly shortPairs: number;
    /** Stories of training that were looked at, of so many. */
    readonly looked: number;
    readonly episodes: number;
    readonly measures: readonly StyleMeasure[];
    /** Words of after against before, the surest first. */
    readonly rose: readonly StyleWord[];
    readonly fell: readonly StyleWord[];
    /** How stories begin, the most common of both sides together first. */
    readonly openings: readonly StyleOpening[];
}
export interface StyleMeasure {
    readonly id: string;
    readonly name: string;
    readonly unit: string;
    /** Null where there are no clean stories of before and after. */
    readonly change: { readonly before: Interval; readonly after: Interval; readonly difference: Interval } | null;
    /** Means over stretches of training. */
    readonly points: readonly StylePoint[];
}
export interface StylePoint {
    /** First and last update of the stretch. */
    readonly from: number;
    readonly to: number;
    readonly stories: number;
    readonly value: Interval;
}
export interface StyleWord {
    readonly word: string;
    readonly logOdds: Interval;
    readonly z: number;
    /** Beyond what one word in a thousand does by chance; the others are one in twenty. */
    readonly isSure: boolean;
    /** Of a thousand words. */
    readonly perThousand: readonly [number, number];
}
export interface StyleOpening {
    readonly opening: string;
    /** Percent of the stories before and after. */
    readonly before: number;
    readonly after: number;
    readonly difference: Interval;
}
