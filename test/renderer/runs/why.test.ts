/** What teachers thought of a story: one by name only where there are several, and whether more can be asked. */
import { expect, it } from 'vitest';
import { isExplained, thoughtsOf } from '../../../src/renderer/lib/runs/why.ts';

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
