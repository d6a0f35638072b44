/** Which stories an address asks for. */
import { describe, expect, it } from 'vitest';
import { isFiltered, queryOf, withoutFilters } from '../../src/renderer/lib/story-query.ts';

describe('filters in an address', () => {
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
