/** Several teachers as one. */
import { expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { ensembleOf } from '../../src/main/teacher/ensemble.ts';
import type { Teacher } from '../../src/main/teacher/teacher.ts';
import { reasonsFor } from '../../src/shared/ratings/reasons.ts';
import { storytellerCriteria, type Rating } from '../../src/shared/ratings/rubric.ts';
import { openNamed } from './open-named.ts';

const stories = [' One fox ran.', ' Two foxes ran home.'].map((story) => ({ prompt: 'Once', story, finished: true }));
const context = { update: 1, training: true, random: new RandomStream('run') };

function saying(name: string, ...ratings: readonly Rating[]): Teacher {
    return {
        facts: {
            id: name,
            name,
            description: `${name} speaks.`,
            reading: 'fixed',
            wordsPerStory: 3,
            details: {},
            rubric: { id: 'r', text: '', criteria: storytellerCriteria },
            ratesInChunks: true,
        },
        rate: () => Promise.resolve(ratings),
        release: () => Promise.resolve(),
    };
}
const scored = (readability: number, coherence: number, creativity: number): Rating => ({
    kind: 'scored',
    scores: { readability, coherence, creativity },
});

it('gives the mean of the scores and the spread of the totals', async () => {
    const both = ensembleOf([saying('a', scored(3, 2, 1)), saying('b', scored(1, 1, 0))]);
    expect(await both.rate(stories.slice(0, 1), context)).toEqual([
        {
            kind: 'scored',
            scores: { readability: 2, coherence: 1.5, creativity: 0.5 },
            disagreement: 2,
            members: [scored(3, 2, 1), scored(1, 1, 0)],
        },
    ]);
    expect(both.facts).toMatchObject({ name: 'a + b', reading: 'mean', details: { 'member 1': 'a', 'member 2': 'b' } });
});

it('tells how many stories all of its members have rated', async () => {
    const telling = (name: string, ...parts: readonly number[]): Teacher => ({
        ...saying(name),
        async rate(each, { onRated }) {
            for (const part of parts) {
                await Promise.resolve();
                onRated?.(part);
            }
            return each.map(() => scored(1, 1, 1));
        },
    });
    const told: number[] = [];
    const slow = ensembleOf([telling('at once', 4), telling('one by one', 1, 1, 1, 1), telling('silent')]);
    const four = [...stories, ...stories];
    await slow.rate(four, { ...context, onRated: (some) => told.push(some) });
    expect(told.reduce((sum, some) => sum + some, 0)).toBe(4);
    const two = ensembleOf([telling('at once', 4), telling('one by one', 1, 1, 1, 1)]);
    told.length = 0;
    await two.rate(four, { ...context, onRated: (some) => told.push(some) });
    expect(told).toEqual([1, 1, 1, 1]);
});

it('has no mean for a story that one of them could not read', async () => {
    const unread: Rating = { kind: 'unreadable', reply: 'Great!' };
    const both = ensembleOf([saying('a', scored(3, 2, 1)), saying('b', unread)]);
    expect(await both.rate(stories.slice(0, 1), context)).toEqual([
        { kind: 'unreadable', reply: 'b: Great!', members: [scored(3, 2, 1), unread] },
    ]);
});

it('opens from names with + between, and gets the batch whole as soon as one member compares', async () => {
    const [rules, random] = await Promise.all([openNamed('rules'), openNamed('random')]);
    const both = await openNamed('rules+random');
    const [first, second] = await Promise.all([rules.rate(stories, context), random.rate(stories, context)]);
    const means = first.map((rating, i) => {
        const [a, b] = [rating, second[i]!].map((each) => (each as { scores: Record<string, number> }).scores);
        return (a!['coherence']! + b!['coherence']!) / 2;
    });
    const said = await both.rate(stories, context);
    expect(said.map((rating) => (rating as { scores: Record<string, number> }).scores['coherence'])).toEqual(means);
    expect([rules, random, both].map(({ facts }) => facts.ratesInChunks)).toEqual([false, true, false]);
});

it('refuses members who look at other things', async () => {
    await expect(openNamed('rules+length')).rejects.toThrow(
        /^The teachers "rules" and "length" rate by other criteria, so their scores have no mean; nothing was started\./,
    );
});

it('says why, member by member, as far as they can tell', async () => {
    const reason = { measure: 'words', value: 3, usual: 40, lost: { readability: 0.5 } };
    const measuring = { ...saying('a', scored(3, 2, 1)), explain: () => Promise.resolve([reason]) };
    const both = ensembleOf([measuring, saying('b', scored(1, 1, 0))]);
    expect(await both.explain!(stories[0]!)).toEqual([{ ...reason, by: 'a' }]);
    expect(reasonsFor('readability', await both.explain!(stories[0]!))).toEqual([
        { words: 'a: it is short', points: -0.5 },
    ]);
    expect(ensembleOf([saying('b', scored(1, 1, 0)), saying('c', scored(1, 1, 0))]).explain).toBeUndefined();
});
