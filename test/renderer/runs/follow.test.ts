/** A page follows a run update by update. */
import { expect, it } from 'vitest';
import { joined } from '../../../src/renderer/lib/runs/follow.ts';

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
