/**
 * What is recorded of an update, as one table. The schema at the process boundary (record.ts), the SQL that writes and
 * reads it, the columns of exported tables, the table in docs/database.md and the units of figures all come from here.
 */

export interface UpdateField {
    /** In `update_metrics` of run.sqlite. */
    readonly column: string;
    /** `ordinal` counts from 1, `count` from 0; `time` is UTC milliseconds. */
    readonly kind: 'ordinal' | 'count' | 'time' | 'text' | 'real';
    /** Null where there is nothing to average, as when no story could be rated. */
    readonly nullable?: true;
    /** Empty: a number without one. */
    readonly unit: string;
    readonly means: string;
}

/** In the order of their columns. */
export const updateFields = {
    number: { column: 'number', kind: 'ordinal', unit: '', means: 'counts from 1 without gaps' },
    at: { column: 'at', kind: 'time', unit: '', means: 'when it was recorded' },
    digest: {
        column: 'digest',
        kind: 'text',
        unit: '',
        means: 'names the weights in memory after it, value head included; no checkpoint’s digest equals it',
    },
    inputWords: {
        column: 'input_words',
        kind: 'count',
        unit: 'words',
        means: 'the published budget since the run began: the prompts once, and what the teacher said',
    },
    studentWords: {
        column: 'student_words',
        kind: 'count',
        unit: 'words',
        means: 'what the student wrote since the run began',
    },
    tokensTrained: {
        column: 'tokens_trained',
        kind: 'count',
        unit: 'tokens',
        means: 'story tokens times epochs since the run began',
    },
    episodes: { column: 'episodes', kind: 'count', unit: 'stories', means: 'how many it wrote' },
    scoreMean: {
        column: 'score_mean',
        kind: 'real',
        nullable: true,
        unit: 'points',
        means: 'sum of the criteria as the rubric weighs them, mean over the rated stories',
    },
    scoreStd: {
        column: 'score_std',
        kind: 'real',
        nullable: true,
        unit: 'points',
        means: 'its standard deviation (the sample’s)',
    },
    rewardMean: {
        column: 'reward_mean',
        kind: 'real',
        nullable: true,
        unit: 'reward',
        means: 'after length bonus and scaling',
    },
    rewardStd: {
        column: 'reward_std',
        kind: 'real',
        nullable: true,
        unit: 'reward',
        means: 'its standard deviation (the sample’s)',
    },
    lengthBonusMean: {
        column: 'length_bonus_mean',
        kind: 'real',
        nullable: true,
        unit: 'reward',
        means: 'what length added',
    },
    klMean: {
        column: 'kl_mean',
        kind: 'real',
        nullable: true,
        unit: 'nats per story',
        means: 'drift from the reference by the k1 estimator',
    },
    kl3Mean: {
        column: 'kl3_mean',
        kind: 'real',
        nullable: true,
        unit: 'nats per story',
        means: 'drift from the reference by the k3 estimator',
    },
    klCoefficient: {
        column: 'kl_coefficient',
        kind: 'real',
        unit: 'reward per nat',
        means: 'what drift cost in this update',
    },
    entropyMean: {
        column: 'entropy_mean',
        kind: 'real',
        nullable: true,
        unit: 'nats per story',
        means: 'Σ −log p of a story’s tokens: surprise',
    },
    policyLoss: {
        column: 'policy_loss',
        kind: 'real',
        unit: '',
        means: 'clipped policy loss, mean over the optimiser’s steps',
    },
    valueLoss: {
        column: 'value_loss',
        kind: 'real',
        unit: '',
        means: 'clipped value loss, mean over the optimiser’s steps',
    },
    clipFraction: { column: 'clip_fraction', kind: 'real', unit: 'share of tokens', means: 'held by the clip' },
    ratioMean: { column: 'ratio_mean', kind: 'real', unit: '', means: 'p(now) / p(when written), mean over tokens' },
    explainedVariance: {
        column: 'explained_variance',
        kind: 'real',
        nullable: true,
        unit: 'share of variance',
        means: 'how much of the returns’ variance the values foresaw; 1 is all, 0 no better than a constant',
    },
    storyTokensMean: {
        column: 'story_tokens_mean',
        kind: 'real',
        nullable: true,
        unit: 'tokens',
        means: 'of a story, its end among them',
    },
    storyWordsMean: { column: 'story_words_mean', kind: 'real', nullable: true, unit: 'words', means: 'of a story' },
    finishedFraction: {
        column: 'finished_fraction',
        kind: 'real',
        nullable: true,
        unit: 'share of stories',
        means: 'that ended by themselves',
    },
    unreadableCount: {
        column: 'unreadable_count',
        kind: 'count',
        unit: 'stories',
        means: 'whose rating could not be read',
    },
    distinct2: {
        column: 'distinct2',
        kind: 'real',
        nullable: true,
        unit: 'share of word pairs',
        means: 'that differ, over all its stories together',
    },
    lr: { column: 'lr', kind: 'real', unit: '', means: 'learning rate' },
    secondsWriting: { column: 'seconds_writing', kind: 'real', unit: 'seconds', means: 'the student wrote' },
    secondsRating: {
        column: 'seconds_rating',
        kind: 'real',
        unit: 'seconds',
        means: 'the teacher rated',
    },
    secondsScoring: {
        column: 'seconds_scoring',
        kind: 'real',
        unit: 'seconds',
        means: 'policy and reference were asked for probabilities and values',
    },
    secondsLearning: { column: 'seconds_learning', kind: 'real', unit: 'seconds', means: 'the optimiser’s steps' },
} as const satisfies Readonly<Record<string, UpdateField>>;

type UpdateFieldName = keyof typeof updateFields;

/** The same, one by one, for whoever goes through all of them. */
export const updateFieldList: readonly (UpdateField & { readonly name: UpdateFieldName })[] = (
    Object.keys(updateFields) as UpdateFieldName[]
).map((name) => ({ name, ...updateFields[name] }));
