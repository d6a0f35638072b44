/**
 * What a graphics processor would take for the graphs as they are, without one: every node costs the longer of its
 * multiplications and its bytes, and one launch. Fitted to a measured H100 and checked against all that was measured
 * there; what it says of anything else is predicted.
 */
import { decodingGraph } from '../../src/main/student/gpt2/decoding.ts';
import { ppoGradientsGraph, predictionGradientsGraph, scoreGraph } from '../../src/main/student/gpt2/graphs.ts';
import { languageModelParameters, policyParameters, type Parameter } from '../../src/main/student/gpt2/parameters.ts';
import type { Graph } from '../../src/main/student/onnx/graph.ts';
import { processor, type Precision, type Target } from '../../src/main/student/onnx/target.ts';
import {
    adamwGraph,
    clippingGraph,
    groupPieces,
    type OptimiserOptions,
} from '../../src/main/student/optimiser/graph.ts';
import { costsOf, type NodeCost } from './device-nodes.ts';
import type { Bench } from './measuring.ts';
import { atLeast, readable, type Row } from './row.ts';
import { longestStory, promptTokens, publishedStudent } from './students.ts';

interface Card {
    readonly name: string;
    /** Of dense matrix products, operations a second, as they are reached. */
    readonly products: Readonly<Record<Precision, number>>;
    /** Bytes a second between memory and kernels that mostly move bytes. */
    readonly bandwidth: number;
    /** Seconds from one kernel to the next: what onnxruntime and the driver take. */
    readonly launch: number;
}

/**
 * NVIDIA H100 80 GB SXM: 67 and 495 TFLOP/s and 3.35 TB/s by its data sheet. Products as measured (50 and 391 at best,
 * 350 for the shapes of a student); bandwidth and launch are the pair that explains the five measured steps best.
 */
const h100: Card = {
    name: 'H100',
    products: { float32: 50e12, tf32: 350e12, bf16: 680e12 },
    bandwidth: 2.1e12,
    launch: 8e-6,
};

/** The same shares of what the data sheet says: 19.5, 156 and 312 TFLOP/s, 2.04 TB/s. */
const a100: Card = {
    name: 'A100',
    products: { float32: 14.6e12, tf32: 110e12, bf16: 215e12 },
    bandwidth: 1.28e12,
    launch: 8e-6,
};

interface Measured {
    readonly batch: number;
    readonly length: number;
    readonly precision: Precision;
    /** Tokens a second: on the H100, by this project and by PyTorch 2.11 eager with fused AdamW in the same call. */
    readonly ours: number;
    readonly pytorch: number;
}

/** 97.7 million parameters, vocabulary 16,000, AdamW with clipping; driver 580, onnxruntime 1.30.0. */
const measured: readonly Measured[] = [
    { batch: 16, length: 128, precision: 'float32', ours: 31_000, pytorch: 56_000 },
    { batch: 16, length: 128, precision: 'tf32', ours: 51_100, pytorch: 93_800 },
    { batch: 16, length: 512, precision: 'float32', ours: 43_000, pytorch: 64_900 },
    { batch: 16, length: 512, precision: 'tf32', ours: 83_500, pytorch: 182_000 },
    { batch: 32, length: 512, precision: 'float32', ours: 47_800, pytorch: 70_000 },
];

const student = { ...publishedStudent, context: 512 };
const adamw: OptimiserOptions = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 };
const stories = 90; // at once, a quarter of the paper's batch
const batch = 360;
const ranges = { policy: 0.2, value: 0.2, valueWeight: 0.1 };

export const deviceModel: Bench = {
    name: 'device-model',
    measure: () => Promise.resolve([...checked(), ...predicted(h100), ...predicted(a100)]),
};

const targetOf = (precision: Precision): Target => ({ kernels: 'cuda', precision });

/** How far the model is from what was measured: 1 is right. */
function checked(): Row[] {
    return measured.flatMap(({ batch: rows, length, precision, ours, pytorch }) => {
        const seconds = secondsOn(h100, precision, trainStep(rows, length, asMeasured));
        const name = `device-model.${precision}.${rows}×${length}`;
        const tokens = rows * length;
        return [
            {
                name: `${name}.predicted-by-measured`,
                value: seconds / (tokens / ours),
                unit: 'ratio',
                target: atLeast(0.75),
                note: `measured ${readable((1000 * tokens) / ours)} ms on an H100`,
            },
            {
                name: `${name}.measured-by-predicted`,
                value: tokens / ours / seconds,
                unit: 'ratio',
                target: atLeast(0.75),
                note: `PyTorch took ${readable((1000 * tokens) / pytorch)} ms`,
            },
        ];
    });
}

/** What was measured ran the graphs as they are declared, transpositions and all; the model was fitted to those. */
const asMeasured: Target = processor;

function predicted(card: Card): Row[] {
    const shape = { batch: stories, promptTokens, storyTokens: longestStory };
    const token = (target: Target, dropoutRate: number): readonly NodeCost[] =>
        costsOf(
            decodingGraph(student, {
                batch,
                tokens: 1,
                capacity: promptTokens + longestStory,
                output: 'sample',
                dropoutRate,
                target,
            }),
            target,
        );
    const phases: readonly (readonly [string, (target: Target) => readonly NodeCost[], number])[] = [
        ['a training step of 32×512', (target) => trainStep(32, 512, target), 1],
        ['the same with dropout', (target) => trainStep(32, 512, target, 0.1), 1],
        ['scoring of 360 stories', (target) => costsOf(scoreGraph(student, shape), target), batch / stories],
        ['an epoch of PPO on 360 stories', (target) => ppoEpoch(shape, target), 1],
        ['writing 360 stories', (target) => token(target, 0), longestStory],
        ['writing them with dropout', (target) => token(target, 0.1), longestStory],
    ];
    return (['float32', 'tf32', 'bf16'] as const).flatMap((precision) =>
        phases.map(([name, nodes, times]) => {
            const costs = nodes(targetOf(precision));
            return {
                name: `device-model.${card.name}.${precision}: ${name}`,
                value: 1000 * times * secondsOn(card, precision, costs),
                unit: 'ms, predicted',
                note: `${costs.length} kernels; ${dearest(card, precision, costs, times)}`,
            };
        }),
    );
}

function trainStep(rows: number, length: number, target: Target, dropoutRate = 0): readonly NodeCost[] {
    const shape = { batch: rows, length };
    const gradients: Graph = predictionGradientsGraph(student, shape, { accumulate: false, dropoutRate, target });
    return [...costsOf(gradients, target), ...optimiserStep(languageModelParameters(student), target)];
}

/** Gradients of the stories a quarter at a time, then one step of the optimiser. */
function ppoEpoch(shape: Parameters<typeof ppoGradientsGraph>[1], target: Target): readonly NodeCost[] {
    const quarter = costsOf(ppoGradientsGraph(student, shape, ranges, { accumulate: true, target }), target);
    const quarters = Array.from({ length: batch / stories }, () => quarter).flat();
    return [...quarters, ...optimiserStep(policyParameters(student), target)];
}

function optimiserStep(parameters: readonly Parameter[], target: Target): readonly NodeCost[] {
    const pieces = parameters.map(({ name, dims }) => ({ name, dims, decays: dims.length > 1 }));
    const groups = groupPieces(pieces, target.kernels);
    return [...costsOf(adamwGraph(groups, adamw), target), ...costsOf(clippingGraph(groups, adamw), target)];
}

/** In bf16, products that give float32 are those that stay in TF32. */
function secondsOn({ products, bandwidth, launch }: Card, precision: Precision, costs: readonly NodeCost[]): number {
    return costs.reduce((sum, { operations, bytes, type }) => {
        const rate = products[precision === 'bf16' && type !== 'bfloat16' ? 'tf32' : precision];
        return sum + Math.max(operations / rate, bytes / bandwidth) + launch;
    }, 0);
}

/** The ten operators that take longest, in milliseconds. */
function dearest(card: Card, precision: Precision, costs: readonly NodeCost[], times: number): string {
    return [...Map.groupBy(costs, ({ operator }) => operator)]
        .map(([operator, nodes]) => ({ operator, count: nodes.length, seconds: secondsOn(card, precision, nodes) }))
        .toSorted((a, b) => b.seconds - a.seconds)
        .slice(0, 10)
        .map(({ operator, count, seconds }) => `${count} ${operator} ${readable(1000 * times * seconds)}`)
        .join(', ');
}
