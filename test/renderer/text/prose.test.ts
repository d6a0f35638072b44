/** A story as it is set. */
import { expect, it } from 'vitest';
import { paragraphs } from '../../../src/renderer/lib/text/prose.ts';

it('a story falls into paragraphs at line breaks', () => {
    expect(paragraphs(' one\n\n two \nthree\n')).toEqual(['one', 'two', 'three']);
    expect(paragraphs('')).toEqual([]);
});
