/**
 * Extracts files from a zip archive, one at a time and never whole in memory; each is checked against the archive's
 * CRC-32. Records follow APPNOTE.TXT 6.3.10 (PKWARE), little-endian: end of central directory, central and local file
 * headers.
 */
import { createWriteStream, closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

export interface ZipEntry {
    readonly name: string;
    /** Unpacked. */
    readonly bytes: number;
    readonly packedBytes: number;
    readonly crc: number;
    readonly isDeflated: boolean;
    /** Where its local header begins. */
    readonly at: number;
}

const END = { signature: 0x06054b50, length: 22, longestComment: 0xffff };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const LOCAL = { signature: 0x04034b50, length: 30 };
const METHODS = { stored: 0, deflated: 8 };

/** What the archive holds. @throws an error where it is no zip archive, or one of more than 4 GB (zip64) */
export function zipEntries(file: string): readonly ZipEntry[] {
    const size = statSync(file).size;
    const tail = read(file, Math.max(0, size - END.length - END.longestComment), size);
    const end = tail.lastIndexOf(Buffer.from(Uint32Array.of(END.signature).buffer));
    if (end === -1) throw new Error('it is no zip archive');
    const count = tail.readUInt16LE(end + 10);
    const [length, from] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
    if (from + length > size) throw new Error('its directory lies outside of it');
    const directory = read(file, from, from + length);
    const entries: ZipEntry[] = [];
    for (let at = 0; entries.length < count;) {
        if (at + CENTRAL.length > length || directory.readUInt32LE(at) !== CENTRAL.signature)
            throw new Error('its directory is damaged');
        const method = directory.readUInt16LE(at + 10);
        if (method !== METHODS.stored && method !== METHODS.deflated)
            throw new Error(`it is packed by method ${method}`);
        const [name, extra, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
        entries.push({
            name: directory.toString('utf8', at + CENTRAL.length, at + CENTRAL.length + name!),
            bytes: directory.readUInt32LE(at + 24),
            packedBytes: directory.readUInt32LE(at + 20),
            crc: directory.readUInt32LE(at + 16),
            isDeflated: method === METHODS.deflated,
            at: directory.readUInt32LE(at + 42),
        });
        at += CENTRAL.length + name! + extra! + comment!;
    }
    return entries;
}

/** Extracts one file and syncs it to the disk. @throws an error where the content is not what the archive says */
export async function unpack(archive: string, entry: ZipEntry, target: string): Promise<void> {
    const local = read(archive, entry.at, entry.at + LOCAL.length);
    if (local.readUInt32LE(0) !== LOCAL.signature) throw new Error(`${entry.name} is not where the directory says`);
    const start = entry.at + LOCAL.length + local.readUInt16LE(26) + local.readUInt16LE(28);
    let [bytes, crc] = [0, 0];
    const checked = new Transform({
        transform(chunk: Buffer, _, done) {
            bytes += chunk.length;
            crc = crc32(chunk, crc);
            done(null, chunk);
        },
    });
    const packed = createReadStream(archive, { start, end: start + entry.packedBytes - 1 });
    const out = createWriteStream(target, { flush: true });
    if (entry.isDeflated) await pipeline(packed, createInflateRaw(), checked, out);
    else await pipeline(packed, checked, out);
    if (bytes !== entry.bytes || crc !== entry.crc) throw new Error(`${entry.name} does not unpack to what was packed`);
}

function read(file: string, from: number, to: number): Buffer {
    const bytes = Buffer.alloc(to - from);
    const descriptor = openSync(file, 'r');
    try {
        if (readSync(descriptor, bytes, 0, bytes.length, from) < bytes.length) throw new Error('it ends early');
    } finally {
        closeSync(descriptor);
    }
    return bytes;
}
