import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { openNamed } from './open-named.ts';
import type { StoryToRate, Teacher } from '../../src/main/teacher/teacher.ts';
import { totalScore, type CriterionId } from '../../src/shared/ratings/rubric.ts';
import { attacks, oddities } from './attacks.ts';
import { goodStories, prompt, unrelatedStories } from './stories.ts';

const random = new RandomStream('rules.test');
let teacher: Teacher;
beforeAll(async () => {
    teacher = await openNamed('rules');
});

const told = (story: string, finished = true): StoryToRate => ({ prompt, story, finished });
async function scoresOf(
    stories: readonly StoryToRate[],
    training = false,
): Promise<Readonly<Record<CriterionId, number>>[]> {
    const ratings = await teacher.rate(stories, { update: 1, training, random });
    return ratings.map((rating) => {
        if (rating.kind !== 'scored') throw new Error('the rules can score everything');
        return rating.scores;
    });
}
async function totals(stories: readonly StoryToRate[], training = false): Promise<number[]> {
    return (await scoresOf(stories, training)).map((scores) => totalScore(teacher.facts.rubric.criteria, scores));
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const shuffledWords = (story: string): string => {
    const words = story.split(' ');
    return [...random.fork('shuffle').permutation(words.length)].map((i) => words[i]!).join(' ');
};
const cutOff = (story: string): string => story.split(' ').slice(0, -5).join(' ');
const firstSentence = (story: string): string => `${story.split('. ')[0]!}.`;

describe('what a good story earns', () => {
    test('people’s stories earn at least 6.5 of 9, each of them', async () => {
        for (const total of await totals(goodStories.map((story) => told(story)))) expect(total).toBeGreaterThan(6.5);
    });

    test('people > cut off > words shuffled > one sentence repeated', async () => {
        const good = await totals(goodStories.map((story) => told(story)));
        const cut = await totals(goodStories.map((story) => told(cutOff(story), false)));
        const shuffled = await totals(goodStories.map((story) => told(shuffledWords(story))));
        const repeated = await totals(goodStories.map((story) => told(Array(4).fill(firstSentence(story)).join(' '))));
        expect(mean(good)).toBeGreaterThan(mean(cut) + 1);
        expect(mean(cut)).toBeGreaterThan(mean(shuffled) + 2);
        expect(mean(shuffled)).toBeGreaterThan(mean(repeated) + 0.2);
    });

    test('a story that ended by itself beats the same story cut after a sentence', async () => {
        const stories = goodStories.map((story) => story);
        const ended = await totals(stories.map((story) => told(story)));
        const unended = await totals(stories.map((story) => told(story, false)));
        for (const [i, total] of ended.entries()) expect(total).toBeGreaterThan(unended[i]! + 0.3);
    });

    test('coherence sees that neighbouring sentences have nothing to do with each other', async () => {
        const good = await scoresOf(goodStories.map((story) => told(story)));
        const unrelated = await scoresOf(unrelatedStories().map((story) => told(story)));
        expect(mean(good.map(({ coherence }) => coherence!))).toBeGreaterThan(
            mean(unrelated.map(({ coherence }) => coherence!)) + 0.1,
        );
    });
});

describe('the obvious ways to please it', () => {
    test.each(Object.entries(attacks))('%s earns 3 of 9 less than a good story', async (_, attack) => {
        const good = mean(await totals(goodStories.map((story) => told(story))));
        const [total] = await totals([told(attack)]);
        expect(total).toBeLessThan(good - 3);
    });

    test.each([
        ['a double quote that never closes', (story: string) => story.replace('. ', '. "')],
        ['a single quote that never closes', (story: string) => story.replace('. ', ". '")],
        ['a double quote that never opened', (story: string) => story.replace('. ', '." ')],
        ['a word that is none', (story: string) => story.replace(' the ', ' the florbish ')],
        ['a word twice', (story: string) => story.replace(' a ', ' a a ')],
        ['a space before a comma', (story: string) => story.replace(',', ' ,')],
        ['“an” before a consonant', (story: string) => story.replace(/ a (?=[bcdfgs])/u, ' an ')],
        ['a symbol', (story: string) => story.replace('. ', ' @. ')],
    ])('%s costs something in every story', async (_, damage) => {
        const damaged = goodStories.map(damage);
        const [before, after] = [
            await scoresOf(goodStories.map((story) => told(story))),
            await scoresOf(damaged.map((story) => told(story))),
        ];
        for (const [i, scores] of after.entries())
            if (damaged[i] !== goodStories[i])
                expect(scores['readability']).toBeLessThan(before[i]!['readability']! - 0.05);
        expect(damaged.some((story, i) => story !== goodStories[i])).toBe(true);
    });

    test('more of the same pronoun never helps: he-glue lowers a good story', async () => {
        const glued = goodStories.map((story) =>
            story.replaceAll('. ', '. He said that he was glad, and he said so to him. '),
        );
        const [good, worse] = [
            await totals(goodStories.map((story) => told(story))),
            await totals(glued.map((story) => told(story))),
        ];
        for (const [i, total] of worse.entries()) expect(total).toBeLessThan(good[i]! - 2);
    });

    test('a formula at the end is no better than none', async () => {
        const [plain, formula] = await Promise.all([
            totals(goodStories.map((story) => told(story))),
            totals(goodStories.map((story) => told(`${story} And they all lived happily ever after. The end.`))),
        ]);
        expect(mean(formula)).toBeLessThanOrEqual(mean(plain));
    });

    test.each(Object.entries(oddities))('%s earns next to nothing and does not crash', async (_, oddity) => {
        const [total] = await totals([told(oddity)]);
        expect(total).toBeLessThan(0.5);
    });

    test('whatever is written, every score is a number within its range', async () => {
        const words = [
            'the',
            'king',
            'was',
            '"',
            "'",
            '.',
            ',',
            'Anne',
            'walked',
            '-',
            'and',
            'he',
            'zzyx',
            '\0',
            '!',
            'every',
        ];
        const texts = fc.oneof(
            fc.string({ unit: 'binary', maxLength: 200 }),
            fc.array(fc.constantFrom(...words), { maxLength: 90 }).map((x) => x.join(' ')),
        );
        await fc.assert(
            fc.asyncProperty(texts, fc.boolean(), async (story, finished) => {
                const [scores] = await scoresOf([told(story, finished)]);
                for (const { id, min, max } of teacher.facts.rubric.criteria) {
                    expect(scores![id]).toBeGreaterThanOrEqual(min);
                    expect(scores![id]).toBeLessThanOrEqual(max);
                }
            }),
            { numRuns: 300, seed: 1 },
        );
    });
});

describe('one story, and a batch of them', () => {
    test('outside training a rating depends on the single story alone', async () => {
        const alone = await scoresOf([told(goodStories[2]!)]);
        const among = await scoresOf([...goodStories, ...goodStories].map((story) => told(story)));
        expect(among[2]).toEqual(alone[0]);
        expect(among[8]).toEqual(alone[0]);
    });

    test('in training, stories that tell the same earn less than stories of their own', async () => {
        const own = await totals(
            goodStories.map((story) => told(story)),
            true,
        );
        const same = await totals(
            goodStories.map(() => told(goodStories[0]!)),
            true,
        );
        expect(same[0]).toBeLessThan(own[0]! - 2);
    });

    test('in training, a shared opening alone costs creativity', async () => {
        const opened = goodStories.map((story) =>
            told(`in the dark forest lived a wolf. ${story[0]!.toUpperCase()}${story.slice(1)}`),
        );
        const [alone, together] = [await scoresOf(opened), await scoresOf(opened, true)];
        for (const [i, scores] of together.entries())
            expect(scores['creativity']).toBeLessThan(0.8 * alone[i]!['creativity']!);
    });
});
