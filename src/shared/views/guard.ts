/** What the guard of a run found: how many of the pairs of sentences the student got right, reading by reading. */
import type { MirroredEvidence, ResultInterval } from '../benchmarks/results.ts';

/** In points of 100, against the first reading, pair by pair. */
export interface GuardChange {
    readonly difference: number;
    readonly interval: ResultInterval | null; // 95 %
    /** McNemar's, corrected for as many looks as there have been. */
    readonly p: number;
}

export interface GuardPoint {
    readonly update: number;
    readonly inputWords: number;
    readonly seconds: number;
    readonly score: number; // of 100, mean over phenomena
    readonly interval: ResultInterval | null;
    /** Null for the first. */
    readonly change: GuardChange | null;
}

export interface GuardPhenomenon extends GuardChange {
    readonly name: string;
    readonly pairs: number;
    readonly before: number;
    readonly now: number;
}

export interface GuardReport {
    readonly battery: string;
    /** One of Storyloop's own, and not of a person's folder. */
    readonly isOwn: boolean;
    readonly pairs: number;
    readonly chance: number;
    readonly points: readonly GuardPoint[]; // in the order of updates; at least one
    /** At the newest reading; empty while there is only the first. p-values are Holm's over the phenomena. */
    readonly phenomena: readonly GuardPhenomenon[];
    /** At the newest reading. Null while there is only the first, and for pairs that have no mirror image. */
    readonly evidence: MirroredEvidence | null;
}
