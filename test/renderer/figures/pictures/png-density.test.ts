/** How large a saved picture is on paper. */
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { withDensity } from '../../../../src/renderer/lib/figures/pictures/png-density.ts';

it('a PNG says how many points an inch has, in a chunk whose checksum is right', () => {
    const png = Uint8Array.from({ length: 60 }, (_, i) => i);
    const found = Buffer.from(withDensity(png, 300));
    expect(found.subarray(0, 33)).toEqual(Buffer.from(png.subarray(0, 33)));
    expect(found.subarray(54)).toEqual(Buffer.from(png.subarray(33)));
    const chunk = found.subarray(33, 54);
    expect(chunk.readUInt32BE(0)).toBe(9);
    expect(chunk.subarray(4, 8).toString()).toBe('pHYs');
    expect([chunk.readUInt32BE(8), chunk.readUInt32BE(12), chunk[16]]).toEqual([11811, 11811, 1]);
    expect(chunk.readUInt32BE(17)).toBe(crc32(chunk.subarray(4, 17)));
});
