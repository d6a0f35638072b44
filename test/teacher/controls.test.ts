import { expect, test } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { ownTeachers } from '../../src/shared/ratings/teachers.ts';
import { openNamed } from './open-named.ts';
import { totalScore } from '../../src/shared/ratings/rubric.ts';
import { goodStories, prompt } from './stories.ts';

const stories = goodStories.map((story) => ({ prompt, story, finished: true }));
const context = { update: 3, training: true, random: new RandomStream('controls') };

test('random: the same seed and update give the same scores, another update others', async () => {
    const teacher = await openNamed('random');
    const ratings = await teacher.rate(stories, context);
    expect(await teacher.rate(stories, context)).toEqual(ratings);
    expect(await teacher.rate(stories, { ...context, update: 4 })).not.toEqual(ratings);
});

test('random: the scores fill their range evenly and know nothing of the story', async () => {
    const teacher = await openNamed('random');
    const ratings = await teacher.rate(
        Array.from({ length: 3000 }, () => stories[0]!),
        context,
    );
    const readabilities = ratings.flatMap((rating) =>
        rating.kind === 'scored' ? [rating.scores['readability']!] : [],
    );
    const mean = readabilities.reduce((sum, score) => sum + score, 0) / 3000;
    expect(readabilities).toHaveLength(3000);
    expect(mean).toBeCloseTo(1.5, 1); // standard error 0.016
    expect(Math.min(...readabilities)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...readabilities)).toBeLessThan(3);
});

test('length: words count, up to 90, whatever they are', async () => {
    const teacher = await openNamed('length');
    const ratings = await teacher.rate(
        [0, 45, 90, 200].map((words) => ({ prompt, story: ' king'.repeat(words), finished: false })),
        context,
    );
    const totals = ratings.map((rating) =>
        rating.kind === 'scored' ? totalScore(teacher.facts.rubric.criteria, rating.scores) : Number.NaN,
    );
    expect(totals).toEqual([0, 4.5, 9, 9]);
});

test('a teacher nobody knows is refused with the choices', async () => {
    await expect(openNamed('gpt')).rejects.toThrow(
        /no teacher called "gpt".*rules, reader, second-reader, random, length/u,
    );
    for (const name of ownTeachers) {
        const teacher = await openNamed(name);
        expect(teacher.facts.name).toBe(name);
        await teacher.release();
    }
});
