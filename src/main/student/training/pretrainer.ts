/** Pretraining by next-token prediction: gradients over micro-batches, then one optimiser step. */
import { badInput } from '../../../shared/faults.ts';
import type { RandomStream } from '../../learning/random.ts';
import { distinctTokens } from '../autodiff/distinct-tokens.ts';
import { bindGraph } from '../runtime/bound-graph.ts';
import type { BoundGraph } from '../runtime/bound-graph.ts';
import { withinMemory } from '../device-memory.ts';
import { requireFinite } from '../finite.ts';
import { gradientPrograms } from './gradient-programs.ts';
import { checkConfig } from '../gpt2/config.ts';
import type { StudentConfig } from '../gpt2/config.ts';
import { dropoutKeys, dropoutSites } from '../gpt2/dropout.ts';
import { predictionGradientsGraph, predictionLossGraph } from '../gpt2/graphs.ts';
import { languageModelParameters } from '../gpt2/parameters.ts';
import type { OptimiserOptions } from '../optimiser/graph.ts';
import { createOptimiser } from '../optimiser/optimiser.ts';
import type { Optimiser } from '../optimiser/optimiser.ts';
import type { NamedTensors, Runtime } from '../runtime/runtime.ts';
import { loadWeights } from '../weights.ts';

export interface PretrainerOptions {
    /** Rows per run; never changes the mathematics. */
    readonly microBatch: number;
    /** Positions per row, T; at most the student's context. */
    readonly sequence: number;
    readonly optimiser: OptimiserOptions;
    /** Rate between 0 and 1, and the stream each step's and row's masks are drawn from; null for no dropout. */
    readonly dropout: { readonly rate: number; readonly random: RandomStream } | null;
}

/** Token ids of B rows of T + 1: all but the last are read, all but the first are predicted. */
export type TokenRows = Int32Array | Uint16Array;

export interface Pretrainer {
    /** The live weights by name, on the runtime; every step updates them in place. */
    readonly weights: NamedTensors;
    /** Moments and step count, for the resume state. */
    readonly optimiser: Pick<Optimiser, 'moments' | 'stepsTaken'>;
    /**
     * One optimiser step on B rows: mean nats per token before the step, and the gradient's norm before clipping.
     * @throws the faults `numbers-not-finite` and `gpu-out-of-memory`
     */
    step(rows: TokenRows, lr: number): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
    /** Sum of nats over all predicted tokens of any number of rows, and how many there were. */
    evaluate(rows: TokenRows): Promise<{ readonly lossSum: number; readonly tokens: number }>;
    release(): void;
}

/**
 * A pretrainer for a student that starts from `parameters` (every tensor of the language model, by name).
 * @throws bad input for an impossible configuration, missing tensors or a sequence that does not fit
 */
export async function createPretrainer(
    runtime: Runtime,
    config: StudentConfig,
    parameters: ReadonlyMap<string, Float32Array>,
    { microBatch, sequence, optimiser: optimiserOptions, dropout }: PretrainerOptions,
): Promise<Pretrainer> {
    checkConfig(config);
    if (!Number.isInteger(sequence) || sequence < 1 || sequence > config.context) {
        throw badInput(
            `Rows of ${sequence} tokens do not fit a student with a context of ${config.context}; nothing was started. ` +
                `Choose a sequence from 1 to ${config.context}.`,
        );
    }
    if (dropout && !(dropout.rate >= 0 && dropout.rate < 1)) {
        throw badInput(`The dropout rate must be at least 0 and below 1, not ${dropout.rate}; nothing was started.`);
    }
    const described = languageModelParameters(config);
    const weights = loadWeights(runtime, described, parameters);
    const optimiser = await createOptimiser(runtime, described, weights, optimiserOptions);
    const shape = { batch: microBatch, length: sequence };
    const gradients = gradientPrograms(
        runtime,
        (_, accumulate) =>
            predictionGradientsGraph(config, shape, {
                accumulate,
                dropoutRate: dropout?.rate ?? 0,
                target: runtime.target,
            }),
        weights,
        optimiser.gradients,
    );
    let evaluation: BoundGraph | null = null;

    /** Rows are numbered over the whole step, so micro-batches do not change their masks. */
    function keysOfMicroBatch(index: number): { readonly dropoutKeys?: Int32Array } {
        if (!dropout) return {};
        const rows = Array.from({ length: microBatch }, (_, row) => index * microBatch + row);
        return { dropoutKeys: dropoutKeys(dropout.random, optimiser.stepsTaken, rows, dropoutSites(config.layers)) };
    }

    return {
        weights,
        optimiser,
        async step(rows, lr) {
            const tokens = predictedTokens(rows, sequence);
            const batches = inMicroBatches(rows, microBatch, sequence, 1 / tokens).map((inputs, index) => ({
                shape: sequence,
                inputs: {
                    ...inputs,
                    distinct: distinctTokens(inputs.ids, config.vocabulary, runtime.target.kernels),
                    ...keysOfMicroBatch(index),
                },
            }));
            const { loss } = await withinMemory('pretraining', microBatch, () => gradients.run(batches));
            requireFinite([loss!], 'loss', 'pretraining');
            // a device allocates the moments in the first step
            const gradientNorm = await withinMemory('pretraining', microBatch, () =>
                optimiser.step({ lr, gradientScale: 1 }),
            );
            requireFinite([gradientNorm], 'gradients', 'pretraining');
            return { loss: loss!, gradientNorm };
        },
        async evaluate(rows) {
            const tokens = predictedTokens(rows, sequence);
            evaluation ??= await bindGraph(runtime, predictionLossGraph(config, shape), {
                inputs: weights,
                outputs: {},
            });
            let lossSum = 0;
            for (const inputs of inMicroBatches(rows, microBatch, sequence, 1)) {
                const graph = evaluation;
                const { loss } = await withinMemory('evaluating', microBatch, () => graph.run(inputs));
                lossSum += Number(loss!.read()[0]);
            }
            return { lossSum, tokens };
        },
        release() {
            gradients.release();
            evaluation?.release();
            optimiser.release();
            for (const tensor of Object.values(weights)) tensor.release();
        },
    };
}

function predictedTokens(rows: TokenRows, sequence: number): number {
    if (rows.length === 0 || rows.length % (sequence + 1) !== 0) {
        throw badInput(
            `Rows must hold ${sequence + 1} tokens each; ${rows.length} tokens do not divide into such rows.`,
        );
    }
    return (rows.length / (sequence + 1)) * sequence;
}

/**
 * (B, T + 1) rows as ids, targets and weights of (microBatch, T) each; the last micro-batch is padded with rows of
 * weight 0.
 */
function inMicroBatches(
    rows: TokenRows,
    microBatch: number,
    sequence: number,
    tokenWeight: number,
): { readonly ids: Int32Array; readonly targets: Int32Array; readonly weights: Float32Array }[] {
    const rowCount = rows.length / (sequence + 1);
    return Array.from({ length: Math.ceil(rowCount / microBatch) }, (_, index) => {
        const ids = new Int32Array(microBatch * sequence);
        const targets = new Int32Array(microBatch * sequence);
        const weights = new Float32Array(microBatch * sequence);
        const first = index * microBatch;
        const present = Math.min(microBatch, rowCount - first);
        for (let row = 0; row < present; row++) {
            const from = (first + row) * (sequence + 1);
            ids.set(rows.subarray(from, from + sequence), row * sequence);
            targets.set(rows.subarray(from + 1, from + 1 + sequence), row * sequence);
        }
        weights.fill(tokenWeight, 0, present * sequence);
        return { ids, targets, weights };
    });
}
