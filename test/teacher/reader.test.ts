import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { sentencesIn, sentencesOfStory } from '../../src/main/teacher/judges/story-sentences.ts';
import type { StoryToRate, Teacher } from '../../src/main/teacher/teacher.ts';
import { totalScore } from '../../src/shared/ratings/rubric.ts';
import { attacks, oddities } from './attacks.ts';
import { openNamed } from './open-named.ts';
import { readerAttacks } from './reader-attacks.ts';
import { goodStories, prompt } from './stories.ts';
import { fairyTales, modernStories } from './told-stories.ts';

const random = new RandomStream('reader.test');
const told = [...modernStories, ...fairyTales];
const hostile = { ...attacks, ...readerAttacks };
const alone = (story: string): StoryToRate => ({ prompt: '', story, finished: true });
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** P(one of the first is above one of the second). */
function area(above: readonly number[], below: readonly number[]): number {
    return mean(above.flatMap((a) => below.map((b) => (Math.sign(a - b) + 1) / 2)));
}
const pairsWon = (above: readonly number[], below: readonly number[]): number =>
    mean(above.map((value, i) => (Math.sign(value - below[i]!) + 1) / 2));

/** Three other orders of each story's sentences. */
const reordered = (story: string, at: number): readonly string[] =>
    [0, 1, 2].map((draw) => {
        const sentences = sentencesIn(story);
        for (let attempt = 0; ; attempt++) {
            const order = [...random.fork('order', at, draw, attempt).permutation(sentences.length)];
            if (order.some((from, to) => from !== to)) return order.map((i) => sentences[i]!).join(' ');
        }
    });
const othersIn = (story: string, at: number): string =>
    sentencesIn(story)
        .map((own, i) => {
            const other = sentencesIn(told[(at + 3 + i) % told.length]!);
            return i === 0 ? own : other[random.fork('other', at, i).integer(other.length)]!;
        })
        .join(' ');
const wordsShuffled = (story: string, at: number): string => {
    const words = story.split(' ');
    return [...random.fork('words', at).permutation(words.length)].map((i) => words[i]!).join(' ');
};
const cutOff = (story: string): string => {
    const words = story.split(' ');
    return words.slice(0, Math.round(0.75 * words.length)).join(' ');
};

/** On these twenty stories alone, which say less than the hundreds of passages in docs/teacher-reader.md. */
const bars = {
    reader: { words: 0.97, cut: 0.8, sentences: 0.68, pairs: 0.72, others: 0.85 },
    'second-reader': { words: 0.97, cut: 0.8, sentences: 0.65, pairs: 0.72, others: 0.8 },
} as const;

describe.each(['reader', 'second-reader'] as const)('%s', (name) => {
    const floors = bars[name];
    let teacher: Teacher;
    // total scores outside training, where a rating depends on its story alone
    let whole: readonly number[]; // of the stories as they were told
    let good: number; // mean of those and of the good ones
    let earned: ReadonlyMap<string, number>; // by name, of stories that should earn little; read together, in one batch
    beforeAll(async () => {
        teacher = await openNamed(name);
        whole = await totals(told.map(alone));
        good = mean([...whole, ...(await totals(goodStories.map((story) => ({ prompt, story, finished: true }))))]);
        const poor = Object.entries({ ...hostile, ...oddities });
        const rated = await totals(poor.map(([, story]) => ({ prompt, story, finished: true })));
        earned = new Map(poor.map(([what], i) => [what, rated[i]!]));
    });
    afterAll(() => teacher.release());

    async function scores(
        stories: readonly StoryToRate[],
        training = false,
    ): Promise<Readonly<Record<string, number>>[]> {
        const ratings = await teacher.rate(stories, { update: 1, training, random });
        return ratings.map((rating) => {
            if (rating.kind !== 'scored') throw new Error('a reader can score everything');
            return rating.scores;
        });
    }
    async function totals(stories: readonly StoryToRate[], training = false): Promise<number[]> {
        return (await scores(stories, training)).map((each) => totalScore(teacher.facts.rubric.criteria, each));
    }

    test('tells stories from their words, sentences and ends in another order, and from other stories’ sentences', async () => {
        const shuffled = told.map(reordered);
        const sentences = await totals(shuffled.flat().map(alone));
        const others = await totals(told.map((story, at) => alone(othersIn(story, at))));
        const words = await totals(told.map((story, at) => alone(wordsShuffled(story, at))));
        const cut = await totals(told.map((story) => alone(cutOff(story))));
        const pairs = pairsWon(
            told.flatMap((_, at) => shuffled[at]!.map(() => whole[at]!)),
            sentences,
        );
        const found = {
            words: area(whole, words),
            cut: area(whole, cut),
            sentences: area(whole, sentences),
            pairs,
            others: area(whole, others),
        };
        for (const [damage, floor] of Object.entries(floors))
            expect(found, damage).toSatisfy(() => found[damage as keyof typeof found] > floor);
    });

    test('plain modern stories earn no less than fairy tales', async () => {
        const [modern, fairy] = [whole.slice(0, modernStories.length), whole.slice(modernStories.length)];
        expect(mean(modern)).toBeGreaterThan(mean(fairy) - 0.3);
    });

    test.each(Object.keys(hostile))('%s earns less than good stories', (attack) => {
        expect(earned.get(attack)).toBeLessThan(good - 1.3);
    });

    test.each(Object.keys(oddities))('%s earns next to nothing and does not crash', (oddity) => {
        expect(earned.get(oddity)).toBeLessThan(0.6);
    });

    test('outside training a rating depends on the single story alone', async () => {
        const [single] = await scores([alone(told[4]!)]);
        const among = await scores([...told.slice(2, 8), ...told.slice(3, 6)].map(alone));
        expect(among[2]).toEqual(single);
        expect(among[7]).toEqual(single);
    });

    test('in training, a story that everybody tells earns less', async () => {
        const own = await totals(told.map(alone), true);
        const same = await totals(
            told.map(() => alone(told[0]!)),
            true,
        );
        expect(same[0]).toBeLessThan(own[0]! - 2);
    });

    test('a story that went on earns less than one that ended', async () => {
        const unended = await totals(told.map((story) => ({ ...alone(story), finished: false })));
        for (const [i, total] of unended.entries()) expect(total).toBeLessThan(whole[i]!);
    });
});

test('the two have no weights in common', async () => {
    const [first, second] = [await openNamed('reader'), await openNamed('second-reader')];
    expect(first.facts.details['reader']).not.toBe(second.facts.details['reader']);
    expect(first.facts.details['weights']).not.toBe(second.facts.details['weights']);
    expect(first.facts.id).not.toBe(second.facts.id);
    await first.release();
    await second.release();
});

test('a story begins where its prompt’s last sentence begins', () => {
    expect(sentencesOfStory({ prompt, story: 'there lived Mr. Fox. "Who are you?" he said. He slept.' })).toEqual([
        'Once upon a time, in a faraway land, there lived Mr. Fox.',
        '"Who are you?" he said.',
        'He slept.',
    ]);
    expect(sentencesOfStory({ prompt: 'A tale.', story: '  ' })).toEqual([]);
});
