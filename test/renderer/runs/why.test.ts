/** What teachers thought of a story: one by name only where there are several, and whether more can be asked. */
import { expect, it } from 'vitest';
import { batchWords, isExplained, reasonsNote, thoughtsOf } from '../../../src/renderer/lib/runs/why.ts';

const criteria = [{ id: 'a', name: 'Readability', min: 0 }];
const person = { name: 'Mara', isPerson: true, reply: null, probabilities: {} };
const measuring = { name: 'rules', isPerson: false, reply: null, probabilities: {} };
const thinking = { name: 'llama', isPerson: false, reply: '2', probabilities: { a: [0, 0.25, 0.75] } };

it('tells of one teacher without its name, of several with it, and of people nothing', () => {
    const thought = { scores: [{ name: 'Readability', words: '2 with 75 %, 1 with 25 %' }], reply: '2' };
    expect(thoughtsOf([thinking, person], criteria)).toEqual([{ by: '', ...thought }]);
    expect(thoughtsOf([measuring, thinking], criteria)).toEqual([{ by: 'llama', ...thought }]);
    expect(thoughtsOf([measuring, person], criteria)).toEqual([]);
});

it('leaves nothing to ask only where one teacher thought aloud', () => {
    expect(isExplained([thinking, person])).toBe(true);
    expect(isExplained([measuring])).toBe(false);
    expect(isExplained([measuring, thinking])).toBe(false);
});

it('says what points are above and below of, and what a batch did to a score', () => {
    expect(reasonsNote([{}])).toMatch(/^Points above or below a typical story: .* do not add up to the score: /u);
    expect(reasonsNote([{ by: 'reader' }])).toContain('people’s stories do, in that teacher’s own scores.');
    expect(batchWords(-1.13, 2.31)).toMatch(/^others of its batch are like it .*; alone it gets 2\.31$/u);
    expect(batchWords(0.1, 2)).toMatch(/^in training it was rated beside .*; alone it gets 2\.00$/u);
});
