/**
 * How fast this engine multiplies at best, here and now, and how many multiplications a student needs. A share of the
 * peak says how much of the machine is used, whatever the machine.
 */
import { RandomStream } from '../../src/main/learning/random.ts';
import type { StudentConfig } from '../../src/main/student/gpt2/config.ts';
import { Graph } from '../../src/main/student/onnx/graph.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import type { Work } from './measuring.ts';

const sizes = [512, 768, 1024, 1536, 2048] as const;

type Squares = Readonly<Record<`gemm ${number}`, Work>>;

/** Products of square float32 matrices, ready to be timed in turns with what they are compared with. */
export async function squareProducts(runtime: Runtime): Promise<Squares> {
    const works: Record<`gemm ${number}`, Work> = {};
    const random = new RandomStream('gemm');
    for (const size of sizes) {
        const graph = new Graph('square product');
        const dims = [size, size];
        graph.output('product', graph.matmul(graph.input('a', dims), graph.input('b', dims)));
        const program = await runtime.compile(graph.model());
        const [a, b, product] = [dims, dims, dims].map((each) => runtime.tensor('float32', each));
        const row = Float32Array.from({ length: size }, () => random.normal());
        for (const tensor of [a!, b!]) tensor.write(Float32Array.from({ length: size ** 2 }, (_, i) => row[i % size]!));
        const binding = program.bind({ a: a!, b: b! }, { product: product! });
        works[`gemm ${size}`] = () => binding.run();
    }
    return works;
}

/** Floating-point operations per second of the best square in each round; (rounds) */
export function peaks(seconds: Readonly<Record<string, readonly number[]>>): number[] {
    const rounds = seconds[`gemm ${sizes[0]}`]!.length;
    return Array.from({ length: rounds }, (_, round) =>
        Math.max(...sizes.map((size) => (2 * size ** 3) / seconds[`gemm ${size}`]![round]!)),
    );
}

/**
 * Floating-point operations of reading one text: 2 for each multiplication of the blocks' matrices and of attention
 * (the whole square, as in PaLM's count, arXiv 2204.02311), and of the output matrix for the `predicted` positions.
 */
export function forwardOperations(
    { layers, width, vocabulary }: StudentConfig,
    tokens: number,
    predicted: number,
): number {
    const blocks = 2 * 12 * layers * width ** 2 * tokens;
    const attention = 4 * layers * width * tokens ** 2;
    return blocks + attention + 2 * vocabulary * width * predicted;
}

/** Learning from a text: forward once and backward, which multiplies twice as much. */
export function learningOperations(student: StudentConfig, tokens: number, predicted: number): number {
    return 3 * forwardOperations(student, tokens, predicted);
}
