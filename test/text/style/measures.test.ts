/** What a story's style measures, on sentences that were counted by hand. */
import { expect, it } from 'vitest';
import { firstWords, measureStyle, type StyleMeasured } from '../../../src/main/text/style/measures.ts';
import { openTagger } from '../../../src/main/text/style/tagging.ts';

const tag = openTagger();
const measured = (text: string): StyleMeasured => measureStyle(text, tag(text));

it('a story is cut behind its first words, with the marks that close them', () => {
    expect(firstWords(' there lived a fox. "Well," said he.', 5)).toBe(' there lived a fox. "Well,"');
    expect(firstWords('It didn’t rain, at all', 3)).toBe('It didn’t rain,');
    expect(firstWords('one two', 3)).toBeNull();
});

it('words, repetition and sentences are counted', () => {
    const { variety, repeats, sentence } = measured('The fox ran home. The fox ran home. A bird sang.');
    expect(variety).toBeCloseTo((100 * 7) / 11, 12);
    expect(repeats).toBeCloseTo((100 * 2) / 9, 12); // "the fox ran" and "fox ran home" again
    expect(sentence).toBeCloseTo(11 / 3, 12);
});

it('dialogue is what stands in double quotes, also where they never close', () => {
    expect(measured('"I am here," said the fox. She ran.').dialogue).toBeCloseTo((100 * 3) / 8, 12);
    expect(measured('“Who is it?” asked a bird.').dialogue).toBe(50);
    expect(measured('The fox said: "I will go').dialogue).toBe(50);
    expect(measured("It didn't rain.").dialogue).toBe(0);
});

it('the first person counts outside of dialogue alone', () => {
    expect(measured('"I will go," said my brother.').self).toBeCloseTo(100 / 3, 12);
    expect(measured('"I will go," said the fox.').self).toBe(0);
});

it.each([
    ['The king went home and took a lamp. He was glad.', 100],
    ['The king goes home and takes a lamp. He is glad.', 0],
    ['She walked to the river, and now she sings.', 50],
    ['The lamp was broken.', 100], // the participle says nothing more
    ['He wanted to find the jar.', 100], // an infinitive has no tense
    ['A lamp on the bridge.', null],
])('the tense of "%s" is past in %s %%', (text, past) => {
    expect(measured(text).past).toBe(past);
});

it('names are counted once each', () => {
    expect(measured('Then Anna met Peter, and Anna smiled at Peter by the river.').names).toBe(2);
    expect(measured('the fox met the owl by the river.').names).toBe(0);
});
