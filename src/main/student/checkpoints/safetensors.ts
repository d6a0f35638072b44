/**
 * Reads and writes safetensors files: eight bytes of header length, a JSON header, then the numbers (little-endian,
 * row-major, no gaps). Format: https://github.com/huggingface/safetensors#format. Everything in a file is checked
 * against the file's size before it is used, so a damaged or hostile file costs one sentence and no memory.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import type { FaultError } from '../../../shared/faults.ts';
import { writeWholeFile } from './whole-file.ts';

export interface StoredTensor {
    readonly dims: readonly number[];
    readonly values: Float32Array;
}
export type StoredTensors = ReadonlyMap<string, StoredTensor>;

export interface SafetensorsFile {
    readonly tensors: StoredTensors;
    readonly metadata: ReadonlyMap<string, string>;
    /** SHA-256 of the whole file, in hexadecimal. */
    readonly digest: string;
}

export interface TensorWritingOptions {
    readonly type: 'F32' | 'F16';
    readonly metadata: Readonly<Record<string, string>>;
}

const largestHeader = 100_000_000; // the reference implementation's own limit
const chunkBytes = 1 << 24;
const typeBytes = new Map(
    Object.entries({ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2 }).concat(
        Object.entries({ I32: 4, U32: 4, F32: 4, F64: 8, I64: 8, U64: 8 }),
    ),
);

interface TensorEntry {
    readonly name: string;
    readonly type: string;
    readonly dims: readonly number[];
    readonly from: number;
    readonly to: number;
}

// ---- writing -------------------------------------------------------------------------------------------------------

/**
 * Writes the file completely or not at all and returns its SHA-256. F16 rounds to nearest.
 * @throws where a tensor's values are not as many as its dimensions say
 */
export function writeSafetensors(
    path: string,
    tensors: StoredTensors,
    { type, metadata }: TensorWritingOptions,
): string {
    const header: Record<string, unknown> = { __metadata__: metadata };
    let end = 0;
    for (const [name, { dims, values }] of tensors) {
        const count = dims.reduce((product, dim) => product * dim, 1);
        if (count !== values.length) throw new Error(`'${name}' has ${values.length} values, not [${dims.join(', ')}]`);
        const from = end;
        end += count * typeBytes.get(type)!;
        header[name] = { dtype: type, shape: dims, data_offsets: [from, end] };
    }
    const text = JSON.stringify(header);
    const padding = (8 - (Buffer.byteLength(text) % 8)) % 8; // numbers start at a multiple of 8
    const json = Buffer.from(text + ' '.repeat(padding));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return writeWholeFile(path, fileParts(length, json, tensors, type));
}

function* fileParts(length: Buffer, json: Buffer, tensors: StoredTensors, type: 'F32' | 'F16'): Generator<Uint8Array> {
    yield length;
    yield json;
    for (const { values } of tensors.values()) {
        const stored = type === 'F32' ? values : Float16Array.from(values);
        const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
        for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    }
}

// ---- reading -------------------------------------------------------------------------------------------------------

/**
 * Reads the tensors whose names are wanted, as float32 (from F32, F16 or BF16).
 * @throws bad input for anything that is not exactly a safetensors file, and for a wanted tensor of another type
 */
export function readSafetensors(path: string, wanted: (name: string) => boolean = () => true): SafetensorsFile {
    const file = openSync(path, 'r');
    try {
        const size = fstatSync(file).size;
        const { json, dataFrom } = readHeader(file, size, path);
        const { entries, metadata } = parseHeader(json, size - dataFrom, path);
        const tensors = new Map<string, StoredTensor>();
        for (const entry of entries) {
            if (wanted(entry.name)) tensors.set(entry.name, readTensor(file, dataFrom, entry, path));
        }
        return { tensors, metadata, digest: digestOf(file, size) };
    } finally {
        closeSync(file);
    }
}

function damaged(path: string, what: string): FaultError {
    return badInput(
        `${basename(path)} is damaged or no safetensors file (${what}); nothing was loaded. Copy the file again or choose another one. [${path}]`,
    );
}

function readHeader(file: number, size: number, path: string): { json: string; dataFrom: number } {
    const length = Buffer.alloc(8);
    if (readSync(file, length, 0, 8, 0) < 8) throw damaged(path, 'it ends before its header');
    const bytes = length.readBigUInt64LE();
    if (bytes > BigInt(Math.min(size - 8, largestHeader))) throw damaged(path, `a header of ${bytes} bytes in ${size}`);
    const json = Buffer.alloc(Number(bytes));
    readFully(file, json, 8, path);
    return { json: json.toString('utf8'), dataFrom: 8 + json.length };
}

function parseHeader(
    json: string,
    dataBytes: number,
    path: string,
): { entries: readonly TensorEntry[]; metadata: ReadonlyMap<string, string> } {
    let header: unknown;
    try {
        header = JSON.parse(json);
    } catch {
        throw damaged(path, 'its header is not JSON');
    }
    if (!isRecord(header)) throw damaged(path, 'its header is not an object');
    const metadata = header['__metadata__'] ?? {};
    if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
        throw damaged(path, 'its metadata are not texts');
    }
    const entries = Object.entries(header)
        .filter(([name]) => name !== '__metadata__')
        .map(([name, described]) => parseEntry(name, described, path))
        .toSorted((a, b) => a.from - b.from || a.to - b.to);
    let end = 0;
    for (const { name, from, to } of entries) {
        if (from !== end) throw damaged(path, `'${name}' ${from < end ? 'overlaps another tensor' : 'follows a gap'}`);
        end = to;
    }
    if (end > dataBytes) throw damaged(path, `it is truncated: ${dataBytes} of ${end} bytes of numbers`);
    if (end < dataBytes) throw damaged(path, `${dataBytes - end} bytes follow its last tensor`);
    return { entries, metadata: new Map(Object.entries(metadata as Record<string, string>)) };
}

function parseEntry(name: string, described: unknown, path: string): TensorEntry {
    const wrong = damaged(path, `'${name}' is not described properly`);
    if (!isRecord(described)) throw wrong;
    const { dtype, shape, data_offsets: offsets } = described;
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) throw wrong;
    const bytes = typeof dtype === 'string' ? typeBytes.get(dtype) : undefined;
    if (bytes === undefined) throw damaged(path, `'${name}' has the unknown type ${JSON.stringify(dtype)}`);
    const [from, to] = offsets as [number, number];
    const expected = shape.reduce((product, dim) => product * dim, bytes);
    if (to - from !== expected) {
        throw damaged(path, `'${name}' takes ${to - from} bytes, but its shape [${shape.join(', ')}] ${expected}`);
    }
    return { name, type: dtype as string, dims: shape, from, to };
}

function readTensor(
    file: number,
    dataFrom: number,
    { name, type, dims, from, to }: TensorEntry,
    path: string,
): StoredTensor {
    const bytes = new Uint8Array(to - from); // never more than the file holds: parseHeader has checked
    readFully(file, bytes, dataFrom + from, path);
    return { dims, values: asFloat32(bytes, type, name, path) };
}

function asFloat32(bytes: Uint8Array<ArrayBuffer>, type: string, name: string, path: string): Float32Array {
    switch (type) {
        case 'F32':
            return new Float32Array(bytes.buffer);
        case 'F16':
            return Float32Array.from(new Float16Array(bytes.buffer));
        case 'BF16': // the upper half of a float32
            return new Float32Array(Uint32Array.from(new Uint16Array(bytes.buffer), (half) => half << 16).buffer);
        default:
            throw badInput(
                `'${name}' in ${basename(path)} is stored as ${type}; only F32, F16 and BF16 weights can be loaded. Convert it first.`,
            );
    }
}

function readFully(file: number, bytes: Uint8Array, from: number, path: string): void {
    for (let at = 0; at < bytes.length;) {
        const count = readSync(file, bytes, at, Math.min(bytes.length - at, chunkBytes), from + at);
        if (count === 0) throw damaged(path, 'it became shorter while it was read');
        at += count;
    }
}

function digestOf(file: number, size: number): string {
    const digest = createHash('sha256');
    const chunk = Buffer.alloc(Math.min(size, chunkBytes));
    for (let at = 0; at < size;) {
        const count = readSync(file, chunk, 0, chunk.length, at);
        if (count === 0) break; // the file has become shorter, so the digest will not match
        digest.update(chunk.subarray(0, count));
        at += count;
    }
    return digest.digest('hex');
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
    return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}
