/**
 * What a person at the rating desk is told, and what is not: before a story is rated there is no word here of run,
 * training stage, repeats, reward or teachers.
 */
import type { AgreementReport } from './agreement.ts';
import type { CalibrationFile } from './calibration.ts';
import type { SetGain } from './peoples-gain.ts';
import type { Criterion, CriterionId } from './rubric.ts';
import type { ScoreAnchors } from './rubric-anchors.ts';

type ScoresByCriterion = Readonly<Record<CriterionId, number>>;

/** The set as its rater sees it. */
export interface DeskView {
    readonly name: string;
    readonly rater: string;
    readonly criteria: readonly Criterion[];
    /** What people go by: the set's rubric, or the one that ships for its criteria where the set's has no words. */
    readonly rubric: RubricView;
    /** Per item, in order, what this rater made of it. */
    readonly items: readonly ('open' | 'scored' | 'skipped')[];
    /** Positions of the items that the rater has flagged. */
    readonly flagged: readonly number[];
}

/** A rubric as people read it. */
export interface RubricView {
    readonly id: string;
    readonly text: string;
    /** What each score of a criterion stands for; a rubric need not say. */
    readonly anchors: ScoreAnchors;
}

/** One item to rate. */
export interface DeskItem {
    readonly position: number; // from 1
    readonly of: number;
    readonly prompt: string;
    readonly story: string;
    /** It ended by itself, or was cut off; null where nobody noted it. */
    readonly finished: boolean | null;
    /** How often this rater has answered the item: a rating names the next number. */
    readonly answered: number;
    /** The rater's own latest answer. */
    readonly mine: {
        readonly kind: 'open' | 'scored' | 'skipped';
        readonly scores: ScoresByCriterion;
        readonly flagged: boolean;
        readonly note: string;
    };
    /** The rater has seen what teachers said of this story. */
    readonly isUnblinded: boolean;
}

export interface DeskAnswer {
    readonly position: number;
    /** One more than `answered` of the item as it was shown. */
    readonly number: number;
    readonly kind: 'scored' | 'skipped' | 'withdrawn';
    readonly scores: ScoresByCriterion;
    readonly dwellMs: number;
    readonly flagged: boolean;
    readonly note: string;
}

/** What teachers said of a story; given only to somebody who has rated it, and noted. */
export interface Revealed {
    readonly position: number;
    readonly run: string | null;
    readonly stage: number;
    readonly teachers: readonly { readonly teacher: string; readonly scores: ScoresByCriterion }[];
}

export interface SetSummary {
    readonly id: string;
    readonly name: string;
    readonly createdAt: number;
    readonly purpose: 'agreement' | 'gain' | 'known-truth';
    readonly rubric: string;
    readonly criteria: readonly CriterionId[];
    readonly stories: number;
    readonly items: number;
    readonly raters: readonly { readonly name: string; readonly scored: number }[];
}

export type ListedSet =
    | ({ readonly kind: 'set'; readonly file: string } & SetSummary)
    | { readonly kind: 'unreadable'; readonly file: string; readonly problem: string };

/** What the numbers support, as a paragraph about one teacher, or about the people where there is none. */
export interface AgreementWords {
    readonly teacher: string | null;
    readonly text: string;
}

export interface MeasuredAgreement {
    readonly report: AgreementReport;
    readonly words: readonly AgreementWords[];
}

export interface SetAgreement extends MeasuredAgreement {
    readonly name: string;
    readonly criteria: readonly Criterion[];
    /** The stories that the report names as disagreements. */
    readonly stories: readonly NamedStory[];
    /** What people would say that the run gained, or why that cannot be said; null where there is no run. */
    readonly gain: SetGain | null;
    /** Runs that are not on this machine: what their teachers said is missing from the report. */
    readonly missingRuns: readonly string[];
    /** Teachers that rated the stories by other criteria or ranges than the set's: they are left out. */
    readonly otherScales: readonly string[];
}

/** A story that a report names. */
export interface NamedStory {
    /** As the report calls it. */
    readonly id: string;
    /** Id of its run, and its key there; null where the run is not on this machine. */
    readonly run: string;
    readonly episode: number | null;
    readonly story: string;
}

/** A file for the person's disk. */
export interface SentFile {
    readonly name: string;
    readonly base64: string;
}

/** What one copy of a set says a rater made of an item. */
export interface ImportedAnswer {
    readonly kind: 'scored' | 'skipped' | 'withdrawn';
    readonly scores: ScoresByCriterion;
    readonly flagged: boolean;
    readonly note: string;
}

/** The same rater, item and number of answer, and two answers; ours was kept. */
export interface ImportConflict {
    readonly position: number;
    readonly rater: string;
    readonly ours: ImportedAnswer;
    readonly theirs: ImportedAnswer;
}

export interface ImportedSet {
    /** Merged: the set was here already, and ratings were added to it. */
    readonly kind: 'new' | 'merged';
    readonly set: SetSummary;
    readonly added: number;
    readonly known: number;
    readonly conflicts: readonly ImportConflict[];
}

/** What people gave, on average, where a teacher gave about so much; fractions of what the rubric allows. */
export interface ObservedWorth {
    readonly at: number;
    readonly worth: number;
    readonly stories: number;
}

/** What a teacher's scores are worth to people, or why that cannot be said. */
export type TeacherCalibration =
    | {
          readonly kind: 'fitted';
          readonly teacher: string;
          readonly calibration: CalibrationFile;
          /** By criterion, and of the sum. */
          readonly observed: Readonly<Record<string, readonly ObservedWorth[]>>;
      }
    | { readonly kind: 'refused'; readonly teacher: string; readonly sentence: string };
