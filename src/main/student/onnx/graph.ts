/**
 * Builds one ONNX graph with static shapes. Every value carries its type and dims, so a wrong shape is refused here
 * with a readable message instead of failing deep inside onnxruntime. Names count up from the operator (`MatMul_17`),
 * so the same calls give the same bytes.
 */
import { dataTypes, encodeModel } from './protobuf.ts';
import type { Attribute, DataType, InitializerDeclaration, NodeDeclaration } from './protobuf.ts';
import { inMixedPrecision } from './mixed-precision.ts';
import { withStandardProducts } from './standard-products.ts';
import { processor, type Target } from './target.ts';
import { withoutTranspositions } from './transposed-products.ts';

export type Dims = readonly number[];

/** A tensor inside a graph: produced by a node, an input, or a constant. */
export interface Value {
    readonly name: string;
    readonly type: DataType;
    readonly dims: Dims;
}

interface Produced {
    readonly type: DataType;
    readonly dims: Dims;
}

type Constant = Float32Array | Int32Array | BigInt64Array | Uint32Array;

/**
 * The number of elements of a tensor; a scalar (no dims) has one.
 * @throws where a dimension is not a whole number from 0
 */
export function elementCount(dims: Dims): number {
    for (const dim of dims)
        if (!Number.isSafeInteger(dim) || dim < 0) throw new Error(`[${dims.join(', ')}] is not a shape`);
    return dims.reduce((product, dim) => product * dim, 1);
}

function sameDims(a: Dims, b: Dims): boolean {
    return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** NumPy's broadcasting rule, as ONNX has it: align on the right; an axis of 1 stretches. */
function broadcast(a: Value, b: Value): Dims {
    const rank = Math.max(a.dims.length, b.dims.length);
    return Array.from({ length: rank }, (_, axis) => {
        const x = a.dims[axis - rank + a.dims.length] ?? 1;
        const y = b.dims[axis - rank + b.dims.length] ?? 1;
        if (x !== y && x !== 1 && y !== 1) throw new Error(`cannot broadcast ${describe(a)} with ${describe(b)}`);
        return x === 1 ? y : x;
    });
}

function describe({ name, type, dims }: Value): string {
    return `${name} ${type}[${dims.join(', ')}]`;
}

function constantType(values: Constant): DataType {
    if (values instanceof Float32Array) return 'float32';
    if (values instanceof Int32Array) return 'int32';
    return values instanceof Uint32Array ? 'uint32' : 'int64';
}

export class Graph {
    readonly name: string;
    readonly #nodes: NodeDeclaration[] = [];
    readonly #inputs = new Map<string, Value>();
    readonly #outputs = new Map<string, Value>();
    readonly #produced = new Map<string, Produced>();
    readonly #inFloat32 = new Set<string>();
    /** Values that leave the graph under a name other than the one their node gave them. */
    readonly #renamed = new Map<string, string>();
    readonly #constants = new Map<string, InitializerDeclaration>();
    readonly #made = new Map<string, Value>();
    readonly #weights = new Map<string, Value>();
    #counter = 0;

    readonly #mayRound: boolean;

    /** @param mayRound whether a target's precision applies to the graph; weights and moments are never rounded */
    constructor(name: string, { mayRound = false } = {}) {
        this.name = name;
        this.#mayRound = mayRound;
    }

    // ---- the border ------------------------------------------------------------------------------------------------

    input(name: string, dims: Dims, type: DataType = 'float32'): Value {
        if (this.#inputs.has(name)) throw new Error(`the graph already has an input "${name}"`);
        const value = { name, type, dims };
        this.#inputs.set(name, value);
        return value;
    }

    get inputs(): readonly Value[] {
        return [...this.#inputs.values()];
    }

    get outputs(): readonly Value[] {
        return [...this.#outputs.values()];
    }

    /**
     * Makes a value an output under this name. Inputs, constants and values that are outputs already are copied first,
     * because a buffer can have one name only.
     */
    output(name: string, value: Value): void {
        if (this.#outputs.has(name)) throw new Error(`the graph already has an output "${name}"`);
        const isFree = this.#produced.has(value.name) && !this.#renamed.has(value.name);
        const leaving = isFree ? value : this.node('Identity', [value], value);
        this.#renamed.set(leaving.name, name);
        this.#outputs.set(name, { ...leaving, name });
    }

    // ---- constants (equal ones are kept once) ----------------------------------------------------------------------

    constant(values: Constant, dims: Dims = [values.length]): Value {
        const type = constantType(values);
        if (elementCount(dims) !== values.length)
            throw new Error(`${values.length} constants cannot have dims [${dims.join(', ')}]`);
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        const key = `${type}[${dims.join()}]:${Buffer.from(bytes).toString('base64')}`;
        const known = this.#constants.get(key);
        if (known) return { name: known.name, type, dims };
        const name = `constant_${this.#constants.size}`;
        this.#constants.set(key, { name, type, dims, bytes });
        return { name, type, dims };
    }

    /** A constant whose values take long to make: they are made once for each key. */
    constantOnce(key: string, make: () => Constant, dims: Dims): Value {
        const known = this.#made.get(key) ?? this.constant(make(), dims);
        this.#made.set(key, known);
        return known;
    }

    /** A float32 scalar. */
    scalar(value: number): Value {
        return this.constant(Float32Array.of(value), []);
    }

    /** An int64 vector: shapes, axes, positions. */
    integers(values: readonly number[]): Value {
        return this.constant(BigInt64Array.from(values, BigInt));
    }

    /** A constant whose values are supplied when the graph is compiled. */
    weight(name: string, dims: Dims, type: DataType = 'float32'): Value {
        if (this.#weights.has(name)) throw new Error(`the graph already has weights "${name}"`);
        const value = { name, type, dims };
        this.#weights.set(name, value);
        return value;
    }

    // ---- nodes -----------------------------------------------------------------------------------------------------

    /** A node with several outputs. `null` among the inputs leaves an optional one out. */
    nodes<const T extends readonly Produced[]>(
        operator: string,
        inputs: readonly (Value | null)[],
        produced: T,
        attributes: Readonly<Record<string, Attribute>> = {},
        domain: '' | 'com.microsoft' = '',
    ): { readonly [K in keyof T]: Value } {
        const outputs = produced.map(({ type, dims }) => ({ name: `${operator}_${this.#counter++}`, type, dims }));
        for (const output of outputs) this.#produced.set(output.name, output);
        this.#nodes.push({
            operator,
            domain,
            inputs: inputs.map((input) => input?.name ?? ''),
            outputs: outputs.map(({ name }) => name),
            attributes,
        });
        return outputs as { [K in keyof T]: Value };
    }

    node(
        operator: string,
        inputs: readonly (Value | null)[],
        produced: Produced,
        attributes: Readonly<Record<string, Attribute>> = {},
        domain: '' | 'com.microsoft' = '',
    ): Value {
        return this.nodes(operator, inputs, [{ type: produced.type, dims: produced.dims }], attributes, domain)[0];
    }

    unary(operator: string, x: Value): Value {
        return this.node(operator, [x], x);
    }

    binary(operator: string, a: Value, b: Value): Value {
        if (a.type !== b.type) throw new Error(`${operator} needs one type, got ${describe(a)} and ${describe(b)}`);
        return this.node(operator, [a, b], { type: a.type, dims: broadcast(a, b) });
    }

    add(a: Value, b: Value): Value {
        return this.binary('Add', a, b);
    }

    subtract(a: Value, b: Value): Value {
        return this.binary('Sub', a, b);
    }

    multiply(a: Value, b: Value): Value {
        return this.binary('Mul', a, b);
    }

    divide(a: Value, b: Value): Value {
        return this.binary('Div', a, b);
    }

    /** Equal, Greater, GreaterOrEqual, Less, LessOrEqual → bool. */
    compare(operator: string, a: Value, b: Value): Value {
        return this.node(operator, [a, b], { type: 'bool', dims: broadcast(a, b) });
    }

    /** And, Or of booleans → bool. */
    logical(operator: 'And' | 'Or', a: Value, b: Value): Value {
        return this.node(operator, [a, b], { type: 'bool', dims: broadcast(a, b) });
    }

    cast(x: Value, type: DataType): Value {
        if (x.type === type) return x;
        return this.node('Cast', [x], { type, dims: x.dims }, { to: dataTypes[type] });
    }

    /** alpha · A·B over the last two axes; leading axes broadcast. Either side may be read transposed. */
    matmul(a: Value, b: Value, { transposeA = false, transposeB = false, alpha = 1 } = {}): Value {
        const [rows, innerA] = lastTwo(a, transposeA);
        const [innerB, columns] = lastTwo(b, transposeB);
        if (innerA !== innerB) throw new Error(`cannot multiply ${describe(a)} by ${describe(b)}`);
        const batch = broadcast({ ...a, dims: a.dims.slice(0, -2) }, { ...b, dims: b.dims.slice(0, -2) });
        const produced: Produced = { type: a.type, dims: [...batch, rows, columns] };
        if (!transposeA && !transposeB && alpha === 1) return this.node('MatMul', [a, b], produced);
        const attributes = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: alpha } };
        return this.node('FusedMatMul', [a, b], produced, attributes, 'com.microsoft');
    }

    reshape(x: Value, dims: Dims): Value {
        if (elementCount(dims) !== elementCount(x.dims))
            throw new Error(`cannot reshape ${describe(x)} to [${dims.join(', ')}]`);
        if (sameDims(dims, x.dims)) return x;
        return this.node('Reshape', [x, this.integers(dims)], { type: x.type, dims });
    }

    transpose(x: Value, order: readonly number[]): Value {
        return this.node('Transpose', [x], { type: x.type, dims: order.map((axis) => x.dims[axis]!) }, { perm: order });
    }

    /** The same value, of a product that must not round what it multiplies to bf16. */
    keptFloat32(product: Value): Value {
        this.#inFloat32.add(product.name);
        return product;
    }

    /** Equal parts along an axis. */
    split(x: Value, axis: number, parts: number): readonly Value[] {
        if (parts === 1) return [x];
        const dims = x.dims.with(axis, x.dims[axis]! / parts);
        const produced = Array.from({ length: parts }, (): Produced => ({ type: x.type, dims }));
        return this.nodes('Split', [x], produced, { axis, num_outputs: parts });
    }

    /** Parts of the given lengths along an axis. */
    splitBy(x: Value, axis: number, lengths: readonly number[]): readonly Value[] {
        const produced = lengths.map((length): Produced => ({ type: x.type, dims: x.dims.with(axis, length) }));
        return this.nodes('Split', [x, this.integers(lengths)], produced, { axis });
    }

    concat(values: readonly Value[], axis: number): Value {
        const [first] = values;
        if (!first) throw new Error('nothing to concatenate');
        const dims = first.dims.with(
            axis,
            values.reduce((sum, value) => sum + value.dims[axis]!, 0),
        );
        return this.node('Concat', values, { type: first.type, dims }, { axis });
    }

    /** [from, to) along an axis. */
    slice(x: Value, axis: number, from: number, to: number): Value {
        const dims = x.dims.with(axis, to - from);
        if (sameDims(dims, x.dims)) return x;
        return this.node('Slice', [x, this.integers([from]), this.integers([to]), this.integers([axis])], {
            type: x.type,
            dims,
        });
    }

    /** Zeros before and after, along an axis. */
    pad(x: Value, axis: number, before: number, after: number): Value {
        if (before === 0 && after === 0) return x;
        const widths = new Array<number>(2 * x.dims.length).fill(0);
        widths[axis] = before;
        widths[x.dims.length + axis] = after;
        const dims = x.dims.with(axis, before + x.dims[axis]! + after);
        return this.node('Pad', [x, this.integers(widths)], { type: x.type, dims });
    }

    gather(x: Value, indices: Value, axis = 0): Value {
        const dims = [...x.dims.slice(0, axis), ...indices.dims, ...x.dims.slice(axis + 1)];
        return this.node('Gather', [x, indices], { type: x.type, dims }, { axis });
    }

    /** ReduceSum, ReduceMean, ReduceSumSquare, ReduceMax … over axes. With `keep`, reduced axes stay with length 1. */
    reduce(operator: string, x: Value, axes: readonly number[], keep: boolean): Value {
        const dims = x.dims.flatMap((dim, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [dim]));
        return this.node(operator, [x, this.integers(axes)], { type: x.type, dims }, { keepdims: Number(keep) });
    }

    /** The sum of all elements, a scalar. */
    total(x: Value): Value {
        return this.reduce('ReduceSum', x, [...x.dims.keys()], false);
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** The graph as an ONNX model. */
    model(target: Target = processor): Uint8Array {
        const leaving = (name: string): string => this.#renamed.get(name) ?? name;
        const nodes = this.nodesFor(target);
        return encodeModel({
            name: this.name,
            nodes: nodes.map((node) => ({
                ...node,
                inputs: node.inputs.map(leaving),
                outputs: node.outputs.map(leaving),
            })),
            initializers: [...this.#constants.values()],
            weights: [...this.#weights.values()],
            inputs: this.inputs,
            outputs: this.outputs,
        });
    }

    /** The nodes in the operators and types that the target has kernels for; the processor's are those declared. */
    nodesFor({ kernels, precision, isImitated = false }: Target): readonly NodeDeclaration[] {
        if (kernels === 'cpu') return this.#nodes;
        const dimsOf = (name: string): Dims => this.declared(name).dims;
        if (kernels === 'webgpu')
            return this.#nodes.flatMap((node) =>
                withStandardProducts(node, dimsOf, (value) => this.scalar(value).name),
            );
        const nodes = withoutTranspositions(this.#nodes);
        if (precision !== 'bf16' || !this.#mayRound) return nodes;
        const adapting = new Set(
            this.#nodes.flatMap(({ operator, inputs, outputs }) =>
                operator === 'Cast' && this.declared(inputs[0]!).type === 'bool' ? outputs : [],
            ),
        );
        const constants = new Set([...this.#constants.values()].map(({ name }) => name));
        const values = {
            isFloat: (name: string) => this.declared(name).type === 'float32',
            adapts: (name: string) => constants.has(name) || adapting.has(name),
            dimsOf,
            isOutput: (name: string) => this.#renamed.has(name),
            staysFloat32: (name: string) => this.#inFloat32.has(name),
        };
        return inMixedPrecision(nodes, values, isImitated);
    }

    /** The type and dims of a value by its name. @throws for a name that the graph does not have */
    declared(name: string): Produced {
        const known = this.#produced.get(name) ?? this.#inputs.get(name) ?? this.#weights.get(name);
        const found = known ?? [...this.#constants.values()].find((each) => each.name === name);
        if (found === undefined) throw new Error(`the graph "${this.name}" has no value "${name}"`);
        return found;
    }
}

function lastTwo(x: Value, transposed: boolean): readonly [number, number] {
    const rows = x.dims.at(-2);
    const columns = x.dims.at(-1);
    if (rows === undefined || columns === undefined) throw new Error(`${describe(x)} is not a matrix`);
    return transposed ? [columns, rows] : [rows, columns];
}
