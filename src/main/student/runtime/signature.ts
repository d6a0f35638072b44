/**
 * What runtimes share: a compiled graph's inputs and outputs, and the checks before binding. A wrong name, type or
 * shape is reported here, in words, and never reaches native code.
 */
import { elementCount } from '../onnx/graph.ts';
import type { NamedTensors, Elements } from './runtime.ts';

/**
 * onnxruntime optimisers that undo what our graphs do on purpose: the first moves transpositions into products; the
 * second fuses a mask with a softmax, the only operator that would need cuDNN on CUDA.
 */
export const UNWANTED_OPTIMISERS = 'MatmulTransposeFusion;BiasSoftmaxFusion';

/** One input or output of a graph; null stands for a dimension that is only known at run time. */
export interface Port {
    readonly name: string;
    readonly type: string;
    readonly dims: readonly (number | null)[];
}

export interface Signature {
    readonly inputs: readonly Port[];
    readonly outputs: readonly Port[];
}

/** Copies values into a tensor's memory. @throws where the element type or the number of values differs */
export function copyInto(target: Elements, values: Elements, dims: readonly number[]): void {
    if (values.length !== target.length) {
        throw new Error(`a tensor of shape [${dims.join(', ')}] was given ${values.length} values`);
    }
    if (target instanceof Float32Array && values instanceof Float32Array) target.set(values);
    else if (target instanceof BigInt64Array && values instanceof BigInt64Array) target.set(values);
    else if (target instanceof Int32Array && values instanceof Int32Array) target.set(values);
    else throw new Error(`a tensor held in a ${target.constructor.name} was given a ${values.constructor.name}`);
}

/** @throws unless the elements lie within a tensor of that shape */
export function checkPart(dims: readonly number[], from: number, count: number): void {
    const isWithin = Number.isInteger(from) && Number.isInteger(count) && from >= 0 && count >= 0;
    if (!isWithin || from + count > elementCount(dims))
        throw new Error(`a tensor of shape [${dims.join(', ')}] has no ${count} elements from ${from} on`);
}

function describe(type: string, dims: readonly (number | null)[]): string {
    return `${type} [${dims.map((dim) => dim ?? '?').join(', ')}]`;
}

function checkSide(side: 'input' | 'output', ports: readonly Port[], bound: NamedTensors): void {
    for (const port of ports) {
        const tensor = bound[port.name];
        if (tensor === undefined) throw new Error(`${side} '${port.name}' is not bound`);
        const fits =
            tensor.type === port.type &&
            tensor.dims.length === port.dims.length &&
            port.dims.every((dim, axis) => dim === null || dim === tensor.dims[axis]);
        if (!fits) {
            const expected = describe(port.type, port.dims);
            throw new Error(
                `${side} '${port.name}' is ${expected}; it was bound to ${describe(tensor.type, tensor.dims)}`,
            );
        }
    }
    for (const name of Object.keys(bound)) {
        if (!ports.some((port) => port.name === name)) throw new Error(`the graph has no ${side} '${name}'`);
    }
}

/** @throws unless every input and output is bound once, to a tensor of its type and shape */
export function checkBound(signature: Signature, inputs: NamedTensors, outputs: NamedTensors): void {
    checkSide('input', signature.inputs, inputs);
    checkSide('output', signature.outputs, outputs);
    if (new Set(Object.values(outputs)).size !== Object.keys(outputs).length) {
        throw new Error('two outputs are bound to the same tensor');
    }
}

export function threadsInWords(threads: number): string {
    return threads === 1 ? '1 thread' : `${threads} threads`;
}
