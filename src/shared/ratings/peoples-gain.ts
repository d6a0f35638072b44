/** What people would say a run gained, from a few rated stories of before and after and the teacher's word on all. */
import type { Interval } from '../findings/gain-words.ts';
import type { CriterionId } from './rubric.ts';

/** A share of stories that the teacher judged as people did. */
export interface JudgedAlike {
    readonly right: number;
    readonly of: number;
}

/** A criterion that is yes or no: the share that people would pass (Rogan & Gladen). */
export interface PassedShares {
    readonly before: Interval;
    readonly after: Interval;
    readonly gain: Interval;
    readonly sensitivity: JudgedAlike;
    readonly specificity: JudgedAlike;
}

/** One criterion, or the sum: points of its scale. */
export interface CriterionGain {
    readonly criterion: CriterionId;
    /** After − before by the teacher alone, over all stories that it could rate. */
    readonly teacher: Interval;
    readonly before: Interval;
    readonly after: Interval;
    /** After − before as people would say, for one look at the end. */
    readonly people: Interval;
    /** The same, at every look: wider. */
    readonly whileRating: Interval;
    /** How far the teacher's word counts, before and after: 0 (not at all) to 1. */
    readonly lambda: readonly [number, number];
    /** Null where the criterion is not yes or no, or nothing follows from the teacher's judgement. */
    readonly passed: PassedShares | null;
}

/** A teacher's gain, corrected. */
export interface PeoplesGain {
    readonly teacher: string;
    /** Of the best total. */
    readonly most: number;
    /** Stories of before and after that the teacher judged, and of these how many people rated. */
    readonly judged: readonly [number, number];
    readonly rated: readonly [number, number];
    /** In the rubric's order, then their sum where there are several. The last is what the headline says. */
    readonly criteria: readonly CriterionGain[];
    readonly plan: LabelPlan;
}

/** What more ratings would buy. */
export interface LabelPlan {
    /** Stories of the run's sets that are still to be rated; a set shows them in the right order. */
    readonly open: number;
    /** Half the width of the headline's interval now, and what it would be after so many more. */
    readonly now: number;
    readonly more: number;
    /** Null where there are not so many stories. */
    readonly then: number | null;
    /** How many more would halve it; null where not even all of them would. */
    readonly toHalve: number | null;
}

/** The corrected gain of a set, or why there is none. */
export type SetGain =
    | { readonly kind: 'found'; readonly run: string; readonly gains: readonly PeoplesGain[] }
    | { readonly kind: 'refused'; readonly sentence: string };
