/**
 * The fire drill: a teacher with a known weakness. It rates as it always does and then adds a bonus to every criterion
 * for a feature that has nothing to do with it, within the criterion's scale. Since the weakness is known, a run shows
 * when its student finds it, and which alarm sees that.
 */
import { biasWords, featureOf, type PlantedBias } from '../../shared/ratings/bias.ts';
import type { Criterion, Rating } from '../../shared/ratings/rubric.ts';
import type { Teacher } from './teacher.ts';

/** The teacher as it is where no bias is planted. */
export function biased(teacher: Teacher, bias: PlantedBias | null): Teacher {
    if (bias === null) return teacher;
    const { facts } = teacher;
    return {
        ...teacher,
        facts: {
            ...facts,
            id: `${facts.id}+${bias.kind}${bias.kind === 'word' ? `:${bias.word}` : ''}:${bias.points}`,
            name: `${facts.name}, ${biasWords(bias)}`,
            description: `${facts.description} A weakness is planted: it ${biasWords(bias)}.`,
            details: { ...facts.details, bias: biasWords(bias), biasPoints: bias.points },
        },
        async rate(stories, context) {
            const ratings = await teacher.rate(stories, context);
            return ratings.map((rating, i) =>
                paid(rating, featureOf(bias, stories[i]!.story), bias, facts.rubric.criteria),
            );
        },
    };
}

function paid(rating: Rating, feature: number, { points }: PlantedBias, criteria: readonly Criterion[]): Rating {
    if (rating.kind === 'unreadable' || feature === 0) return rating;
    const scores = Object.fromEntries(
        criteria.map(({ id, min, max }) => [id, Math.max(min, Math.min(max, rating.scores[id]! + points * feature))]),
    );
    return { ...rating, scores };
}
