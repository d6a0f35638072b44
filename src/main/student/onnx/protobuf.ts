/**
 * Encodes ONNX models: the few protobuf messages a graph needs, written by hand. Field numbers from onnx.proto3, IR
 * version 10 (https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto3).
 */
const IR_VERSION = 10;
const OPERATOR_SET = 21;
const MICROSOFT_OPERATOR_SET = 1;

/** TensorProto.DataType. */
export const dataTypes = {
    float32: 1,
    uint8: 2,
    int32: 6,
    int64: 7,
    bool: 9,
    uint32: 12,
    uint64: 13,
    bfloat16: 16,
} as const;
export type DataType = keyof typeof dataTypes;

/** A plain number becomes an INT, `{ float }` a FLOAT (so that 1.0 is not mistaken for 1), a list INTS. */
export type Attribute = number | { readonly float: number } | string | readonly number[];

export interface TensorDeclaration {
    readonly name: string;
    readonly type: DataType;
    readonly dims: readonly number[];
}

/** An input or output of a model; null dims accept every shape. */
export type PortDeclaration = Omit<TensorDeclaration, 'dims'> & { readonly dims: readonly number[] | null };

export interface InitializerDeclaration extends TensorDeclaration {
    /** Little-endian, row-major. */
    readonly bytes: Uint8Array;
}

export interface NodeDeclaration {
    readonly operator: string;
    readonly domain: '' | 'com.microsoft';
    /** An empty name stands for an optional input or output that is left out. */
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ModelDeclaration {
    readonly name: string;
    readonly nodes: readonly NodeDeclaration[];
    readonly initializers: readonly InitializerDeclaration[];
    /** Constants whose values are supplied when the model is compiled. */
    readonly weights: readonly TensorDeclaration[];
    readonly inputs: readonly PortDeclaration[];
    readonly outputs: readonly PortDeclaration[];
}

const utf8 = new TextEncoder();

/** One protobuf message under construction; fields are written in the order of the calls. */
class Message {
    readonly #parts: Uint8Array[] = [];
    #length = 0;

    int(field: number, value: number): this {
        return this.#varint(field << 3).#varint(value);
    }

    float(field: number, value: number): this {
        return this.#varint((field << 3) | 5).#append(new Uint8Array(Float32Array.of(value).buffer));
    }

    bytes(field: number, value: Uint8Array): this {
        return this.#varint((field << 3) | 2)
            .#varint(value.length)
            .#append(value);
    }

    text(field: number, value: string): this {
        return this.bytes(field, utf8.encode(value));
    }

    message(field: number, value: Message): this {
        return this.bytes(field, value.finish());
    }

    packed(field: number, values: readonly number[]): this {
        const packed = new Message();
        for (const value of values) packed.#varint(value);
        return this.message(field, packed);
    }

    finish(): Uint8Array {
        const whole = new Uint8Array(this.#length);
        let at = 0;
        for (const part of this.#parts) {
            whole.set(part, at);
            at += part.length;
        }
        return whole;
    }

    /** Negative numbers take ten bytes: two's complement in 64 bits. */
    #varint(value: number): this {
        const groups: number[] = [];
        let rest = BigInt.asUintN(64, BigInt(value));
        for (; rest > 127n; rest >>= 7n) groups.push(Number(rest & 127n) | 128);
        groups.push(Number(rest));
        return this.#append(Uint8Array.from(groups));
    }

    #append(part: Uint8Array): this {
        this.#parts.push(part);
        this.#length += part.length;
        return this;
    }
}

/** ValueInfoProto: name = 1, type = 2 → tensor_type = 1 → elem_type = 1, shape = 2 → dim = 1 → dim_value = 1. */
function valueInfo({ name, type, dims }: PortDeclaration): Message {
    const tensorType = new Message().int(1, dataTypes[type]);
    if (dims !== null) {
        const shape = new Message();
        for (const dim of dims) shape.message(1, new Message().int(1, dim));
        tensorType.message(2, shape);
    }
    return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}

/** TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9. */
function initializer({ name, type, dims, bytes }: InitializerDeclaration): Message {
    return new Message().packed(1, dims).int(2, dataTypes[type]).text(8, name).bytes(9, bytes);
}

/** As `initializer`, with external_data = 13 → key = 1, value = 2; data_location = 14 (EXTERNAL 1). */
function weight({ name, type, dims }: TensorDeclaration): Message {
    const location = new Message().text(1, 'location').text(2, name);
    return new Message().packed(1, dims).int(2, dataTypes[type]).text(8, name).message(13, location).int(14, 1);
}

/** AttributeProto: name = 1, f = 2, i = 3, s = 4, ints = 8, type = 20 (FLOAT 1, INT 2, STRING 3, INTS 7). */
function attribute(name: string, value: Attribute): Message {
    const message = new Message().text(1, name);
    if (typeof value === 'number') return message.int(3, value).int(20, 2);
    if (typeof value === 'string') return message.text(4, value).int(20, 3);
    if ('float' in value) return message.float(2, value.float).int(20, 1);
    for (const item of value) message.int(8, item);
    return message.int(20, 7);
}

/** NodeProto: input = 1, output = 2, op_type = 4, attribute = 5, domain = 7. */
function node({ operator, domain, inputs, outputs, attributes }: NodeDeclaration): Message {
    const message = new Message();
    for (const name of inputs) message.text(1, name);
    for (const name of outputs) message.text(2, name);
    message.text(4, operator);
    for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value));
    return domain === '' ? message : message.text(7, domain);
}

/**
 * GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12. ModelProto: ir_version = 1, graph = 7,
 * opset_import = 8.
 */
export function encodeModel(model: ModelDeclaration): Uint8Array {
    const graph = new Message();
    for (const each of model.nodes) graph.message(1, node(each));
    graph.text(2, model.name);
    for (const each of model.initializers) graph.message(5, initializer(each));
    for (const each of model.weights) graph.message(5, weight(each));
    for (const each of model.inputs) graph.message(11, valueInfo(each));
    for (const each of model.outputs) graph.message(12, valueInfo(each));
    return new Message()
        .int(1, IR_VERSION)
        .text(2, 'storyloop')
        .message(7, graph)
        .message(8, new Message().text(1, '').int(2, OPERATOR_SET))
        .message(8, new Message().text(1, 'com.microsoft').int(2, MICROSOFT_OPERATOR_SET))
        .finish();
}
