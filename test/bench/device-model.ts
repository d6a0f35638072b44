/**
 * What a GPU would take for the graphs as they are, without one: every node costs the longer of its
 * multiplications and its bytes, and one launch. Fitted to a measured H100 and checked against all that was measured
 * there; what it says of anything else is predicted.
 */
import { gpuRooms, sequencesThatFit, type GpuRooms } from '../../src/main/student/gpu-room.ts';
import { decodingGraph } from '../../src/main/student/gpt2/decoding.ts';
import {
    ppoGradientsGraph,
    predictionGradientsGraph,
    scoreGraph,
    type StoryShape,
} from '../../src/main/student/gpt2/graphs.ts';
import { languageModelParameters, policyParameters, type Parameter } from '../../src/main/student/gpt2/parameters.ts';
import { processor, type Precision, type Target } from '../../src/main/student/onnx/target.ts';
import {
    adamwGraph,
    clippingGraph,
    groupPieces,
    type OptimiserOptions,
} from '../../src/main/student/optimiser/graph.ts';
import type { Gpu } from '../../src/main/student/runtime/runtime.ts';
import { costsOf, type NodeCost } from './device-nodes.ts';
import type { Bench } from './measuring.ts';
import { atLeast, readable, type Row } from './row.ts';
import { longestStory, promptTokens, publishedStudent } from './students.ts';

interface ModelledGpu extends Gpu {
    /** Of dense matrix products, operations a second, as they are reached. */
    readonly products: Readonly<Record<Precision, number>>;
    /** Bytes a second between memory and kernels that mostly move bytes. */
    readonly bandwidth: number;
    /** Seconds from one kernel to the next: what onnxruntime and the driver take. */
    readonly launch: number;
}

const gibibyte = 2 ** 30;

/**
 * NVIDIA H100 80 GB SXM: 67 and 495 TFLOP/s and 3.35 TB/s by its data sheet. Products as measured (50 and 391 at best,
 * 350 for the shapes of a student); bandwidth and launch are the pair that explains the five measured steps best.
 */
const h100: ModelledGpu = {
    name: 'H100 80 GB',
    capability: '9.0',
    memoryBytes: 79.2 * gibibyte,
    products: { float32: 50e12, tf32: 350e12, bf16: 680e12 },
    bandwidth: 2.1e12,
    launch: 8e-6,
};

/** The same shares of what the data sheets say: 19.5, 156 and 312 TFLOP/s, 2.04 TB/s, with 40 GB 1.56. */
const a100: ModelledGpu = {
    name: 'A100 80 GB',
    capability: '8.0',
    memoryBytes: 79.2 * gibibyte,
    products: { float32: 14.6e12, tf32: 110e12, bf16: 215e12 },
    bandwidth: 1.28e12,
    launch: 8e-6,
};
const smallA100: ModelledGpu = {
    ...a100,
    name: 'A100 40 GB',
    memoryBytes: 39.4 * gibibyte,
    bandwidth: 0.98e12,
};
/** The same shares of 82.6 TFLOP/s, in float32 and in TF32, 165 in bf16 and 1.01 TB/s. */
const rtx4090: ModelledGpu = {
    name: 'RTX 4090 24 GB',
    capability: '8.9',
    memoryBytes: 23.6 * gibibyte,
    products: { float32: 61.6e12, tf32: 58.4e12, bf16: 113e12 },
    bandwidth: 0.63e12,
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
const batch = 360; // stories of an update, as the paper has it
const updates = 920; // of the paper's budget of words
const epochs = 4;
const dropoutRate = 0.1;
const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory };
const ranges = { policy: 0.2, value: 0.2, valueWeight: 0.1 };

export const deviceModel: Bench = {
    name: 'device-model',
    measure: () => Promise.resolve([...checked(), ...[h100, a100, smallA100, rtx4090].flatMap(predicted), ...chosen()]),
};

const targetOf = (precision: Precision): Target => ({ kernels: 'cuda', precision });

/** How far the model is from what was measured: 1 is right. */
function checked(): Row[] {
    return measured.flatMap(({ batch: rows, length, precision, ours, pytorch }) => {
        const seconds = secondsOn(h100, precision, trainStep(rows, rows, length, asMeasured));
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

/** How many sequences are in memory at once, on GPUs by their memory. */
function chosen(): Row[] {
    return [80, 40, 24, 8].flatMap((gigabytes) =>
        (['float32', 'bf16'] as const).flatMap((precision) =>
            [false, true].map((isBesideTeacher): Row => {
                const memoryBytes = gigabytes * soldShare * gibibyte;
                const gpu = { name: `${gigabytes} GB`, memoryBytes, capability: '9.0' };
                const { learned, scored, written } = storiesAtOnce(gpu, precision, isBesideTeacher);
                const room = roomsOn(gpu, precision, false).pretraining({ sequence: 511, dropoutRate });
                const rows = isBesideTeacher ? '' : `, pretraining ${sequencesThatFit(256, room)} rows of 512 of 256`;
                return {
                    name: `device-model.${gpu.name}.${precision}: at once${isBesideTeacher ? ' beside a .gguf model' : ''}`,
                    value: learned,
                    unit: 'stories learned from',
                    note: `of 360; scoring ${scored}, writing ${written}${rows}`,
                };
            }),
        ),
    );
}

const soldShare = 0.99; // the driver keeps a little

function storiesAtOnce(
    gpu: Gpu,
    precision: Precision,
    isBesideTeacher: boolean,
): { readonly learned: number; readonly scored: number; readonly written: number } {
    const rooms = roomsOn(gpu, precision, isBesideTeacher);
    const shape = { promptTokens, maxNewTokens: longestStory, dropoutRates: [0, dropoutRate] };
    return {
        learned: sequencesThatFit(batch, rooms.learning(limits)),
        scored: sequencesThatFit(batch, rooms.scoring(limits)),
        written: sequencesThatFit(batch, rooms.writing(shape)),
    };
}

interface PhaseOfRun {
    readonly name: string;
    readonly costs: readonly NodeCost[];
    /** How often all of them follow each other. */
    readonly times: number;
    /** How many sequences are in memory at once. */
    readonly atOnce: number;
}

function predicted(gpu: ModelledGpu): Row[] {
    return (['float32', 'tf32', 'bf16'] as const).flatMap((precision) => {
        const prefix = `device-model.${gpu.name}.${precision}`;
        const seconds = ({ costs, times }: PhaseOfRun): number => times * secondsOn(gpu, precision, costs);
        const ofUpdate = (phases: PhasesOfUpdate): number =>
            seconds(phases.wetWriting) + 2 * seconds(phases.scoring) + epochs * seconds(phases.epoch);
        const alone = phasesOfUpdate(gpu, precision, false);
        const update = ofUpdate(alone);
        const besideTeacher = ofUpdate(phasesOfUpdate(gpu, precision, true));
        const sum = 'writing with dropout, scoring by policy and reference, four epochs';
        const phases = [...pretrainingSteps(gpu, precision), ...Object.values(alone)];
        return [
            ...phases.map((phase) => ({
                name: `${prefix}: ${phase.name}`,
                value: 1000 * seconds(phase),
                unit: 'ms, predicted',
                note: `${phase.atOnce} at once, ${phase.costs.length} kernels; ${dearest(gpu, precision, phase)}`,
            })),
            { name: `${prefix}: an update of \`paper\``, value: update, unit: 's, predicted', note: sum },
            {
                name: `${prefix}: the same beside a model that reads on the GPU`,
                value: besideTeacher,
                unit: 's, predicted',
                note: 'without the time it takes to read: the student fills half as much',
            },
            {
                name: `${prefix}: the whole RL run without a teacher`,
                value: (updates * update) / 60,
                unit: 'min, predicted',
                note: `${updates} updates`,
            },
        ];
    });
}

/** What the code fills of a GPU, as `roomsFor` has it. */
function roomsOn(gpu: Gpu, precision: Precision, isBesideTeacher: boolean): GpuRooms {
    return gpuRooms({ gpu, target: targetOf(precision) }, student, isBesideTeacher)!;
}

function pretrainingSteps(gpu: ModelledGpu, precision: Precision): readonly PhaseOfRun[] {
    const [rows, length] = [32, 512];
    const step = (name: string, rate: number): PhaseOfRun => {
        const room = roomsOn(gpu, precision, false).pretraining({ sequence: length, dropoutRate: rate });
        const atOnce = sequencesThatFit(rows, room);
        return { name, costs: trainStep(rows, atOnce, length, targetOf(precision), rate), times: 1, atOnce };
    };
    return [step('a training step of 32×512', 0), step('the same with dropout', dropoutRate)];
}

interface PhasesOfUpdate {
    readonly scoring: PhaseOfRun;
    readonly epoch: PhaseOfRun;
    readonly writing: PhaseOfRun;
    readonly wetWriting: PhaseOfRun;
}

function phasesOfUpdate(gpu: ModelledGpu, precision: Precision, isBesideTeacher: boolean): PhasesOfUpdate {
    const target = targetOf(precision);
    const { learned, scored, written } = storiesAtOnce(gpu, precision, isBesideTeacher);
    const storiesOf = (atOnce: number): StoryShape => ({ batch: atOnce, promptTokens, storyTokens: longestStory });
    const writing = (name: string, rate: number): PhaseOfRun => ({
        name,
        costs: costsOf(
            decodingGraph(student, {
                batch: written,
                tokens: 1,
                capacity: promptTokens + longestStory,
                output: 'sample',
                dropoutRate: rate,
                target,
            }),
            target,
        ),
        times: Math.ceil(batch / written) * longestStory,
        atOnce: written,
    });
    return {
        scoring: {
            name: 'scoring of 360 stories',
            costs: costsOf(scoreGraph(student, storiesOf(scored)), target),
            times: Math.ceil(batch / scored),
            atOnce: scored,
        },
        epoch: {
            name: 'an epoch of PPO on 360 stories',
            costs: ppoEpoch(storiesOf(learned), target),
            times: 1,
            atOnce: learned,
        },
        writing: writing('writing 360 stories', 0),
        wetWriting: writing('writing them with dropout', dropoutRate),
    };
}

/** A step on so many rows, of which so many are in memory at once. */
function trainStep(rows: number, atOnce: number, length: number, target: Target, rate = 0): readonly NodeCost[] {
    const parts = Math.ceil(rows / atOnce);
    const shape = { batch: atOnce, length };
    const graph = predictionGradientsGraph(student, shape, { accumulate: parts > 1, dropoutRate: rate, target });
    return [...repeated(costsOf(graph, target), parts), ...optimiserStep(languageModelParameters(student), target)];
}

/** Gradients of the stories, as many at a time as are in memory at once, then one step of the optimiser. */
function ppoEpoch(shape: StoryShape, target: Target): readonly NodeCost[] {
    const parts = Math.ceil(batch / shape.batch);
    const gradients = costsOf(ppoGradientsGraph(student, shape, ranges, { accumulate: parts > 1, target }), target);
    return [...repeated(gradients, parts), ...optimiserStep(policyParameters(student), target)];
}

function repeated(costs: readonly NodeCost[], times: number): readonly NodeCost[] {
    return Array.from({ length: times }, () => costs).flat();
}

function optimiserStep(parameters: readonly Parameter[], target: Target): readonly NodeCost[] {
    const pieces = parameters.map(({ name, dims }) => ({ name, dims, decays: dims.length > 1 }));
    const groups = groupPieces(pieces, target.kernels);
    return [...costsOf(adamwGraph(groups, adamw), target), ...costsOf(clippingGraph(groups, adamw), target)];
}

/** In bf16, products that give float32 are those that stay in TF32. */
function secondsOn(
    { products, bandwidth, launch }: ModelledGpu,
    precision: Precision,
    costs: readonly NodeCost[],
): number {
    return costs.reduce((sum, { operations, bytes, type }) => {
        const rate = products[precision === 'bf16' && type !== 'bfloat16' ? 'tf32' : precision];
        return sum + Math.max(operations / rate, bytes / bandwidth) + launch;
    }, 0);
}

/** The ten operators that take longest, in milliseconds. */
function dearest(gpu: ModelledGpu, precision: Precision, { costs, times }: PhaseOfRun): string {
    return [...Map.groupBy(costs, ({ operator }) => operator)]
        .map(([operator, nodes]) => ({ operator, count: nodes.length, seconds: secondsOn(gpu, precision, nodes) }))
        .toSorted((a, b) => b.seconds - a.seconds)
        .slice(0, 10)
        .map(({ operator, count, seconds }) => `${count} ${operator} ${readable(1000 * times * seconds)}`)
        .join(', ');
}
