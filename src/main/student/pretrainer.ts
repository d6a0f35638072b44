/** Next-word prediction: gradients over micro-batches, then one optimiser step. */
import { badInput, FaultError } from '../../shared/faults.ts';
import { distinctTokens, chunking } from './autodiff/distinct-tokens.ts';
import { gradientProgram } from './gradient-program.ts';
import type { StudentConfig } from './gpt2/config.ts';
import { checkConfig } from './gpt2/config.ts';
import { predictionGradientsGraph, predictionLossGraph } from './gpt2/graphs.ts';
import { languageModelParameters } from './gpt2/parameters.ts';
import type { AdamWOptions } from './optimiser/graph.ts';
import { createOptimiser } from './optimiser/optimiser.ts';
import type { Optimiser } from './optimiser/optimiser.ts';
import type { Binding, Bound, Program, Runtime } from './runtime/runtime.ts';
import { loadWeights } from './weights.ts';

export interface PretrainerOptions {
    /** Rows in one run; never changes the mathematics. */
    readonly microBatch: number;
    /** Positions of a row, T; at most the student's context. */
    readonly sequence: number;
    readonly optimiser: AdamWOptions;
}

/** Token ids of B rows of T + 1: each token but the last is read, each but the first is predicted. */
export type TokenRows = Int32Array | Uint16Array;

export interface Pretrainer {
    /** The live weights by name, on the runtime; updated in place by every step. */
    readonly weights: Bound;
    /** Moments and step count, to save and to resume from. */
    readonly optimiser: Pick<Optimiser, 'moments' | 'stepsTaken'>;
    /** One optimiser step on B rows: mean nats per token before the step, and the gradient's norm before clipping. */
    step(rows: TokenRows, lr: number): Promise<{ readonly loss: number; readonly gradientNorm: number }>;
    /** Nats over all predicted tokens of any number of rows, and how many there were. */
    evaluate(rows: TokenRows): Promise<{ readonly lossSum: number; readonly tokens: number }>;
    release(): void;
}

/**
 * A pretrainer of a student that starts from `parameters` (every language-model tensor by name).
 * Refuses an impossible configuration, missing tensors and rows of the wrong length.
 */
export async function createPretrainer(
    runtime: Runtime,
    config: StudentConfig,
    parameters: ReadonlyMap<string, Float32Array>,
    options: PretrainerOptions,
): Promise<Pretrainer> {
    const { microBatch, sequence } = options;
    checkConfig(config);
    if (sequence > config.context) {
        throw badInput(
            `Rows of ${sequence} tokens do not fit a student with a context of ${config.context}; nothing was started. Choose a shorter sequence.`,
        );
    }
    const shape = { batch: microBatch, length: sequence };
    const described = languageModelParameters(config);
    const weights = loadWeights(runtime, described, parameters);
    const optimiser = await createOptimiser(runtime, described, weights, options.optimiser);
    const { chunks, distinct } = chunking(microBatch * sequence, config.vocabulary);
    const batch = {
        ids: runtime.tensor('int32', [microBatch, sequence]),
        targets: runtime.tensor('int32', [microBatch, sequence]),
        weights: runtime.tensor('float32', [microBatch, sequence]),
    };
    const distinctIds = runtime.tensor('int32', [chunks, distinct]);
    const loss = runtime.tensor('float32', []);
    const gradients = gradientProgram(runtime, (accumulate) => predictionGradientsGraph(config, shape, accumulate), {
        inputs: { ...weights, ...batch, distinct: distinctIds },
        outputs: { loss },
        gradients: optimiser.gradients,
    });
    let evaluation: { readonly program: Program; readonly binding: Binding } | null = null;

    /** Lays micro-batch `index` of `rows` on the device; rows beyond the end are zeros of no weight. */
    function load(rows: TokenRows, index: number, weightPerToken: number): Int32Array {
        const ids = new Int32Array(microBatch * sequence);
        const targets = new Int32Array(microBatch * sequence);
        const tokenWeights = new Float32Array(microBatch * sequence);
        const present = Math.min(microBatch, rows.length / (sequence + 1) - index * microBatch);
        for (let row = 0; row < present; row++) {
            const from = (index * microBatch + row) * (sequence + 1);
            ids.set(rows.subarray(from, from + sequence), row * sequence);
            targets.set(rows.subarray(from + 1, from + 1 + sequence), row * sequence);
        }
        tokenWeights.fill(weightPerToken, 0, present * sequence);
        batch.ids.write(ids);
        batch.targets.write(targets);
        batch.weights.write(tokenWeights);
        return ids;
    }

    function tokensIn(rows: TokenRows): number {
        if (rows.length === 0 || rows.length % (sequence + 1) !== 0) {
            throw badInput(
                `Rows must hold ${sequence + 1} tokens each; ${rows.length} tokens do not divide into such rows.`,
            );
        }
        return (rows.length / (sequence + 1)) * sequence;
    }

    return {
        weights,
        optimiser,
        async step(rows, lr) {
            const tokens = tokensIn(rows);
            let total = 0;
            await gradients.run(
                Math.ceil(tokens / sequence / microBatch),
                (index) => distinctIds.write(distinctTokens(load(rows, index, 1 / tokens), config.vocabulary)),
                () => (total += Number(loss.read()[0])),
            );
            if (!Number.isFinite(total))
                throw new FaultError({ kind: 'numbers-not-finite', phase: 'pretraining', where: 'loss' });
            const gradientNorm = await optimiser.step({ lr, gradientScale: 1 });
            if (!Number.isFinite(gradientNorm)) {
                throw new FaultError({ kind: 'numbers-not-finite', phase: 'pretraining', where: 'gradients' });
            }
            return { loss: total, gradientNorm };
        },
        async evaluate(rows) {
            const tokens = tokensIn(rows);
            if (!evaluation) {
                const program = await runtime.compile(predictionLossGraph(config, shape).model());
                evaluation = { program, binding: program.bind({ ...weights, ...batch }, { loss }) };
            }
            let lossSum = 0;
            for (let index = 0; index * microBatch * sequence < tokens; index++) {
                load(rows, index, 1);
                await evaluation.binding.run();
                lossSum += Number(loss.read()[0]);
            }
            return { lossSum, tokens };
        },
        release() {
            gradients.release();
            evaluation?.binding.release();
            evaluation?.program.release();
            optimiser.release();
            for (const tensor of [...Object.values({ ...weights, ...batch }), distinctIds, loss]) tensor.release();
        },
    };
}
