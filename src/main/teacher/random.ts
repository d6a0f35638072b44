/** The teacher `random`, a control: its scores have nothing to do with the story, so no gain under it is learning. */
import { storytellerCriteria, type Rating } from '../../shared/ratings/rubric.ts';
import type { Teacher } from './teacher.ts';

export const randomTeacher: Teacher = {
    facts: {
        id: 'random',
        name: 'random',
        reading: 'random',
        wordsPerStory: storytellerCriteria.length,
        details: {},
        ratesInChunks: true,
        description: 'Rolls dice: every score is drawn evenly from its range, whatever the story says. A control.',
        rubric: { id: 'random', text: '', criteria: storytellerCriteria },
    },
    rate(stories, { update, first = 0, random }) {
        const ratings = stories.map((_, index): Rating => {
            const dice = random.fork('random-teacher', update, first + index);
            const scores = storytellerCriteria.map(({ id, min, max }) => [id, min + (max - min) * dice.uniform()]);
            return { kind: 'scored', scores: Object.fromEntries(scores) as Record<string, number> };
        });
        return Promise.resolve(ratings);
    },
    release: () => Promise.resolve(),
};
