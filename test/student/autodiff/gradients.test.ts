/**
 * Every rule of the table against finite differences. The tests are generated from the table: a rule without a case
 * here fails, and so does a case without a rule.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { differentiate } from '../../../src/main/student/autodiff/differentiate.ts';
import { chunking, distinctTokens } from '../../../src/main/student/autodiff/distinct-tokens.ts';
import { gradients } from '../../../src/main/student/autodiff/gradients.ts';
import { Tape } from '../../../src/main/student/autodiff/operations.ts';
import type { Operation } from '../../../src/main/student/autodiff/operations.ts';
import { elementCount, Graph } from '../../../src/main/student/onnx/graph.ts';
import type { Dims, Value } from '../../../src/main/student/onnx/graph.ts';
import type { RuntimeTensor } from '../../../src/main/student/runtime/runtime.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';

const runtime = await openRuntime({ kind: 'official', threads: 1 });
afterAll(() => runtime.release());

/** Inputs that are differentiated, constants that are not, and how to put them through the operation. */
interface Case {
    readonly variables: Readonly<Record<string, Dims>>;
    readonly scale?: number;
    readonly forward: (tape: Tape, variables: Readonly<Record<string, Value>>) => Value;
}

const random = new RandomStream('finite differences');
const normals = (n: number, scale: number): Float32Array =>
    Float32Array.from({ length: n }, () => scale * random.normal());
const fixed = (graph: Graph, dims: Dims, scale = 1): Value => graph.constant(normals(elementCount(dims), scale), dims);
const ids = (graph: Graph, dims: Dims, below: number): Value =>
    graph.constant(
        Int32Array.from({ length: elementCount(dims) }, () => random.integer(below)),
        dims,
    );
const shares = (graph: Graph, n: number): Value =>
    graph.constant(
        Float32Array.from({ length: n }, (_, i) => (i % 4 === 3 ? 0 : 1 / n)),
        [n, 1],
    );

const cases: Readonly<Record<Operation['op'], Case>> = {
    embedding: {
        variables: { tokens: [7, 3], positions: [6, 3] },
        forward: (tape, { tokens, positions }) => {
            const { graph } = tape;
            // fewer ids than tokens: duplicates for sure
            const drawn = Int32Array.from({ length: 8 }, () => random.integer(4));
            const cut = chunking(8, 7, 'cpu');
            return tape.embedding(tokens!, positions!, graph.constant(drawn, [2, 4]), {
                listed: graph.constant(distinctTokens(drawn, 7, 'cpu'), [cut.chunks, cut.distinct]),
                chunking: cut,
            });
        },
    },
    layerNorm: {
        variables: { x: [3, 8], gain: [8], bias: [8] },
        forward: (tape, { x, gain, bias }) => tape.layerNorm(x!, gain!, bias!),
    },
    linear: {
        variables: { x: [3, 4], weight: [4, 5], bias: [5] },
        forward: (tape, { x, weight, bias }) => tape.linear(x!, weight!, bias!),
    },
    gelu: { variables: { x: [3, 7] }, scale: 2, forward: (tape, { x }) => tape.gelu(x!) },
    attention: {
        variables: { projected: [2 * 4, 3 * 6] },
        forward: (tape, { projected }) => {
            const kept = Float32Array.from({ length: 2 * 3 * 4 * 4 }, (_, i) => (i % 5 === 0 ? 0 : 1));
            return tape.attention(projected!, 2, 3, { mask: tape.graph.constant(kept, [2, 3, 4, 4]), scale: 1.25 });
        },
    },
    add: { variables: { a: [2, 3], b: [2, 3] }, forward: (tape, { a, b }) => tape.add(a!, b!) },
    dropout: {
        variables: { x: [3, 4] },
        forward: (tape, { x }) => {
            const mask = Float32Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 0 : 1.5));
            return tape.dropout(x!, tape.graph.constant(mask, [3, 4]));
        },
    },
    positionsFrom: { variables: { x: [2 * 5, 3] }, forward: (tape, { x }) => tape.positionsFrom(x!, 2, 2) },
    tokenLogprobs: {
        variables: { hidden: [5, 4], tokens: [6, 4] },
        forward: (tape, { hidden, tokens }) => tape.tokenLogprobs(hidden!, tokens!, ids(tape.graph, [5, 1], 6)),
    },
    valueHead: {
        variables: { hidden: [5, 4], weight: [1, 4], bias: [1] },
        forward: (tape, { hidden, weight, bias }) => tape.valueHead(hidden!, weight!, bias!),
    },
    crossEntropy: {
        variables: { logprobs: [6, 1] },
        forward: (tape, { logprobs }) => tape.crossEntropy(logprobs!, shares(tape.graph, 6)),
    },
    policyLoss: {
        variables: { logprobs: [16, 1] },
        scale: 0.5,
        forward: (tape, { logprobs }) => {
            const { graph } = tape;
            const inputs = {
                oldLogprobs: fixed(graph, [16, 1], 0.5),
                advantages: fixed(graph, [16, 1]),
                weights: shares(graph, 16),
            };
            return tape.policyLoss(logprobs!, inputs, 0.2).loss;
        },
    },
    storyPolicyLoss: {
        variables: { logprobs: [24, 1] }, // 6 stories of up to 4 tokens
        scale: 0.1,
        forward: (tape, { logprobs }) => {
            const { graph } = tape;
            const inputs = {
                oldLogprobs: fixed(graph, [24, 1], 0.1),
                advantages: fixed(graph, [24, 1]),
                weights: fixed(graph, [24, 1]),
                shares: shares(graph, 24),
            };
            return tape.storyPolicyLoss(logprobs!, inputs, { batch: 6, range: 0.2 }).loss;
        },
    },
    klLoss: {
        variables: { logprobs: [16, 1] },
        scale: 0.5,
        forward: (tape, { logprobs }) => {
            const inputs = { referenceLogprobs: fixed(tape.graph, [16, 1], 0.5), weights: shares(tape.graph, 16) };
            const k2 = tape.klLoss(logprobs!, inputs, 'k2');
            return tape.addScaled(k2, tape.klLoss(logprobs!, inputs, 'k3'), 2);
        },
    },
    valueLoss: {
        variables: { values: [16, 1] },
        forward: (tape, { values }) => {
            const { graph } = tape;
            const inputs = {
                oldValues: fixed(graph, [16, 1]),
                returns: fixed(graph, [16, 1]),
                weights: shares(graph, 16),
            };
            return tape.valueLoss(values!, inputs, 0.2).loss;
        },
    },
    addScaled: {
        variables: { a: [], b: [] },
        forward: (tape, { a, b }) => tape.addScaled(a!, b!, 0.1),
    },
};

/** A case's loss (what it produced, weighted by fixed random numbers) and its gradients, ready to run at any point. */
async function build({ variables, forward, scale = 1 }: Case): Promise<{
    readonly at: Readonly<Record<string, RuntimeTensor>>;
    readonly found: Readonly<Record<string, RuntimeTensor>>;
    readonly evaluate: () => Promise<number>;
}> {
    const graph = new Graph('finite-differences');
    const tape = new Tape(graph);
    const inputs = Object.fromEntries(Object.entries(variables).map(([name, dims]) => [name, graph.input(name, dims)]));
    const y = forward(tape, inputs);
    const dy = fixed(graph, y.dims);
    graph.output('loss', graph.total(graph.multiply(y, dy)));
    const gradientOf = differentiate(tape, y, dy);
    for (const [name, value] of Object.entries(inputs)) graph.output(`d ${name}`, gradientOf(value));

    const program = await runtime.compile(graph.model());
    const at = Object.fromEntries(
        Object.entries(variables).map(([name, dims]) => [name, runtime.tensor('float32', dims)]),
    );
    for (const tensor of Object.values(at)) tensor.write(normals(elementCount(tensor.dims), scale));
    const found = Object.fromEntries(graph.outputs.map(({ name, dims }) => [name, runtime.tensor('float32', dims)]));
    const binding = program.bind(at, found);
    const evaluate = async (): Promise<number> => {
        await binding.run();
        return Number(found['loss']!.read()[0]);
    };
    return { at, found, evaluate };
}

/** What a graph puts out at the given inputs. */
async function run(
    graph: Graph,
    at: Readonly<Record<string, Float32Array>>,
): Promise<Readonly<Record<string, Float32Array>>> {
    const program = await runtime.compile(graph.model());
    const inputs = Object.fromEntries(graph.inputs.map(({ name, dims }) => [name, runtime.tensor('float32', dims)]));
    for (const [name, tensor] of Object.entries(inputs)) tensor.write(at[name]!);
    const outputs = Object.fromEntries(graph.outputs.map(({ name, dims }) => [name, runtime.tensor('float32', dims)]));
    await program.bind(inputs, outputs).run();
    return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [name, Float32Array.from(tensor.read() as Float32Array)]),
    );
}

describe('gradient rules', () => {
    for (const op of Object.keys(gradients) as Operation['op'][]) {
        it(`${op} agrees with finite differences`, async () => {
            const tested = cases[op];
            expect(tested, `the rule "${op}" has no case`).toBeDefined();
            const { at, found, evaluate } = await build(tested);
            await evaluate();
            const claims = Object.keys(at).map((name) => Float32Array.from(found[`d ${name}`]!.read() as Float32Array));
            for (const [variable, [name, tensor]] of Object.entries(at).entries()) {
                const claimed = claims[variable]!;
                const values = Float32Array.from(tensor.read() as Float32Array);
                for (let i = 0; i < values.length; i++) {
                    const moved = async (by: number): Promise<number> => {
                        tensor.write(values.map((value, k) => (k === i ? value + by : value)));
                        return evaluate();
                    };
                    const step = 0.01; // fourth order: error about step⁴ of truncation and 1e-5 of float32 rounding
                    const near = (await moved(step)) - (await moved(-step));
                    const far = (await moved(2 * step)) - (await moved(-2 * step));
                    const measured = (8 * near - far) / (12 * step);
                    expect(claimed[i], `d ${name}[${i}]`).toBeCloseTo(measured, 3);
                }
                tensor.write(values);
            }
        });
    }

    it('wide matrices, which are multiplied otherwise, have the gradients of the formulas', async () => {
        const [rows, inner, width, vocabulary] = [3, 4, 600, 6];
        const at = {
            x: normals(rows * inner, 1),
            weight: normals(inner * width, 1),
            bias: normals(width, 1),
            dy: normals(rows * width, 1),
            hidden: normals(rows * width, 0.1),
            tokens: normals(vocabulary * width, 0.1),
            dLogprobs: normals(rows, 1),
        };
        const graph = new Graph('wide');
        const tape = new Tape(graph);
        const input = (name: keyof typeof at, dims: Dims): Value => graph.input(name, dims);
        const weight = input('weight', [inner, width]);
        const y = tape.linear(input('x', [rows, inner]), weight, input('bias', [width]));
        graph.output('d weight', differentiate(tape, y, input('dy', [rows, width]))(weight));
        const head = new Tape(graph);
        const tokens = input('tokens', [vocabulary, width]);
        const taken = [4, 0, 4];
        const takenIds = graph.constant(Int32Array.from(taken), [rows, 1]);
        const logprobs = head.tokenLogprobs(input('hidden', [rows, width]), tokens, takenIds);
        graph.output('d tokens', differentiate(head, logprobs, input('dLogprobs', [rows, 1]))(tokens));
        const found = await run(graph, at);

        const cell = (name: keyof typeof at, columns: number, i: number, j: number): number =>
            at[name][i * columns + j]!;
        const sum = (n: number, term: (i: number) => number): number =>
            Array.from({ length: n }, (_, i) => term(i)).reduce((all, each) => all + each, 0);
        for (let i = 0; i < inner; i++)
            for (let j = 0; j < width; j++) {
                const expected = sum(rows, (n) => cell('x', inner, n, i) * cell('dy', width, n, j));
                expect(found['d weight']![i * width + j]).toBeCloseTo(expected, 5);
            }
        const shareOf = (n: number): readonly number[] => {
            const odds = Array.from({ length: vocabulary }, (_, v) =>
                Math.exp(sum(width, (c) => cell('hidden', width, n, c) * cell('tokens', width, v, c))),
            );
            return odds.map((each) => each / sum(vocabulary, (v) => odds[v]!));
        };
        const shares = taken.map((_, n) => shareOf(n));
        for (let v = 0; v < vocabulary; v++)
            for (let c = 0; c < width; c++) {
                const expected = sum(rows, (n) => {
                    const surprise = (taken[n] === v ? 1 : 0) - shares[n]![v]!;
                    return at.dLogprobs[n]! * surprise * cell('hidden', width, n, c);
                });
                expect(found['d tokens']![v * width + c]).toBeCloseTo(expected, 5);
            }
    });

    it('every case tests a rule that exists', () => {
        expect(Object.keys(cases).toSorted()).toEqual(Object.keys(gradients).toSorted());
    });

    it('an operation without a rule is an error that names it', () => {
        const graph = new Graph('unknown');
        const x = graph.input('x', []);
        const tape = { graph, operations: [{ op: 'fold', y: x }] } as unknown as Tape;
        expect(() => differentiate(tape, x, x)).toThrow('no gradient rule for the operation "fold"');
    });
});
