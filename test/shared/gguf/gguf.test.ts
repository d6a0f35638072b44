import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scalarTypes, type GgufValue, type ScalarType } from '../../../src/shared/gguf/gguf.ts';
import { GgufProblem, readGgufHeader, type ByteSource } from '../../../src/shared/gguf/gguf-reader.ts';
import { writeGguf, type TensorToWrite } from '../../../src/shared/gguf/gguf-writer.ts';

const sourceOf = (bytes: Uint8Array, most = { read: 0 }): ByteSource => ({
    size: bytes.length,
    read(offset, length) {
        if (offset < 0 || offset + length > bytes.length) throw new Error('read beyond the end');
        most.read = Math.max(most.read, length);
        return bytes.slice(offset, offset + length);
    },
});
const whole = (pieces: Iterable<Uint8Array>): Uint8Array => Buffer.concat([...pieces]);
const problemOf = (bytes: Uint8Array): string => {
    try {
        readGgufHeader(sourceOf(bytes));
        return 'none';
    } catch (error) {
        if (error instanceof GgufProblem) return error.message;
        throw error;
    }
};

const scalar: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
    u8: fc.nat(255),
    i8: fc.integer({ min: -128, max: 127 }),
    u16: fc.nat(65535),
    i16: fc.integer({ min: -32768, max: 32767 }),
    u32: fc.nat(2 ** 32 - 1),
    i32: fc.integer(),
    f32: fc.float({ noNaN: true }),
    bool: fc.boolean(),
    string: fc.string({ unit: 'grapheme' }),
    u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    f64: fc.double({ noNaN: true }),
};
const types = Object.keys(scalarTypes) as ScalarType[];
const value = fc.oneof(
    ...types.map((type) => scalar[type].map((value) => ({ type, value }) as GgufValue)),
    ...types.map((of) => fc.array(scalar[of]).map((value) => ({ type: 'array', of, value }) as GgufValue)),
);
const tensor = (name: string, dims: readonly number[], type: TensorToWrite['type'] = 'F32'): TensorToWrite => ({
    name,
    dims,
    type,
    data: Float32Array.from(
        { length: dims.reduce((product, each) => product * each, 1) },
        (_, i) => Math.sin(i) * (1 + i),
    ),
});
const small = (): Uint8Array =>
    whole(
        writeGguf(
            new Map<string, GgufValue>([
                ['general.architecture', { type: 'string', value: 'llama' }],
                ['tokens', { type: 'array', of: 'string', value: ['a', 'b', 'né'] }],
                ['llama.context_length', { type: 'u32', value: 512 }],
            ]),
            [tensor('one', [32, 3], 'Q8_0'), tensor('two', [5]), tensor('three', [4, 2], 'F16')],
        ),
    );

describe('a GGUF file', () => {
    it('is read as it was written, whatever its metadata', () =>
        fc.assert(
            fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), (entries) => {
                const metadata = new Map(Object.entries(entries).filter(([key]) => key !== 'general.alignment'));
                const bytes = whole(writeGguf(metadata, [tensor('weight', [3, 2])]));
                expect(readGgufHeader(sourceOf(bytes)).metadata).toEqual(metadata);
            }),
        ));

    it('holds its tensors where the header says, as the values that were given', () => {
        const bytes = small();
        const { tensors } = readGgufHeader(sourceOf(bytes));
        expect(tensors.map(({ name, dims, type }) => ({ name, dims, type }))).toEqual([
            { name: 'one', dims: [32, 3], type: 8 },
            { name: 'two', dims: [5], type: 0 },
            { name: 'three', dims: [4, 2], type: 1 },
        ]);
        const [one, two, three] = tensors;
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        for (let i = 0; i < 5; i++)
            expect(view.getFloat32(two!.offset + 4 * i, true)).toBe(Math.fround(Math.sin(i) * (1 + i)));
        for (let i = 0; i < 8; i++)
            expect(view.getFloat16(three!.offset + 2 * i, true)).toBe(
                Math.f16round(Math.fround(Math.sin(i) * (1 + i))),
            );
        for (let i = 0; i < 96; i++) {
            const block = one!.offset + Math.floor(i / 32) * 34;
            const scale = view.getFloat16(block, true);
            const dequantised = scale * view.getInt8(block + 2 + (i % 32));
            // half a step, and the scale's own rounding
            expect(Math.abs(dequantised - Math.sin(i) * (1 + i))).toBeLessThan(scale * 0.56);
        }
        for (const { offset } of tensors) expect(offset % 32).toBe(0);
    });

    it('of the real world: a llama of 260 thousand weights', ({ skip }) => {
        const file = new URL('../../../../shared/models/stories260K.gguf', import.meta.url);
        if (!existsSync(file)) return skip('../shared/models/stories260K.gguf is absent');
        const { metadata, tensors } = readGgufHeader(sourceOf(readFileSync(file)));
        expect(metadata.get('general.architecture')).toEqual({ type: 'string', value: 'llama' });
        expect(metadata.get('llama.context_length')).toEqual({ type: 'u32', value: 512 });
        expect(metadata.get('tokenizer.ggml.tokens')?.value).toHaveLength(512);
        expect(tensors).toHaveLength(47);
    });
});

/** The header with one number overwritten. */
function altered(bytes: Uint8Array, at: number, value: bigint): Uint8Array {
    const copy = new Uint8Array(bytes);
    new DataView(copy.buffer).setBigUint64(at, value, true);
    return copy;
}
const find = (bytes: Uint8Array, text: string): number => Buffer.from(bytes).indexOf(text);

describe('a file that is not what it says', () => {
    const good = small();
    it.each<[string, Uint8Array, RegExp]>([
        ['empty', new Uint8Array(), /^is not a GGUF file$/],
        ['a web page', Buffer.from('<html>404 not found</html>'.repeat(50)), /^is not a GGUF file$/],
        ['big-endian', Buffer.from([...Buffer.from('GGUF'), 0, 0, 0, 3, ...new Uint8Array(64)]), /big-endian/],
        ['a version to come', altered(good, 4, (BigInt(3) << 32n) | 4n), /of version 4; 2 and 3 are known/],
        ['a lying number of tensors', altered(good, 8, 2n ** 60n), /claims 1152921504606846976 tensors/],
        ['a lying number of entries', altered(good, 16, 2n ** 63n), /claims 9223372036854775808 metadata entries/],
        ['a lying key', altered(good, 24, 10n ** 9n), /claims 1000000000 bytes of a key/],
        [
            'a lying array',
            altered(good, find(good, 'tokens') + 14, 10n ** 12n),
            /claims 1000000000000 values of "tokens"/,
        ],
        ['an unknown type', altered(good, find(good, 'tokens') + 6, 77n), /"tokens" has the unknown type 77/],
        ['arrays in arrays', altered(good, find(good, 'tokens') + 6, (9n << 32n) | 9n), /unknown type 9/],
        ['no dimensions', altered(good, find(good, 'two') + 3, 0n), /"two" has 0 dimensions/],
        ['a dimension of zero', altered(good, find(good, 'two') + 7, 0n), /"two" has no possible size/],
        ['a dimension beyond numbers', altered(good, find(good, 'two') + 7, 2n ** 60n), /a dimension of "two" is/],
        ['a tensor over another', altered(good, find(good, 'two') + 19, 0n), /lies over another/],
        ['a tensor askew', altered(good, find(good, 'two') + 19, 129n), /"two" lies askew/],
        [
            'a tensor beyond the end',
            altered(good, find(good, 'two') + 19, 32n * 10n ** 6n),
            /cut off: it has [\d,]+ bytes and needs 32,[\d,]+ bytes or more/,
        ],
    ])('%s is refused with the reason', (_, bytes, says) => expect(problemOf(bytes)).toMatch(says));

    it('cut off anywhere is refused, and never read beyond its end', () => {
        const end = good.length - 16; // the padding after the last tensor is no loss
        for (let length = 0; length < end; length += 3)
            expect(problemOf(good.subarray(0, length))).toMatch(/cut off|not a GGUF|claims/);
    });

    it('flipped anywhere is read or refused, quickly and without asking for more than it has', () =>
        fc.assert(
            fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
                const bytes = new Uint8Array(good);
                bytes[at] = byte;
                const most = { read: 0 };
                try {
                    readGgufHeader(sourceOf(bytes, most));
                } catch (error) {
                    expect(error).toBeInstanceOf(GgufProblem);
                }
                expect(most.read).toBeLessThanOrEqual(bytes.length);
            }),
            { numRuns: 2000 },
        ));
});
