/**
 * Muon's update direction for matrices: the orthogonalised momentum, so that every direction in it moves equally far
 * (K. Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024; the scale from Moonlight, arXiv
 * 2502.16982, which makes AdamW's learning rate and decay usable).
 */
import type { Graph, Value } from '../onnx/graph.ts';

const ITERATIONS = 5;
const [LINEAR, CUBIC, QUINTIC] = [3.4445, -4.775, 2.0315]; // Jordan's quintic: singular values to about 0.7–1.2
const RMS_OF_ADAMW = 0.2; // what AdamW's updates have in practice (Moonlight §2.2)

/** True for hidden matrices; embeddings, heads, norms and biases stay with AdamW. */
export function isMuonMatrix(name: string): boolean {
    return /^transformer\.h\..*\.(c_attn|c_proj|c_fc)\.weight$/.test(name);
}

/**
 * The direction of each matrix, with a root mean square of about 0.2. Queries, keys and values, which share one matrix,
 * are orthogonalised separately. Matrices of one shape are iterated together, as one batch.
 */
export function muonDirections(graph: Graph, momenta: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
    const pieces = [...momenta].map(([name, momentum]) => {
        const parts = name.endsWith('c_attn.weight') ? graph.split(momentum, 1, 3) : [momentum];
        const isTall = parts[0]!.dims[0]! > parts[0]!.dims[1]!;
        return { name, isTall, parts: parts.map((part) => (isTall ? graph.transpose(part, [1, 0]) : part)) };
    });
    const byShape = Map.groupBy(
        pieces.flatMap(({ parts }) => parts),
        ({ dims }) => dims.join(),
    );
    const orthogonal = new Map<string, Value>();
    for (const matrices of byShape.values()) {
        for (const [i, matrix] of orthogonalised(graph, matrices).entries()) orthogonal.set(matrices[i]!.name, matrix);
    }
    return new Map(
        pieces.map(({ name, isTall, parts }) => {
            const wide = parts.map((part) => orthogonal.get(part.name)!);
            const joined = wide.length === 1 ? wide[0]! : graph.concat(wide, 1);
            const scale = RMS_OF_ADAMW * Math.sqrt(Math.max(...wide[0]!.dims));
            return [name, graph.multiply(isTall ? graph.transpose(joined, [1, 0]) : joined, graph.scalar(scale))];
        }),
    );
}

/** Newton–Schulz iteration on matrices of one wide shape (rows ≤ columns): X ← aX + (bA + cA²)X with A = XXᵀ. */
function orthogonalised(graph: Graph, matrices: readonly Value[]): readonly Value[] {
    const [rows, columns] = matrices[0]!.dims as readonly [number, number];
    const stacked = graph.concat(
        matrices.map((matrix) => graph.reshape(matrix, [1, rows, columns])),
        0,
    );
    const norms = graph.unary('Sqrt', graph.reduce('ReduceSumSquare', stacked, [1, 2], true));
    let x = graph.divide(stacked, graph.add(norms, graph.scalar(1e-7)));
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
        const square = graph.matmul(x, x, { transposeB: true });
        const polynomial = graph.add(
            graph.multiply(square, graph.scalar(CUBIC)),
            graph.matmul(square, square, { alpha: QUINTIC }),
        );
        x = graph.add(graph.multiply(x, graph.scalar(LINEAR)), graph.matmul(polynomial, x));
    }
    if (matrices.length === 1) return [graph.reshape(x, [rows, columns])];
    return graph.split(x, 0, matrices.length).map((part) => graph.reshape(part, [rows, columns]));
}
