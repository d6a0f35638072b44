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

export interface HoldOutReport {
    readonly teacher: string;
    readonly judge: string;
    readonly points: readonly HoldOutPointView[]; // in the order of updates; at least one
    /** Correlation of the two over the stories of the first reading, 0–1. */
    readonly agreement: number;
    /** Null: no over-optimisation was seen. */
    readonly onset: HoldOutOnset | null;
    /** The update after whose reading it could first be told. */
    readonly alarmAt: number | null;
}
