/**
 * Reads the header of an untrusted GGUF file. Every count and length is compared with the size of the file before
 * memory is allocated for it: llama.cpp aborts its process on some headers that this refuses.
 */
import {
    aligned,
    alignmentKey,
    arrayType,
    defaultAlignment,
    magic,
    scalarTypes,
    tensorBlocks,
    type GgufValue,
    type Metadata,
    type Scalar,
    type ScalarType,
} from './gguf.ts';
import { count } from '../text/numbers.ts';

export interface ByteSource {
    readonly size: number;
    /** Bytes from `offset`, as many as asked for: the reader never asks beyond `size`. */
    read(offset: number, length: number): Uint8Array;
}

export interface GgufTensor {
    readonly name: string;
    /** ne0 first, the dimension that lies together in memory. */
    readonly dims: readonly number[];
    /** Number of the tensor type, a key of `tensorBlocks` or unknown to us. */
    readonly type: number;
    /** From the beginning of the file. */
    readonly offset: number;
}

export interface GgufHeader {
    readonly version: number;
    readonly metadata: Metadata;
    readonly tensors: readonly GgufTensor[];
}

/** What is wrong with the file, as the end of a sentence that began with its name. */
export class GgufProblem extends Error {
    constructor(problem: string) {
        super(problem);
        this.name = 'GgufProblem';
    }
}

const longestKey = 65_535; // bytes, by the specification
const longestName = 64; // ggml's GGML_MAX_NAME
const mostDimensions = 4; // ggml's GGML_MAX_DIMS
const chunkBytes = 1 << 16;

/** @throws GgufProblem where the file is no GGUF, is cut off, or says what cannot be */
export function readGgufHeader(source: ByteSource): GgufHeader {
    const cursor = new ByteCursor(source);
    if (source.size < 24 || cursor.u32() !== magic) throw new GgufProblem('is not a GGUF file');
    const version = cursor.u32();
    if (version > 0 && version % 65536 === 0) throw new GgufProblem('is a GGUF file for big-endian machines');
    if (version !== 2 && version !== 3)
        throw new GgufProblem(`is a GGUF file of version ${version}; 2 and 3 are known`);
    const tensorCount = cursor.count('tensors', 24); // name length, dimensions, type, offset: at least 24 bytes each
    const entryCount = cursor.count('metadata entries', 13);

    const metadata = new Map<string, GgufValue>();
    for (let i = 0; i < entryCount; i++) {
        const key = cursor.text('a key', longestKey);
        if (metadata.has(key)) throw new GgufProblem(`is damaged: it says "${key}" twice`);
        metadata.set(key, readValue(cursor, key));
    }
    const alignment = alignmentOf(metadata);
    const infos: GgufTensor[] = [];
    for (let i = 0; i < tensorCount; i++) infos.push(readTensorInfo(cursor, alignment));

    const dataStart = aligned(cursor.position, alignment);
    const tensors = infos.map((info) => ({ ...info, offset: dataStart + info.offset }));
    checkPlaces(tensors, source.size);
    return { version, metadata, tensors };
}

function readValue(cursor: ByteCursor, key: string): GgufValue {
    const number = cursor.u32();
    if (number !== arrayType) {
        const type = scalarTypeOf(number, key);
        return { type, value: cursor.scalar(type, key) } as GgufValue;
    }
    const of = scalarTypeOf(cursor.u32(), key); // llama.cpp reads no arrays of arrays either
    const length = cursor.count(`values of "${key}"`, bytesOf[of]);
    const value: Scalar[] = [];
    for (let i = 0; i < length; i++) value.push(cursor.scalar(of, key));
    return { type: 'array', of, value } as GgufValue;
}

const typeNames = new Map(Object.entries(scalarTypes).map(([name, number]) => [number, name as ScalarType]));

function scalarTypeOf(number: number, key: string): ScalarType {
    const name = typeNames.get(number as (typeof scalarTypes)[ScalarType]);
    if (name === undefined) throw new GgufProblem(`is damaged: "${key}" has the unknown type ${number}`);
    return name;
}

function alignmentOf(metadata: Metadata): number {
    const given = metadata.get(alignmentKey);
    if (given === undefined) return defaultAlignment;
    const { value } = given;
    if (
        given.type !== 'u32' ||
        typeof value !== 'number' ||
        value < 8 ||
        value > 1 << 16 ||
        (value & (value - 1)) !== 0
    )
        throw new GgufProblem('is damaged: its alignment is not a power of two');
    return value;
}

function readTensorInfo(cursor: ByteCursor, alignment: number): GgufTensor {
    const name = cursor.text('the name of a tensor', longestName);
    const dimensions = cursor.u32();
    if (dimensions < 1 || dimensions > mostDimensions)
        throw new GgufProblem(`is damaged: the tensor "${name}" has ${dimensions} dimensions`);
    const dims: number[] = [];
    for (let i = 0; i < dimensions; i++) dims.push(cursor.safeU64(`a dimension of "${name}"`));
    const type = cursor.u32();
    const offset = cursor.safeU64(`the place of "${name}"`);
    const values = dims.reduce((product, each) => product * each, 1);
    if (values < 1 || !Number.isSafeInteger(values))
        throw new GgufProblem(`is damaged: the tensor "${name}" has no possible size`);
    if (offset % alignment !== 0) throw new GgufProblem(`is damaged: the tensor "${name}" lies askew`);
    return { name, dims, type, offset };
}

/** Every tensor lies inside the file, none over another, no name twice. */
function checkPlaces(tensors: readonly GgufTensor[], size: number): void {
    const names = new Set<string>();
    let end = 0;
    for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset)) {
        if (names.has(tensor.name)) throw new GgufProblem(`is damaged: it has the tensor "${tensor.name}" twice`);
        names.add(tensor.name);
        if (tensor.offset < end) throw new GgufProblem(`is damaged: the tensor "${tensor.name}" lies over another`);
        end = tensor.offset + tensorBytes(tensor);
        if (end > size) throw new GgufProblem(`is cut off: it has ${bytes(size)} and needs ${bytes(end)} or more`);
    }
}

/** One byte at least for a type we do not know: newer files may hold such. */
function tensorBytes({ name, dims, type }: GgufTensor): number {
    const block = tensorBlocks[type];
    if (!block) return 1;
    if (dims[0]! % block.values !== 0) throw new GgufProblem(`is damaged: the rows of "${name}" are not whole blocks`);
    return (dims.reduce((product, each) => product * each, 1) / block.values) * block.bytes;
}

// all digits: a file may lack its last few
const bytes = (size: number): string => `${count(size)} bytes`;

/** Least bytes of one value. */
const bytesOf: Readonly<Record<ScalarType, number>> = {
    u8: 1,
    i8: 1,
    u16: 2,
    i16: 2,
    u32: 4,
    i32: 4,
    f32: 4,
    bool: 1,
    string: 8,
    u64: 8,
    i64: 8,
    f64: 8,
};

/** Walks through the source chunk by chunk and never past its end. */
class ByteCursor {
    readonly #source: ByteSource;
    readonly #decoder = new TextDecoder();
    #chunk: Uint8Array = new Uint8Array();
    #chunkStart = 0;
    position = 0;

    constructor(source: ByteSource) {
        this.#source = source;
    }

    /** The next bytes as a view. */
    #take(length: number): DataView {
        const { size } = this.#source;
        if (length > size - this.position) throw new GgufProblem(`is cut off in its header, after ${bytes(size)}`);
        const from = this.position - this.#chunkStart;
        if (from + length > this.#chunk.length) {
            this.#chunk = this.#source.read(
                this.position,
                Math.min(Math.max(length, chunkBytes), size - this.position),
            );
            this.#chunkStart = this.position;
        }
        const view = new DataView(
            this.#chunk.buffer,
            this.#chunk.byteOffset + (this.position - this.#chunkStart),
            length,
        );
        this.position += length;
        return view;
    }

    u32(): number {
        return this.#take(4).getUint32(0, true);
    }

    safeU64(what: string): number {
        const value = this.#take(8).getBigUint64(0, true);
        if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new GgufProblem(`is damaged: ${what} is ${value}`);
        return Number(value);
    }

    /** A count of things that each take at least so many bytes; more than fit into the file is refused. */
    count(what: string, leastBytes: number): number {
        const value = this.#take(8).getBigUint64(0, true);
        const most = Math.floor((this.#source.size - this.position) / leastBytes);
        if (value > BigInt(most)) throw new GgufProblem(`is damaged or cut off: it claims ${value} ${what}`);
        return Number(value);
    }

    text(what: string, longest = Infinity): string {
        const length = this.count(`bytes of ${what}`, 1);
        if (length > longest) throw new GgufProblem(`is damaged: ${what} is ${length} bytes long`);
        const { buffer, byteOffset } = this.#take(length);
        return this.#decoder.decode(new Uint8Array(buffer, byteOffset, length));
    }

    scalar(type: ScalarType, key: string): Scalar {
        switch (type) {
            case 'u8':
                return this.#take(1).getUint8(0);
            case 'i8':
                return this.#take(1).getInt8(0);
            case 'u16':
                return this.#take(2).getUint16(0, true);
            case 'i16':
                return this.#take(2).getInt16(0, true);
            case 'u32':
                return this.u32();
            case 'i32':
                return this.#take(4).getInt32(0, true);
            case 'f32':
                return this.#take(4).getFloat32(0, true);
            case 'bool':
                return this.#take(1).getUint8(0) !== 0;
            case 'string':
                return this.text(`"${key}"`);
            case 'u64':
                return this.#take(8).getBigUint64(0, true);
            case 'i64':
                return this.#take(8).getBigInt64(0, true);
            case 'f64':
                return this.#take(8).getFloat64(0, true);
            default:
                return type satisfies never;
        }
    }
}
