import { describe, expect, it } from 'vitest';
import { fittingEntries } from '../../../src/renderer/lib/page/finding.ts';

const entries = [
    { text: 'late-seed', note: 'Interactive' },
    { text: 'Stories of seedling', note: 'run' },
    { text: 'seedling', note: 'Pretraining' },
    { text: 'Settings', note: 'room' },
];
const found = (typed: string): readonly string[] => fittingEntries(entries, typed).map(({ text }) => text);

describe('finding by a few letters', () => {
    it('gives everything, as it stands, to nothing typed', () => {
        expect(found('')).toEqual(entries.map(({ text }) => text));
        expect(found('  ')).toEqual(entries.map(({ text }) => text));
    });
    it('puts what begins so before what has a word that does, and that before the rest', () => {
        expect(found('seed')).toEqual(['seedling', 'Stories of seedling', 'late-seed']);
    });
    it('takes letters however they were typed', () => {
        const named = [{ text: 'Cafe\u0301 \u200bstories', note: 'run' }];
        for (const typed of ['CAF\u00c9', 'caf\u00e9 st\u00adories'])
            expect(fittingEntries(named, typed)).toEqual(named);
    });
    it('wants every word somewhere, in any order and case, the note included', () => {
        expect(found('ROOM set')).toEqual(['Settings']);
        expect(found('seed sto')).toEqual(['Stories of seedling']);
        expect(found('seed room')).toEqual([]);
    });
});
