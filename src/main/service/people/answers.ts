/** Which of people's answers count, and which teachers may stand beside them. */
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import type { SetRating } from '../../store/sets/rating-set.ts';

/** Each rater's last answer to an item, if it is a rating; only blind ones, unless `all`. */
export function answersThatCount(ratings: readonly SetRating[], all: boolean): readonly SetRating[] {
    const last = new Map<string, SetRating>();
    for (const rating of ratings)
        if (all || rating.blind) last.set(JSON.stringify([rating.position, rating.rater]), rating);
    return [...last.values()].filter(({ kind }) => kind === 'scored');
}

/** Do both rate by the same criteria in the same ranges? */
export function haveSameScale(a: readonly Criterion[], b: readonly Criterion[]): boolean {
    const scale = (criteria: readonly Criterion[]): string =>
        JSON.stringify(criteria.map(({ id, min, max, weight }) => [id, min, max, weight]));
    return scale(a) === scale(b);
}
