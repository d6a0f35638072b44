/** No node of any graph stays on the processor beside CUDA, in any precision, with dropout or without. */
import { expect, it } from 'vitest';
import { decodingGraph } from '../../../src/main/student/gpt2/decoding.ts';
import {
    branchScoreGraph,
    ppoGradientsGraph,
    predictionGradientsGraph,
    predictionLossGraph,
    scoreGraph,
} from '../../../src/main/student/gpt2/graphs.ts';
import { languageModelParameters, policyParameters } from '../../../src/main/student/gpt2/parameters.ts';
import type { Graph } from '../../../src/main/student/onnx/graph.ts';
import type { Precision, Target } from '../../../src/main/student/onnx/target.ts';
import { adamwGraph, clippingGraph, groupPieces, muonGraph } from '../../../src/main/student/optimiser/graph.ts';
import { isMuonMatrix } from '../../../src/main/student/optimiser/muon.ts';
import { rowSumsGraph } from '../../../src/main/student/row-sums.ts';
import { zeroGradientsGraph } from '../../../src/main/student/training/gradient-programs.ts';
import { cudaKernels } from '../../support/cuda-kernels.ts';

const config = { layers: 2, width: 16, heads: 2, vocabulary: 48, context: 16 };
const stories = { batch: 2, promptTokens: 4, storyTokens: 8 };
const ranges = { policy: 0.2, value: 0.2, valueWeight: 0.1 };
const options = { kind: 'muon', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clip: 1 } as const;

function graphsFor(target: Target): readonly Graph[] {
    const parameters = languageModelParameters(config);
    const shape = { batch: 2, length: 8 };
    const pieces = parameters.map(({ name, dims }) => ({ name, dims, decays: dims.length > 1 }));
    const groups = groupPieces(pieces, target.kernels);
    return [
        predictionLossGraph(config, shape),
        ...[true, false].flatMap((accumulate) =>
            [0, 0.1].map((dropoutRate) => predictionGradientsGraph(config, shape, { accumulate, dropoutRate, target })),
        ),
        scoreGraph(config, stories),
        ppoGradientsGraph(config, stories, ranges, { accumulate: true, target }),
        branchScoreGraph(config, { ...shape, scored: 4 }),
        ...[1, 4].flatMap((tokens) =>
            [0, 0.1].map((dropoutRate) =>
                decodingGraph(config, { batch: 2, tokens, capacity: 12, output: 'sample', dropoutRate, target }),
            ),
        ),
        rowSumsGraph(policyParameters(config)),
        zeroGradientsGraph(new Map(parameters.map((each) => [each.name, each]))),
        clippingGraph(groups, options),
        adamwGraph(groups, options),
        muonGraph(
            parameters.filter(({ name }) => isMuonMatrix(name)),
            options,
        ),
    ];
}

/** Operator and type of every node that the provider has no kernel for. */
function leftToTheProcessor(graph: Graph, target: Target): readonly string[] {
    return graph.nodesFor(target).flatMap(({ operator, inputs }) => {
        const read = inputs[operator === 'Where' ? 1 : 0]!;
        const type = read.endsWith('_bf16') ? 'bfloat16' : graph.declared(read).type;
        return cudaKernels[operator]?.includes(type) ? [] : [`${graph.name}: ${operator} of ${type}`];
    });
}

it.each(['float32', 'tf32', 'bf16'] satisfies Precision[])('in %s every node has a kernel', (precision) => {
    const target = { kernels: 'cuda', precision } as const;
    const left = graphsFor(target).flatMap((graph) => leftToTheProcessor(graph, target));
    expect([...new Set(left)]).toEqual([]);
});
