/**
 * bf16 as a rewriting of a finished float32 graph, so that gradients come from the same table of rules. Products
 * multiply bf16 and add up in float32, as their kernels do; what follows a product stays bf16 as long as all its
 * operands are; everything that is not listed here stays float32. Weights come and gradients leave in float32.
 */
import type { NodeDeclaration } from './protobuf.ts';
import { dataTypes } from './protobuf.ts';

const products = new Set(['MatMul', 'Gemm', 'FusedMatMul']);
/** Bf16 where all operands are. Softmax and ReduceSum sum in float32 inside their kernels. */
const followers = new Set(['Add', 'Sub', 'Mul', 'Neg', 'Sigmoid', 'Softmax', 'ReduceSum']);
/** The same, and nothing is rounded. */
const movers = new Set(['Reshape', 'Transpose', 'Split', 'Concat', 'Slice', 'Where']);

/** What the rewriting has to know of a graph's values. */
export interface GraphValues {
    isFloat(name: string): boolean;
    /** Constants, and masks made of booleans: they have no precision of their own. */
    adapts(name: string): boolean;
    dimsOf(name: string): readonly number[];
    isOutput(name: string): boolean;
    /** Products that must not round what they multiply. */
    staysFloat32(name: string): boolean;
}

type Held = 'float32' | 'bf16';
const elementTypes = { float32: 'float32', bf16: 'bfloat16' } as const;

/** The graph's nodes with casts between them. `isImitated`: see Target. */
export function inMixedPrecision(
    nodes: readonly NodeDeclaration[],
    values: GraphValues,
    isImitated: boolean,
): readonly NodeDeclaration[] {
    const written: NodeDeclaration[] = [];
    const inBf16 = new Set<string>(); // computed in bf16
    const masks = new Map<string, string>(); // by the booleans they are made of, written where they are read
    const known = new Set<string>(); // already written in a precision they were not computed in

    const cast = (from: string, to: string, type: 'float32' | 'bfloat16'): void => {
        written.push({
            operator: 'Cast',
            domain: '',
            inputs: [from],
            outputs: [to],
            attributes: { to: dataTypes[type] },
        });
    };
    const round = (from: string, to: string): void => {
        if (!isImitated) return cast(from, to, 'bfloat16');
        cast(from, `${to}_short`, 'bfloat16');
        cast(`${to}_short`, to, 'float32');
    };
    const widen = (from: string, to: string): void => {
        if (!isImitated) return cast(from, to, 'float32');
        written.push({ operator: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: {} });
    };
    /** The name under which a value can be read in the given precision. */
    const read = (name: string, precision: Held): string => {
        if (name === '' || !values.isFloat(name)) return name;
        const short = `${name}_bf16`;
        const named = precision === 'bf16' ? short : name;
        const booleans = masks.get(name);
        const isThere = booleans === undefined && inBf16.has(name) === (precision === 'bf16');
        if (!isThere && !known.has(named)) {
            if (booleans !== undefined) cast(booleans, named, isImitated ? 'float32' : elementTypes[precision]);
            else if (precision === 'bf16') round(name, short);
            else widen(short, name);
            known.add(named);
        }
        return named;
    };
    const precisionOf = (node: NodeDeclaration): Held => {
        const [y] = node.outputs as readonly [string];
        if (!values.isFloat(y)) return 'float32';
        if (products.has(node.operator)) {
            const isThin = values.dimsOf(y).slice(-2).includes(1); // a sum in disguise, bound by memory anyway
            return isThin || values.staysFloat32(y) ? 'float32' : 'bf16';
        }
        if (!followers.has(node.operator) && !movers.has(node.operator)) return 'float32';
        const operands = node.inputs.filter((name) => name !== '' && values.isFloat(name) && !values.adapts(name));
        return operands.length > 0 && operands.every((name) => inBf16.has(name)) ? 'bf16' : 'float32';
    };

    for (const node of nodes) {
        const [y] = node.outputs as readonly [string];
        if (node.operator === 'Cast' && values.adapts(y)) {
            masks.set(y, node.inputs[0]!);
            if (values.isOutput(y)) read(y, 'float32');
            continue;
        }
        const precision = precisionOf(node);
        const inputs = node.inputs.map((name) => read(name, precision));
        if (precision === 'float32') {
            written.push({ ...node, inputs });
            continue;
        }
        for (const y of node.outputs) inBf16.add(y);
        const rounds = isImitated && !movers.has(node.operator);
        const short = node.outputs.map((y) => `${y}_bf16`);
        written.push({ ...node, inputs, outputs: rounds ? short.map((y) => `${y}_wide`) : short });
        if (rounds) for (const y of short) round(`${y}_wide`, y);
        for (const y of node.outputs) if (values.isOutput(y)) read(y, 'float32');
    }
    return written;
}
