/** What the loops measured, as rows on their way to the store. */
import type { RatingRecord } from '../../shared/record.ts';
import type { Rating } from '../../shared/rubric.ts';

/** `story`: number of the episode, or seed of the sample. */
export function toRatingRecord(rating: Rating, story: number, rater: string, at: number): RatingRecord {
    const base = { story, rater, at, reading: rater };
    if (rating.kind === 'unreadable') return { kind: 'unreadable', ...base, reply: rating.reply };
    return {
        kind: 'scored',
        ...base,
        scores: { ...rating.scores },
        ...(rating.reply === undefined ? {} : { reply: rating.reply }),
    };
}
