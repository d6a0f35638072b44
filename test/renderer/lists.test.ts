/** Long lists, followed runs, addresses: the small machines between the app and what is seen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined } from '../../src/renderer/lib/runs/follow.ts';
import { addressOf, parseRoute } from '../../src/renderer/lib/app/route.ts';
import { isFiltered, queryOf, withoutFilters } from '../../src/renderer/lib/story-query.ts';
import { scrollTo, stretchOf } from '../../src/renderer/lib/page/virtual.ts';
import { freshName, withGiven } from '../../src/renderer/lib/runs/draft.ts';
import { tableOf } from '../../src/renderer/lib/text/table.ts';
import { wordsAgainst } from '../../src/renderer/lib/text/word-differences.ts';
import { paragraphs } from '../../src/renderer/lib/text/prose.ts';
import type { ConfigLine } from '../../src/shared/views/new-run.ts';

fc.configureGlobal({ seed: 43 });

describe('a list of any length', () => {
    it.each([3, 1204, 331_200, 5_000_000])('of %i rows reaches its first and its last row', (total) => {
        const [row, seen] = [84, 700];
        expect(stretchOf(total, row, 0, seen).first).toBe(0);
        const { height } = stretchOf(total, row, 0, seen);
        expect(height).toBeLessThanOrEqual(15e6);
        expect(stretchOf(total, row, Math.max(0, height - seen), seen).end).toBe(total);
    });
    it('draws only what is seen, wherever it is', () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 1_000_000 }),
                fc.double({ min: 0, max: 1, noNaN: true }),
                (total, at) => {
                    const scrolled = at * Math.max(0, stretchOf(total, 84, 0, 700).height - 700);
                    const { first, end } = stretchOf(total, 84, scrolled, 700);
                    expect(end - first).toBeLessThanOrEqual(15);
                    expect(end).toBeGreaterThan(first);
                },
            ),
        );
    });
    it('scrolls to a row so that it is seen, and not where it is already', () => {
        for (const [total, to] of [
            [1000, 400],
            [331_200, 300_000],
        ] as const) {
            const scrolled = scrollTo(to, total, 84, 0, 700)!;
            const { first, end } = stretchOf(total, 84, scrolled, 700);
            expect(first <= to && to < end).toBe(true);
            expect(scrollTo(to, total, 84, scrolled, 700)).toBeNull();
        }
    });
});

it('a run that went back replaces what was held from there on', () => {
    const held = [1, 2, 3, 4].map((number) => ({ number, attempt: 1 }));
    const fresh = [3, 4, 5].map((number) => ({ number, attempt: 2 }));
    expect(joined(held, fresh, ({ number }) => number).map(({ number, attempt }) => [number, attempt])).toEqual([
        [1, 1],
        [2, 1],
        [3, 2],
        [4, 2],
        [5, 2],
    ]);
});

describe('addresses', () => {
    it('lead where they came from, whatever a run is called', () => {
        fc.assert(
            fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (run, text) => {
                const route = parseRoute(addressOf('stories', run, { text, least: 5, from: undefined }));
                expect(route).toMatchObject({ room: 'stories', run });
                expect(Object.fromEntries(route.query)).toEqual({ text, least: '5' });
            }),
        );
    });
    it.each(['', '#', '#/nowhere', '#/runs/%E0%A4%A'])('lead home where they cannot be read: %s', (hash) => {
        expect(parseRoute(hash).room).toBe('runs');
    });
    it('take no number that is none', () => {
        const query = queryOf(
            new Map([
                ['from', '-3'],
                ['to', 'x'],
                ['least', ''],
                ['sort', 'drop table'],
                ['ended', 'cut'],
            ]),
        );
        expect(query).toEqual({ sort: 'recorded', descending: true, finished: false });
    });
    it.each(['text', 'from', 'to', 'least', 'minWords', 'maxWords', 'ended', 'heat'])(
        'lose the filter %s when all are cleared',
        (key) => {
            const address = { sort: 'kl', order: 'up', [key]: { ended: 'cut', heat: '1' }[key] ?? '3' };
            expect(isFiltered(queryOf(new Map(Object.entries(address))))).toBe(true);
            const cleared = Object.entries({ ...address, ...withoutFilters }).filter(
                (each): each is [string, string] => each[1] !== undefined,
            );
            expect(cleared).toEqual([
                ['sort', 'kl'],
                ['order', 'up'],
            ]);
            expect(isFiltered(queryOf(new Map(cleared)))).toBe(false);
        },
    );
});

describe('a draft', () => {
    const line = { key: 'ppo.lr', presetValues: { quick: 1, improved: 2, paper: 3 } } as unknown as ConfigLine;
    it('forgets what is typed the same as the preset', () => {
        expect(withGiven({ 'ppo.lr': 5, seed: 1 }, line, 'quick', 1)).toEqual({ seed: 1 });
        expect(withGiven({}, line, 'paper', 1)).toEqual({ 'ppo.lr': 1 });
    });
    it('has a name that no run has', () => {
        const rows: { name: string }[] = [];
        for (let i = 0; i < 250; i++) rows.push({ name: freshName(rows) });
        expect(new Set(rows.map(({ name }) => name)).size).toBe(250);
    });
});

describe('words that differ', () => {
    const own = (text: string, other: string): string[] =>
        wordsAgainst(text, other)
            .filter(({ isOwn }) => isOwn)
            .map(({ text: word }) => word);
    it('are those the other text lacks, cases and stops aside', () => {
        expect(own('The small owl kept the moon.', 'the owl kept a moon')).toEqual(['small', 'the']);
        expect(own('same words', 'Same, words!')).toEqual([]);
        expect(own('all new', '')).toEqual(['all', 'new']);
    });
    it('give the text back, letter by letter', () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (text, other) => {
                const back = wordsAgainst(text, other).map(({ text: word, gap }) => word + gap);
                expect(back.join('')).toBe(text.trimStart());
            }),
        );
    });
});

it('a table quotes what needs it', () => {
    expect(
        tableOf([
            { a: 'x,"y"', scores: { r: 1 } },
            { a: null, b: 2 },
        ]),
    ).toBe('a,scores.r,b\r\n"x,""y""",1,\r\n,,2\r\n');
});

it('a story falls into paragraphs at line breaks', () => {
    expect(paragraphs(' one\n\n two \nthree\n')).toEqual(['one', 'two', 'three']);
    expect(paragraphs('')).toEqual([]);
});
