/** Tells in a PNG how many points an inch has, so that papers and word processors know its size. */

const dotsAMetre = (dotsAnInch: number): number => Math.round(dotsAnInch / 0.0254);
const afterHeader = 8 + 25; // the signature, and the chunk IHDR, which comes first

/** @returns the same picture with the chunk pHYs (PNG 11.3.4.3) */
export function withDensity(png: Uint8Array<ArrayBuffer>, dotsAnInch: number): Uint8Array<ArrayBuffer> {
    const chunk = new Uint8Array(21); // length 9, its name, x, y, the unit metre, and a checksum
    const view = new DataView(chunk.buffer);
    view.setUint32(0, 9);
    chunk.set(new TextEncoder().encode('pHYs'), 4);
    view.setUint32(8, dotsAMetre(dotsAnInch));
    view.setUint32(12, dotsAMetre(dotsAnInch));
    chunk[16] = 1;
    view.setUint32(17, checksum(chunk.subarray(4, 17)));
    const whole = new Uint8Array(png.length + chunk.length);
    whole.set(png.subarray(0, afterHeader));
    whole.set(chunk, afterHeader);
    whole.set(png.subarray(afterHeader), afterHeader + chunk.length);
    return whole;
}

/** CRC-32 as PNG has it (annex D). */
function checksum(bytes: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return (crc ^ 0xffffffff) >>> 0;
}
