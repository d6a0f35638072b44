/** Reverse-mode differentiation: walks the tape backwards once and sums what each rule contributes. */
import type { Graph, Value } from '../onnx/graph.ts';
import { gradients } from './gradients.ts';
import type { Contribution } from './gradients.ts';
import type { Operation, Tape } from './operations.ts';

type AnyRule = (graph: Graph, operation: Operation, dy: Value) => readonly Contribution[];

/**
 * Adds the backward pass to the tape's graph: the gradients of Σ y·dy, with dy shaped like y (for a loss, y is a scalar
 * and dy is 1). Gradients of the values in `startAt` start from the value given there instead of zero (accumulation
 * over micro-batches). Returns the gradient of any value that y depends on.
 * @throws an error that names an operation without a rule
 */
export function differentiate(
    tape: Tape,
    y: Value,
    dy: Value,
    startAt: ReadonlyMap<Value, Value> = new Map(),
): (value: Value) => Value {
    const { graph } = tape;
    const sums = new Map<string, Value>([...startAt].map(([value, start]) => [value.name, start]));
    sums.set(y.name, dy);

    for (const operation of tape.operations.toReversed()) {
        const dOperation = sums.get(operation.y.name);
        if (!dOperation) continue; // y does not depend on it
        const rule = gradients[operation.op] as AnyRule | undefined;
        if (!rule) throw new Error(`no gradient rule for the operation "${operation.op}"`);
        for (const contribution of rule(graph, operation, dOperation)) {
            const { name } = contribution.of;
            const soFar = sums.get(name);
            sums.set(name, soFar ? addTo(graph, soFar, contribution) : alone(graph, contribution));
        }
    }

    return (value) => {
        const gradient = sums.get(value.name);
        if (!gradient) throw new Error(`"${y.name}" does not depend on "${value.name}"`);
        return gradient;
    };
}

/** The sum so far comes first: where both share a buffer, Add reads each element before it writes it. */
function addTo(graph: Graph, soFar: Value, contribution: Contribution): Value {
    return 'addTo' in contribution ? contribution.addTo(soFar) : graph.add(soFar, contribution.gradient);
}

function alone(graph: Graph, contribution: Contribution): Value {
    if ('gradient' in contribution) return contribution.gradient;
    const { type, dims } = contribution.of;
    return contribution.addTo(graph.node('ConstantOfShape', [graph.integers(dims)], { type, dims }));
}
