/** The teacher `length`, a control: it counts words alone, which shows how much of a gain length explains. */
import type { Rating } from '../../shared/ratings/rubric.ts';
import type { Teacher } from './teacher.ts';

/** From this many words on the score is full: about what fits into the 90 new tokens of the published system. */
const fullLength = 90;

export const lengthTeacher: Teacher = {
    facts: {
        id: 'length',
        name: 'length',
        reading: 'length',
        wordsPerStory: 1,
        details: {},
        ratesInChunks: true,
        description: `Counts words and nothing else: ${fullLength} words or more earn everything. A control.`,
        rubric: {
            id: 'length',
            text: '',
            criteria: [
                // weight 3: the total runs from 0 to 9 as it does for three criteria
                { id: 'length', name: 'Length', means: `words, up to ${fullLength}`, min: 0, max: 3, weight: 3 },
            ],
        },
    },
    rate(stories) {
        const ratings = stories.map(({ story }): Rating => {
            const words = story.split(/\s+/u).filter((word) => word !== '').length;
            return { kind: 'scored', scores: { length: (3 * Math.min(words, fullLength)) / fullLength } };
        });
        return Promise.resolve(ratings);
    },
    release: () => Promise.resolve(),
};
