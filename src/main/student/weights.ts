/** Moves weights between the host's arrays and the runtime's tensors. */
import { badInput } from '../../shared/faults.ts';
import type { Parameter } from './gpt2/parameters.ts';
import { elementCount } from './onnx/graph.ts';
import type { NamedTensors, Runtime } from './runtime/runtime.ts';

/** One live tensor per parameter. @throws bad input for a missing tensor or one of another size */
export function loadWeights(
    runtime: Runtime,
    parameters: readonly Parameter[],
    weights: ReadonlyMap<string, Float32Array>,
): NamedTensors {
    const tensors = parameters.map(({ name, dims }) => {
        const values = weights.get(name);
        if (values?.length !== elementCount(dims)) {
            const found = values ? `has ${values.length} numbers instead of ${elementCount(dims)}` : 'is missing';
            throw badInput(
                `The weights do not fit the student: "${name}" ${found}. Choose the checkpoint this configuration belongs to.`,
            );
        }
        const tensor = runtime.tensor('float32', dims);
        tensor.write(values);
        return [name, tensor] as const;
    });
    return Object.fromEntries(tensors);
}

/** Copies of the live weights, by name. */
export function readWeights(weights: NamedTensors): Map<string, Float32Array> {
    return new Map(
        Object.entries(weights).map(([name, tensor]) => [name, Float32Array.from(tensor.read() as Float32Array)]),
    );
}

/**
 * Frees arrays that were loaded and are no longer read. Nothing else would prompt the garbage collector to find them,
 * and they are as large as the student.
 */
export function discardWeights(weights: ReadonlyMap<string, Float32Array>): void {
    for (const { buffer } of weights.values()) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
