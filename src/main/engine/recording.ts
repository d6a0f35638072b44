/** What the loops measured, as rows on their way to the store. */
import type { RatingRecord } from '../../shared/record.ts';
import type { Rating } from '../../shared/rubric.ts';
import type { Teacher } from '../teacher/teacher.ts';

/** `story`: number of the episode, or seed of the sample. */
export function toRatingRecord(
    rating: Rating,
    story: number,
    teacher: Pick<Teacher, 'id' | 'reading'>,
    at: number,
): RatingRecord {
    const base = { story, rater: teacher.id, at, reading: teacher.reading };
    if (rating.kind === 'unreadable') return { ...base, ...rating };
    const { scores, probabilities, ...said } = rating;
    return {
        ...base,
        ...said,
        scores: { ...scores },
        ...(probabilities ? { probabilities: copied(probabilities) } : {}),
    };
}

const copied = (probabilities: Readonly<Record<string, readonly number[]>>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(probabilities).map(([criterion, each]) => [criterion, [...each]]));
