/** The trial inside the loop: what teacher and second judge said of the same fresh stories, reading by reading. */
import type { Interval } from '../findings/gain-words.ts';

export interface HoldOutPointView {
    readonly update: number;
    readonly inputWords: number;
    readonly seconds: number;
    /** Stories that both could rate. */
    readonly stories: number;
    /** Square root of the mean KL of policy and reference, nats per story; 0 where the estimate is negative. */
    readonly rootKl: number;
    /** In standard deviations of the first reading, from its mean, with 95 % intervals. */
    readonly teacher: Interval;
    readonly judge: Interval;
    /** What the judge was expected to see of the teacher's gain: `agreement` times it. */
    readonly expected: number;
}

/** Where the gap between expected and seen began to rise. */
export interface HoldOutOnset {
    /** The last update before it. */
    readonly from: number;
    readonly until: number;
    readonly low: number; // 95 % of `from`
    readonly high: number;
    readonly height: number; // standard deviations
}

/** Both curves, and the gap between them. */
export interface HoldOutCourseView {
    readonly points: readonly HoldOutPointView[]; // in the order of updates; at least one
    /** Correlation of the two over the stories of the first reading, 0–1. */
    readonly agreement: number;
    /** Null: no over-optimisation was seen. */
    readonly onset: HoldOutOnset | null;
}

export interface HoldOutReport extends HoldOutCourseView {
    readonly teacher: string;
    readonly judge: string;
    /** The same as if all stories had been equally long: its deviations are those of such scores. */
    readonly atEqualLength: HoldOutCourseView;
    /** The newest checkpoint from before the onset that was kept; null where none was, or there is no onset. */
    readonly before: { readonly path: string; readonly update: number } | null;
    /** Did the run end with an earlier student than its last update's? */
    readonly wentBack: boolean;
    /** The update after whose reading it could first be told. */
    readonly alarmAt: number | null;
}
