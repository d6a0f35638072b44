/** One graph of the published student on a rehearsed device: its arena over what of it is alive at once. */
import { setTimeout } from 'node:timers/promises';
import { bytesAlive } from '../../src/main/student/onnx/bytes-alive.ts';
import {
    gradientName,
    ppoGradientsGraph,
    predictionGradientsGraph,
    scoreGraph,
} from '../../src/main/student/gpt2/graphs.ts';
import { policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { elementCount, type Graph } from '../../src/main/student/onnx/graph.ts';
import { bindGraph } from '../../src/main/student/runtime/bound-graph.ts';
import { DeviceTensor } from '../../src/main/student/runtime/gpu/device-tensor.ts';
import type { NamedTensors } from '../../src/main/student/runtime/runtime.ts';
import { rehearsedDevice } from '../support/rehearsed-device.ts';
import { longestStory, promptTokens, publishedStudent as student } from './students.ts';

export type ArenaOf = 'pretraining' | 'pretraining with dropout' | 'learning' | 'scoring';

const runtime = await rehearsedDevice(1);
const { target } = runtime;
const rows = (length: number, dropoutRate: number): Graph =>
    predictionGradientsGraph(student, { batch: 4, length }, { accumulate: false, dropoutRate, target });
const ranges = { policy: 0.2, value: 0.2, valueWeight: 0.1 };
const stories = (batch: number) => ({ batch, promptTokens, storyTokens: longestStory });
const graphs: Readonly<Record<ArenaOf, () => Graph>> = {
    pretraining: () => rows(128, 0),
    'pretraining with dropout': () => rows(128, 0.1),
    learning: () => ppoGradientsGraph(student, stories(8), ranges, { accumulate: false, target }),
    scoring: () => scoreGraph(student, stories(32)),
};
const graph = graphs[process.argv[2] as ArenaOf]();

/** They are on the device before the graph runs. */
function tensors(name: (parameter: string) => string): NamedTensors {
    return Object.fromEntries(
        policyParameters(student).map(({ name: parameter, dims }) => {
            const tensor = runtime.tensor('float32', dims);
            tensor.write(new Float32Array(elementCount(dims)).fill(1e-3));
            if (tensor instanceof DeviceTensor) tensor.onDevice();
            return [name(parameter), tensor];
        }),
    );
}

const shared = { inputs: tensors((name) => name), outputs: tensors(gradientName) };
const inputs = Object.fromEntries(
    graph.inputs
        .filter(({ name }) => !(name in shared.inputs))
        .map(({ name, dims, type }) => {
            const count = elementCount(dims);
            const ids = (): Int32Array => Int32Array.from({ length: count }, (_, at) => at % 97);
            return [name, type === 'int32' ? ids() : new Float32Array(count).fill(0.01)];
        }),
);
const bound = await bindGraph(runtime, graph, shared);
globalThis.gc!();
await setTimeout(100);
const before = process.memoryUsage.rss();
await bound.run(inputs);
process.send!((process.memoryUsage.rss() - before) / bytesAlive(graph, target));
process.disconnect();
