import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { splitSentences } from '../../src/main/text/sentences.ts';
import { writeStory } from '../../src/main/text/storyworld/storyworld.ts';
import { countWords } from '../../src/main/text/words.ts';

const random = new RandomStream('storyworld test');
const stories = Array.from({ length: 5000 }, (_, index) => writeStory(random, index));

describe('stories of the storyworld', () => {
    test('have 40 to 90 words and end with a sentence', () => {
        for (const story of stories) {
            expect(countWords(story)).toBeGreaterThanOrEqual(40);
            expect(countWords(story)).toBeLessThanOrEqual(90);
            expect(story).toMatch(/[.!?]"?$/);
            expect(splitSentences(story).length).toBeGreaterThanOrEqual(5);
        }
    });

    test('are clean: no open slots, quotes in pairs, sentences with capitals, one space', () => {
        for (const story of stories) {
            expect(story).not.toMatch(/[{}]|undefined|\s[.,!?]|\s\s|[.!?] [a-z]|,,|\.\./);
            expect(story.split('"').length % 2).toBe(1);
            expect(story[0]).toMatch(/[A-Z"]/);
        }
    });

    test('put the right article', () => {
        const articles = stories.flatMap((story) => [...story.matchAll(/\b(an?) ([a-z]+)/gi)]);
        expect(articles.length).toBeGreaterThan(10_000);
        for (const [phrase, article, noun] of articles) {
            const vowel = /^[aeiou]/.test(noun!) || noun === 'honest' || noun === 'hour';
            if (noun !== 'one' && noun !== 'hundred')
                expect(phrase).toBe(`${article!.slice(0, 1)}${vowel ? 'n' : ''} ${noun}`);
        }
    });

    test('keep to their protagonist', () => {
        for (const story of stories) {
            const name =
                /(?:named|called|was|lived|lives) ([A-Z][a-z]+)\b/.exec(story)?.[1] ??
                /^([A-Z][a-z]+)\b/.exec(story)![1]!;
            expect(story.split(name).length).toBeGreaterThan(2);
        }
    });

    test('hardly ever repeat', () => {
        expect(new Set(stories).size).toBeGreaterThan(0.999 * stories.length);
    });

    test('often begin as the prompt does', () => {
        const far = stories.filter((story) => story.startsWith('Once upon a time, in a faraway land,'));
        expect(far.length / stories.length).toBeGreaterThan(0.2);
    });

    test('depend on stream and index alone', () => {
        const again = new RandomStream('storyworld test');
        again.uniform();
        expect(writeStory(again, 4321)).toBe(stories[4321]);
        expect(writeStory(new RandomStream('another'), 4321)).not.toBe(stories[4321]);
    });
});
