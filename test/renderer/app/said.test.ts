/** What is said at the foot of the window never piles up: the newest of a thing is all that holds. */
import { expect, it } from 'vitest';
import { withoutFaultsAbout, withSaid, type Said } from '../../../src/renderer/lib/app/said.ts';

let last = 0;
const said = (text: string, part: Partial<Said> = {}): Said => ({
    id: ++last,
    text,
    isFault: false,
    undo: null,
    about: null,
    ...part,
});
const all = (...each: readonly Said[]): readonly string[] =>
    each.reduce<readonly Said[]>(withSaid, []).map(({ text }) => text);

it('puts the newest sentence about a run in the place of the older ones', () => {
    const about = 'state of owl';
    expect(all(said('owl pauses at the next place.', { about }), said('owl is paused.', { about }))).toEqual([
        'owl is paused.',
    ]);
    expect(
        all(
            said('It does not go on.', { about, isFault: true }),
            said('fig is finished.'),
            said('owl has continued.', { about }),
        ),
    ).toEqual(['fig is finished.', 'owl has continued.']);
    expect(all(said('owl is paused.', { about }), said('fig is paused.', { about: 'state of fig' }))).toHaveLength(2);
});

it('says the same sentence once, and keeps what stands alone', () => {
    expect(all(said('No room.', { isFault: true }), said('No room.', { isFault: true }))).toEqual(['No room.']);
    expect(all(said('Changed the tags of tiny.'), said('Saved the notes on tiny.'))).toHaveLength(2);
});

it('shows three at most, and what passes gives way before a fault', () => {
    const fault = said('The disk is full.', { isFault: true });
    expect(all(fault, said('one'), said('two'), said('three'))).toEqual(['The disk is full.', 'two', 'three']);
    const faults = ['a', 'b', 'c', 'd'].map((text) => said(text, { isFault: true }));
    expect(all(...faults)).toEqual(['b', 'c', 'd']);
});

it('takes a fault back when the same thing has gone well since, and nothing else', () => {
    const list = [
        said('refused', { isFault: true, about: 'run.change' }),
        said('kept', { about: 'run.change' }),
        said('other', { isFault: true, about: 'set.export' }),
    ];
    expect(withoutFaultsAbout(list, 'run.change').map(({ text }) => text)).toEqual(['kept', 'other']);
});
