/** A control: scores that have nothing to do with the story. What a student gains under it is not learning. */
import { storytellerCriteria, type Rating, type Rubric } from '../../shared/ratings/rubric.ts';
import type { RatingContext, StoryToRate, Teacher } from './teacher.ts';

export class RandomTeacher implements Teacher {
    readonly id = 'random';
    readonly name = 'random';
    readonly reading = 'random';
    readonly wordsPerStory = storytellerCriteria.length;
    readonly details = {};
    readonly ratesInChunks = true;
    readonly description =
        'Rolls dice: every score is drawn evenly from its range, whatever the story says. A control.';
    readonly rubric: Rubric = { id: 'random', text: '', criteria: storytellerCriteria };

    rate(stories: readonly StoryToRate[], { update, first = 0, random }: RatingContext): Promise<readonly Rating[]> {
        const ratings = stories.map((_, index): Rating => {
            const dice = random.fork('random-teacher', update, first + index);
            const scores = this.rubric.criteria.map(({ id, min, max }) => [id, min + (max - min) * dice.uniform()]);
            return { kind: 'scored', scores: Object.fromEntries(scores) as Record<string, number> };
        });
        return Promise.resolve(ratings);
    }

    release(): Promise<void> {
        return Promise.resolve();
    }
}
