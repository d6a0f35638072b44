import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src/main/student/checkpoints/safetensors.ts';
import { writeWholeFile } from '../../../src/main/student/checkpoints/whole-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'storyloop-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.safetensors');

/** A file by hand: header text and bytes of numbers, as another program would write them. */
function write(header: unknown, numbers: Uint8Array, headerBytes?: bigint): void {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(headerBytes ?? BigInt(json.length));
    writeFileSync(path, Buffer.concat([length, json, numbers]));
}

const weight = { dims: [2, 3], values: Float32Array.of(1, -2.5, 3e-8, 4, 5, Number.MAX_VALUE) };
const tensors = new Map([
    ['weight', weight],
    ['scalar', { dims: [], values: Float32Array.of(7) }],
    ['empty', { dims: [0, 4], values: new Float32Array(0) }],
]);

describe('safetensors', () => {
    it('brings float32 back to the bit, with its metadata and digest', () => {
        const digest = writeSafetensors(path, tensors, { type: 'F32', metadata: { format: 'pt', note: 'Ωδή' } });
        const file = readSafetensors(path);
        expect(file.tensors).toEqual(tensors);
        expect(Object.fromEntries(file.metadata)).toEqual({ format: 'pt', note: 'Ωδή' });
        expect(file.digest).toBe(digest);
        expect(digest).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
        expect(existsSync(`${path}.partial`)).toBe(false);
    });

    it('is laid out as the format says: length, JSON, numbers aligned to 8 bytes', () => {
        writeSafetensors(path, tensors, { type: 'F32', metadata: {} });
        const bytes = readFileSync(path);
        const header = Number(bytes.readBigUInt64LE());
        expect((8 + header) % 8).toBe(0);
        expect(JSON.parse(bytes.toString('utf8', 8, 8 + header))).toEqual({
            __metadata__: {},
            weight: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
            scalar: { dtype: 'F32', shape: [], data_offsets: [24, 28] },
            empty: { dtype: 'F32', shape: [0, 4], data_offsets: [28, 28] },
        });
        expect(bytes.readFloatLE(8 + header + 4)).toBe(-2.5);
    });

    it('rounds to float16 and reads float16 and bfloat16', () => {
        writeSafetensors(path, new Map([['x', { dims: [3], values: Float32Array.of(0.1, 65504, 1e-8) }]]), {
            type: 'F16',
            metadata: {},
        });
        expect([...readSafetensors(path).tensors.get('x')!.values]).toEqual([0.0999755859375, 65504, 0]);
        const header = { x: { dtype: 'BF16', shape: [3], data_offsets: [0, 6] } };
        write(header, new Uint8Array(Uint16Array.of(0x3f80, 0xc000, 0x3dcd).buffer));
        expect([...readSafetensors(path).tensors.get('x')!.values]).toEqual([1, -2, Math.fround(0.10009765625)]);
    });

    it('leaves unwanted tensors unread, whatever their type', () => {
        const header = {
            'attn.bias': { dtype: 'BOOL', shape: [4], data_offsets: [0, 4] },
            w: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
        };
        write(header, new Uint8Array(8));
        expect([...readSafetensors(path, (name) => name === 'w').tensors.keys()]).toEqual(['w']);
        expect(() => readSafetensors(path)).toThrow("'attn.bias' in a.safetensors is stored as BOOL");
    });

    const one = (entry: object): object => ({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...entry } });
    const eight = new Uint8Array(8);
    it.each<[string, () => void, RegExp]>([
        ['an empty file', () => writeFileSync(path, ''), /ends before its header/],
        [
            'a header longer than the file',
            () => write(one({}), eight, 2n ** 63n),
            /a header of 9223372036854775808 bytes/,
        ],
        ['a header that is no JSON', () => write('{"x":', eight), /header is not JSON/],
        ['a header that is a list', () => write([], eight), /header is not an object/],
        [
            'metadata that are no texts',
            () => write({ __metadata__: { a: 1 } }, new Uint8Array()),
            /metadata are not texts/,
        ],
        ['a truncated file', () => write(one({}), new Uint8Array(7)), /truncated: 7 of 8 bytes/],
        ['trailing bytes', () => write(one({}), new Uint8Array(9)), /1 bytes follow its last tensor/],
        ['an unknown type', () => write(one({ dtype: 'F4' }), eight), /unknown type "F4"/],
        ['no type', () => write(one({ dtype: null }), eight), /unknown type null/],
        ['a shape of another size', () => write(one({ shape: [3] }), eight), /takes 8 bytes, but its shape \[3\] 12/],
        ['a monstrous shape', () => write(one({ shape: [2 ** 52, 2 ** 52] }), eight), /takes 8 bytes/],
        ['a negative shape', () => write(one({ shape: [-2] }), eight), /not described properly/],
        ['fractional offsets', () => write(one({ data_offsets: [0, 8.5] }), eight), /not described properly/],
        ['offsets beyond the file', () => write(one({ data_offsets: [8, 16] }), eight), /follows a gap/],
        [
            'overlapping tensors',
            () => write({ ...one({}), y: { dtype: 'F32', shape: [2], data_offsets: [4, 12] } }, new Uint8Array(12)),
            /'y' overlaps another tensor/,
        ],
        [
            'a gap between tensors',
            () => write({ ...one({}), y: { dtype: 'F32', shape: [1], data_offsets: [12, 16] } }, new Uint8Array(16)),
            /'y' follows a gap/,
        ],
    ])('refuses %s in one sentence', (_, make, message) => {
        make();
        expect(() => readSafetensors(path)).toThrow(message);
        expect(() => readSafetensors(path)).toThrow(/^a\.safetensors is damaged .*; nothing was loaded\. /);
    });
});

describe('a whole file', () => {
    it('keeps the older file when writing fails, and leaves nothing behind', () => {
        writeFileSync(path, 'older');
        const parts = function* (): Generator<Uint8Array> {
            yield Buffer.from('newer');
            throw new Error('the disk is full');
        };
        expect(() => writeWholeFile(path, parts())).toThrow('the disk is full');
        expect(readFileSync(path, 'utf8')).toBe('older');
        expect(existsSync(`${path}.partial`)).toBe(false);
    });
});
