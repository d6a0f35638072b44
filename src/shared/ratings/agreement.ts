/**
 * What an agreement report says, as data: command line and window show the same. A number that does not exist is null.
 */
import type { ScoresByLength } from '../findings/length-words.ts';

/** A number and its 95 % interval over stories; the bounds alone are null where too few resamples have the number. */
export interface Measured {
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
}

export const pairStatistics = ['qwk', 'kappa', 'spearman', 'kendall', 'bias', 'exact', 'within1'] as const;
export type PairStatistic = (typeof pairStatistics)[number];

export interface ReportRater {
    readonly id: string;
    readonly kind: 'person' | 'teacher';
}

/** Names the people's mean among raters; beside a person it is the mean of the others. */
export const peoplesMean = 'mean';
/** Names the sum of the criteria as the rubric weighs them, among criteria. */
export const sumOfCriteria = 'sum';

/** Two raters on one criterion, over the n stories that both rated. Bias is the second's mean minus the first's. */
export interface PairAgreement {
    readonly criterion: string;
    readonly raters: readonly [string, string];
    readonly n: number;
    readonly statistics: Readonly<Record<PairStatistic, Measured>>;
}

/** Krippendorff's alpha of all these raters together, over the n stories that at least two of them rated. */
export interface AlphaAgreement {
    readonly raters: readonly string[];
    readonly n: number;
    readonly ordinal: Measured;
    readonly interval: Measured;
}

/**
 * Scores of two raters, rounded to whole ones: counts[i][j] stories got levels[i] by the first, levels[j] by the
 * second.
 */
export interface Confusion {
    readonly criterion: string;
    readonly raters: readonly [string, string];
    readonly levels: readonly number[];
    readonly counts: readonly (readonly number[])[];
}

/** The rank correlation of people's mean and teacher, and what is left of it at equal length. */
export interface LengthAgreement {
    readonly criterion: string;
    readonly teacher: string;
    readonly n: number;
    readonly spearman: Measured;
    readonly partial: Measured;
    /** Rank correlation of each side with the story's words. */
    readonly peopleWithWords: Measured;
    readonly teacherWithWords: Measured;
}

/** Teacher against the people's mean in one stretch of training. */
export interface StageAgreement {
    readonly stage: number;
    readonly n: number;
    readonly bias: Measured;
    readonly qwk: Measured;
}

/** Does teacher − people's mean rise or fall over training? By Spearman's rho and a permutation test, two-sided. */
export interface StageTrend {
    readonly criterion: string;
    readonly teacher: string;
    readonly stages: readonly StageAgreement[];
    readonly n: number;
    readonly rho: number | null;
    readonly p: number | null;
}

export interface Disagreement {
    readonly story: string;
    readonly teacher: string;
    /** Sums of the criteria; where there is one criterion, its score. */
    readonly people: number;
    readonly teachers: number;
}

/** With the mean of people, where one of them is left out in turn. */
export interface PeoplesAgreement {
    readonly qwk: Measured;
    readonly spearman: Measured;
}

export interface CriterionReport {
    readonly criterion: string;
    readonly pairs: readonly PairAgreement[];
    /** Of the people alone, and of everybody. Null with fewer than two raters. */
    readonly alpha: { readonly people: AlphaAgreement | null; readonly all: AlphaAgreement | null };
    /** People's own agreement: each against the mean of the others, averaged. Null with fewer than two people. */
    readonly ceiling: PeoplesAgreement | null;
    /**
     * The same of each teacher: against the mean of all people but one, averaged. It may be held beside the ceiling.
     */
    readonly asOnePerson: readonly (PeoplesAgreement & { readonly teacher: string })[];
    /** Each rater who rated stories twice without knowing, against itself. */
    readonly retests: readonly PairAgreement[];
    readonly confusions: readonly Confusion[];
    readonly lengths: readonly LengthAgreement[];
    readonly trends: readonly StageTrend[];
}

export interface AgreementReport {
    readonly stories: number;
    readonly raters: readonly ReportRater[];
    /** The criteria in the rubric's order, then their sum where there are several. */
    readonly criteria: readonly CriterionReport[];
    /** The stories on which each teacher and people's mean differ most, the worst first. */
    readonly disagreements: readonly Disagreement[];
    /** Sums of the criteria over length: of people’s mean (`mean`), of each teacher. Null where no length is known. */
    readonly byLength: ScoresByLength | null;
}
