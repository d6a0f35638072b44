/** Tables for the clipboard. */
import { expect, it } from 'vitest';
import { tableOf } from '../../../src/renderer/lib/text/table.ts';

it('a table quotes what needs it', () => {
    expect(
        tableOf([
            { a: 'x,"y"', scores: { r: 1 } },
            { a: null, b: 2 },
        ]),
    ).toBe('a,scores.r,b\r\n"x,""y""",1,\r\n,,2\r\n');
});
