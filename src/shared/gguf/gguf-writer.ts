/** Writes a GGUF file, version 3, piece by piece: a model of any size needs the memory of one tensor. */
import {
    aligned,
    alignmentKey,
    arrayType,
    defaultAlignment,
    magic,
    scalarTypes,
    tensorBlocks,
    type Metadata,
    type Scalar,
    type ScalarType,
} from './gguf.ts';

/** What weights can be written as, with the number of the type. */
const writtenTypes = { F32: 0, F16: 1, Q8_0: 8 } as const;

export interface TensorToWrite {
    readonly name: string;
    /** ne0 first: a matrix (out, in) in row-major order has dims [in, out]. */
    readonly dims: readonly number[];
    readonly type: keyof typeof writtenTypes;
    /** Row-major; a function is called only when the tensor is written. */
    readonly data: Float32Array | (() => Float32Array);
}

/** The bytes of the file in order. @throws where a tensor's data does not fit its dimensions */
export function* writeGguf(metadata: Metadata, tensors: readonly TensorToWrite[]): Generator<Uint8Array> {
    if (metadata.has(alignmentKey)) throw new Error('files are written with the alignment 32');
    const header = new ByteWriter();
    header.u32(magic);
    header.u32(3);
    header.u64(tensors.length);
    header.u64(metadata.size);
    for (const [key, entry] of metadata) {
        header.text(key);
        if (entry.type === 'array') {
            header.u32(arrayType);
            header.u32(scalarTypes[entry.of]);
            header.u64(entry.value.length);
            for (const value of entry.value) header.scalar(entry.of, value);
        } else {
            header.u32(scalarTypes[entry.type]);
            header.scalar(entry.type, entry.value);
        }
    }
    let offset = 0;
    for (const tensor of tensors) {
        header.text(tensor.name);
        header.u32(tensor.dims.length);
        for (const dimension of tensor.dims) header.u64(dimension);
        header.u32(writtenTypes[tensor.type]);
        header.u64(offset);
        offset += aligned(byteLength(tensor), defaultAlignment);
    }
    header.pad(defaultAlignment);
    yield header.bytes();
    for (const tensor of tensors) {
        const values = typeof tensor.data === 'function' ? tensor.data() : tensor.data;
        if (values.length !== valuesIn(tensor))
            throw new Error(`${tensor.name} has ${values.length} values for [${tensor.dims.join(', ')}]`);
        const bytes = encode(values, tensor.type);
        yield bytes;
        yield new Uint8Array(aligned(bytes.length, defaultAlignment) - bytes.length);
    }
}

const valuesIn = ({ dims }: TensorToWrite): number => dims.reduce((product, each) => product * each, 1);

function byteLength(tensor: TensorToWrite): number {
    const block = tensorBlocks[writtenTypes[tensor.type]]!;
    if (tensor.dims[0]! % block.values !== 0)
        throw new Error(`${tensor.name} has rows of ${tensor.dims[0]}, which ${tensor.type} cannot hold`);
    return (valuesIn(tensor) / block.values) * block.bytes;
}

function encode(values: Float32Array, type: TensorToWrite['type']): Uint8Array {
    switch (type) {
        case 'F32':
            return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        case 'F16':
            return new Uint8Array(new Float16Array(values).buffer);
        case 'Q8_0':
            return quantise(values);
        default:
            return type satisfies never;
    }
}

/** Blocks of 32 bytes q with one scale d: x ≈ d·q (ggml's quantize_row_q8_0_ref). */
function quantise(values: Float32Array): Uint8Array {
    const blocks = values.length / 32;
    const view = new DataView(new ArrayBuffer(blocks * 34));
    for (let block = 0; block < blocks; block++) {
        let largest = 0;
        for (let i = 0; i < 32; i++) largest = Math.max(largest, Math.abs(values[block * 32 + i]!));
        const scale = largest / 127;
        view.setFloat16(block * 34, scale, true);
        for (let i = 0; i < 32; i++)
            view.setInt8(block * 34 + 2 + i, scale === 0 ? 0 : Math.round(values[block * 32 + i]! / scale));
    }
    return new Uint8Array(view.buffer);
}

/** Bytes that grow by doubling. */
class ByteWriter {
    #view = new DataView(new ArrayBuffer(1 << 16));
    #length = 0;
    readonly #encoder = new TextEncoder();

    #grow(by: number): number {
        const at = this.#length;
        this.#length += by;
        if (this.#length > this.#view.byteLength) {
            const larger = new Uint8Array(Math.max(2 * this.#view.byteLength, this.#length));
            larger.set(new Uint8Array(this.#view.buffer));
            this.#view = new DataView(larger.buffer);
        }
        return at;
    }

    bytes(): Uint8Array {
        return new Uint8Array(this.#view.buffer, 0, this.#length);
    }

    pad(alignment: number): void {
        this.#grow(aligned(this.#length, alignment) - this.#length);
    }

    u32(value: number): void {
        const at = this.#grow(4); // first: it may replace the view
        this.#view.setUint32(at, value, true);
    }

    u64(value: number): void {
        this.scalar('u64', BigInt(value));
    }

    text(value: string): void {
        const bytes = this.#encoder.encode(value);
        this.u64(bytes.length);
        const at = this.#grow(bytes.length);
        new Uint8Array(this.#view.buffer).set(bytes, at);
    }

    scalar(type: ScalarType, value: Scalar): void {
        if (type === 'string') return this.text(String(value));
        if (type === 'u64' || type === 'i64') {
            const at = this.#grow(8);
            this.#view.setBigInt64(at, BigInt.asIntN(64, BigInt(value)), true);
            return;
        }
        const [bytes, set] = setters[type];
        const at = this.#grow(bytes);
        set(this.#view, at, Number(value));
    }
}

type Setter = (view: DataView, at: number, value: number) => void;
const setters: Readonly<Record<Exclude<ScalarType, 'string' | 'u64' | 'i64'>, readonly [number, Setter]>> = {
    u8: [1, (view, at, value) => view.setUint8(at, value)],
    i8: [1, (view, at, value) => view.setInt8(at, value)],
    u16: [2, (view, at, value) => view.setUint16(at, value, true)],
    i16: [2, (view, at, value) => view.setInt16(at, value, true)],
    u32: [4, (view, at, value) => view.setUint32(at, value, true)],
    i32: [4, (view, at, value) => view.setInt32(at, value, true)],
    f32: [4, (view, at, value) => view.setFloat32(at, value, true)],
    f64: [8, (view, at, value) => view.setFloat64(at, value, true)],
    bool: [1, (view, at, value) => view.setUint8(at, value)],
};
