/** Addresses: where a page is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, parseRoute } from '../../../src/renderer/lib/app/route.ts';

fc.configureGlobal({ seed: 43 });

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
});
