/**
 * Stories as screens show them, alone and in pairs.
 * Types only, so that a page can import them. Times are UTC milliseconds, durations seconds, fractions 0–1;
 * `run` names a run by its folder under `runs/`.
 */

import type { ScoreReason } from '../ratings/reasons.ts';
import type { RatingRecord } from '../run/record.ts';

/** An episode as lists show it. */
export interface StoryRow {
    readonly episode: number;
    readonly number: number;
    readonly update: number;
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    /** Its tokens were recorded one by one: KL, value and advantage. */
    readonly isTraced: boolean;
    readonly reward: number | null;
    readonly kl: number;
    /** The teacher's total and scores by criterion; null where the rating was unreadable. */
    readonly total: number | null;
    readonly scores: Readonly<Record<string, number>> | null;
}
export interface StoryPage {
    /** How many stories fit; `rows` are those from `offset` on. */
    readonly total: number;
    readonly offset: number;
    readonly rows: readonly StoryRow[];
}
/** What a search found in the stories of all runs, so far. */
export interface StoriesOverRuns {
    /** Runs with a hit, of those that this answer is about. */
    readonly runs: readonly {
        readonly run: string;
        readonly name: string;
        readonly scoreMost: number;
        /** Stories that hold the words; where `isMore`, that many and more. */
        readonly hits: number;
        readonly isMore: boolean;
        /** The newest of them. */
        readonly rows: readonly StoryRow[];
    }[];
    /** Runs searched so far, and all that hold stories. */
    readonly searched: number;
    readonly of: number;
}
/** A rating as it was recorded; what its record leaves out is null. */
export interface StoryRating extends Kept<
    Pick<ScoredRecord, 'rater' | 'at' | 'reading' | 'reply' | 'offFormatMass' | 'entropy' | 'disagreement' | 'blind'>
> {
    readonly id: number;
    /** Of the rater. */
    readonly name: string;
    /** A person's, not a teacher's. */
    readonly isPerson: boolean;
    /** Null: unreadable. */
    readonly total: number | null;
    /** Empty where it is unreadable. */
    readonly scores: ScoredRecord['scores'];
    /** Empty where the rater gave none. */
    readonly probabilities: NonNullable<ScoredRecord['probabilities']>;
}
type ScoredRecord = Extract<RatingRecord, { kind: 'scored' }>;
type Kept<Row> = {
    readonly [Name in keyof Row]-?: undefined extends Row[Name] ? Exclude<Row[Name], undefined> | null : Row[Name];
};
export interface WholeStory extends StoryRow {
    /** The reward pipeline, stage by stage, in order. */
    readonly stages: Readonly<Record<string, number>>;
    readonly ratings: readonly StoryRating[];
    /** Per token of the story, (T) each, where it was recorded. */
    readonly trace: {
        readonly kl: readonly number[];
        readonly values: readonly number[];
        readonly advantages: readonly number[];
        /** The text of each token; joined they are the story. Null where the run's tokenizer is not at hand. */
        readonly texts: readonly string[] | null;
    } | null;
}
/** What a teacher that measures makes of a story by itself, and why. */
export interface ExplainedScores {
    /** Null where only some of several teachers can say. */
    readonly scores: Readonly<Record<string, number>> | null;
    readonly reasons: readonly ScoreReason[];
}
/** Stories that stand for an update; null where no story of it could be rated. */
export interface UpdateStories {
    readonly update: number;
    readonly best: StoryRow | null;
    readonly median: StoryRow | null;
    readonly worst: StoryRow | null;
}

/** The stories of one seed by two students. */
export interface StoryPair {
    readonly seed: number;
    readonly prompt: string;
    readonly before: PairedStory;
    readonly after: PairedStory;
}
export interface PairedStory {
    readonly sample: number;
    readonly story: string;
    readonly words: number;
    readonly finished: boolean;
    readonly total: number | null;
}
/** A story of a clean evaluation with what its raters said. */
export interface WholeSample extends Pick<
    WholeStory,
    'prompt' | 'story' | 'finished' | 'total' | 'scores' | 'ratings'
> {
    readonly sample: number;
}
/** Of stories of clean evaluations, by sample: what learning changed about each token. */
export interface PairHeat {
    readonly sample: number;
    /** Log-probability after learning above that before it, nats; (T). */
    readonly kl: readonly number[];
    /** The text of each token; joined they are the story. */
    readonly texts: readonly string[];
}
export interface PairPage {
    readonly total: number;
    readonly offset: number;
    readonly rows: readonly StoryPair[];
}
