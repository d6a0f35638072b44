/** Who gave which story what: the one form in which ratings reach the statistics, whatever their source. */
import { peoplesMean, sumOfCriteria, type ReportRater } from '../../../shared/ratings/agreement.ts';
import { badInput } from '../../../shared/faults.ts';
import type { Criterion, CriterionId } from '../../../shared/ratings/rubric.ts';
import { missing } from './panel.ts';

export interface TableStory {
    readonly id: string;
    /** Null where unknown. */
    readonly words: number | null;
    /** The stretch of training in which it was written, counted from 1; null where unknown. */
    readonly stage: number | null;
}

/** One rater's scores of one story; criteria may be missing. */
export interface TableRating {
    readonly story: number; // index in `stories`
    readonly rater: number; // index in `raters`
    readonly scores: Readonly<Record<CriterionId, number>>;
    /** Rated a second time without the rater's knowledge: counts for test–retest only. */
    readonly isRepeat: boolean;
}

export interface RatingTable {
    readonly criteria: readonly Criterion[];
    readonly raters: readonly ReportRater[];
    readonly stories: readonly TableStory[];
    readonly ratings: readonly TableRating[];
}

/** Scores of one criterion, or of the sum, in the order of the table's raters. (raters)(N) */
export interface ScoreColumns {
    readonly criterion: string;
    readonly first: readonly Float64Array[];
    readonly repeated: readonly Float64Array[];
}

/**
 * Columns of every criterion, followed by those of the sum where there are several criteria. A sum exists where the
 * rater scored all of them.
 * @throws bad input for a table in which there is nothing to compare
 */
export function scoreColumns(table: RatingTable): readonly ScoreColumns[] {
    refuseUnusable(table);
    const { criteria } = table;
    const sum = (scores: TableRating['scores']): number =>
        criteria.reduce((total, { id, weight }) => total + weight * (scores[id] ?? missing), 0);
    const single = criteria.map(({ id }) => ({
        criterion: id,
        read: (scores: TableRating['scores']): number => scores[id] ?? missing,
    }));
    return (criteria.length > 1 ? [...single, { criterion: sumOfCriteria, read: sum }] : single).map(
        ({ criterion, read }) => ({
            criterion,
            first: columnsOf(table, read, false),
            repeated: columnsOf(table, read, true),
        }),
    );
}

function columnsOf(
    { raters, stories, ratings }: RatingTable,
    read: (scores: TableRating['scores']) => number,
    isRepeat: boolean,
): readonly Float64Array[] {
    const columns = raters.map(() => new Float64Array(stories.length).fill(missing));
    for (const rating of ratings)
        if (rating.isRepeat === isRepeat) columns[rating.rater]![rating.story] = read(rating.scores);
    return columns;
}

/** The mean of the columns that have a score, for each story. (columns)(N) → (N) */
export function meanColumn(columns: readonly Float64Array[], stories: number): Float64Array {
    return Float64Array.from({ length: stories }, (_, story) => {
        const scores = columns.map((column) => column[story]!).filter((score) => !Number.isNaN(score));
        return scores.length === 0 ? missing : scores.reduce((sum, score) => sum + score, 0) / scores.length;
    });
}

function refuseUnusable({ criteria, raters, stories, ratings }: RatingTable): void {
    if (ratings.length === 0 || stories.length === 0)
        throw badInput('There are no ratings to compare; nothing was changed. Let somebody rate the stories first.');
    if (raters.some(({ id }) => id === peoplesMean) || criteria.some(({ id }) => id === sumOfCriteria))
        throw badInput(
            `"${peoplesMean}" as a rater and "${sumOfCriteria}" as a criterion name what is computed here; nothing was changed. Leave them out or call them something else.`,
        );
    if (raters.length < 2 && !ratings.some(({ isRepeat }) => isRepeat))
        throw badInput(
            `Only "${raters[0]!.id}" rated these stories, so there is nobody to agree with; nothing was changed. Add the ratings of somebody else.`,
        );
}
