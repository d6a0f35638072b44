/** The PPO losses in the graph: the recorded published step, and the float64 reference's gradients. */
import { afterAll, expect, it } from 'vitest';
import { ppoLoss } from '../oracles/ppo-loss.ts';
import { maskOfCells } from '../../src/main/learning/ppo/story-mask.ts';
import { differentiate } from '../../src/main/student/autodiff/differentiate.ts';
import { Tape } from '../../src/main/student/autodiff/operations.ts';
import { bindGraph } from '../../src/main/student/runtime/bound-graph.ts';
import { Graph } from '../../src/main/student/onnx/graph.ts';
import type { Value } from '../../src/main/student/onnx/graph.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { readGolden } from '../learning/golden.ts';

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
afterAll(() => runtime.release());

interface PublishedStep {
    readonly inputs: Readonly<Record<'mask' | 'logprobs' | 'values' | 'newLogprobs' | 'newValues', number[][]>>;
    readonly expected: Readonly<Record<'advantagesWhitened_maskedView' | 'returns_maskedView', number[][]>> &
        Readonly<
            Record<
                'pg_loss' | 'vf_loss' | 'pg_clipfrac' | 'vf_clipfrac' | 'avg_ratio' | 'approxkl' | 'policykl',
                number
            >
        >;
}

const [ROWS, COLUMNS, RANGE, VALUE_WEIGHT] = [5, 12, 0.2, 0.1];

it('the losses and their gradients are the published ones, to 1e-5', async () => {
    const { inputs, expected } = readGolden<PublishedStep>('ppo_step');
    const mask = maskOfCells(ROWS, COLUMNS, Uint8Array.from(inputs.mask.flat()));
    const graph = new Graph('ppo-losses');
    const tape = new Tape(graph);
    const cells = (name: string): Value => graph.input(name, [ROWS * COLUMNS, 1]);
    const [logprobs, values, weights] = [cells('logprobs'), cells('values'), cells('weights')];
    const policy = tape.policyLoss(
        logprobs,
        { oldLogprobs: cells('oldLogprobs'), advantages: cells('advantages'), weights },
        RANGE,
    );
    const value = tape.valueLoss(values, { oldValues: cells('oldValues'), returns: cells('returns'), weights }, RANGE);
    const loss = tape.addScaled(policy.loss, value.loss, VALUE_WEIGHT);
    const gradientOf = differentiate(tape, loss, graph.scalar(1));
    const outputs = {
        pg_loss: policy.loss,
        vf_loss: value.loss,
        pg_clipfrac: policy.measured['clipFraction']!,
        vf_clipfrac: value.measured['valueClipFraction']!,
        avg_ratio: policy.measured['meanRatio']!,
        approxkl: policy.measured['approximateKl']!,
        policykl: policy.measured['policyKl']!,
    } as const;
    for (const [name, output] of Object.entries(outputs)) graph.output(name, output);
    graph.output('dLogprobs', gradientOf(logprobs));
    graph.output('dValues', gradientOf(values));

    const recorded = {
        logprobs: inputs.logprobs.flat(),
        values: inputs.values.flat(),
        advantages: expected.advantagesWhitened_maskedView.flat(),
        returns: expected.returns_maskedView.flat(),
    };
    const current = { logprobs: inputs.newLogprobs.flat(), values: inputs.newValues.flat() };
    const bound = await bindGraph(runtime, graph, { inputs: {}, outputs: {} });
    const found = await bound.run({
        logprobs: Float32Array.from(current.logprobs),
        values: Float32Array.from(current.values),
        weights: Float32Array.from(mask.cells, (cell) => cell / mask.tokens),
        oldLogprobs: Float32Array.from(recorded.logprobs),
        oldValues: Float32Array.from(recorded.values),
        advantages: Float32Array.from(recorded.advantages),
        returns: Float32Array.from(recorded.returns),
    });
    for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) {
        expect(Math.abs(Number(found[name]!.read()[0]) - expected[name]), name).toBeLessThan(1e-5);
    }
    const reference = ppoLoss(mask, recorded, current, {
        clipRange: RANGE,
        valueClipRange: RANGE,
        valueWeight: VALUE_WEIGHT,
        ratioThreshold: 10,
    });
    for (let i = 0; i < ROWS * COLUMNS; i++) {
        expect(found['dLogprobs']!.read()[i]).toBeCloseTo(reference.logprobGradients[i]!, 5);
        expect(found['dValues']!.read()[i]).toBeCloseTo(reference.valueGradients[i]!, 5);
    }
    bound.release();
});
