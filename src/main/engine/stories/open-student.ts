/** Opens the student of a checkpoint, ready to write. */
import { readCheckpoint, type ReadCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { parameterCount } from '../../student/gpt2/config.ts';
import { languageModelParameters } from '../../student/gpt2/parameters.ts';
import type { NamedTensors, Runtime } from '../../student/runtime/runtime.ts';
import { loadWeights } from '../../student/weights.ts';
import type { OpenedRuntime } from '../device.ts';
import type { Reports } from '../supervisor.ts';

export interface OpenStudent {
    readonly checkpoint: ReadCheckpoint;
    readonly runtime: Runtime;
    readonly weights: NamedTensors;
}

export async function openStudent(
    from: string,
    open: () => Promise<OpenedRuntime>,
    supervisor: Reports,
): Promise<OpenStudent> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const checkpoint = readCheckpoint(from);
    const { runtime, threads } = await open();
    supervisor.send({
        type: 'ready',
        kind: runtime.kind,
        device: runtime.description,
        parameters: parameterCount(checkpoint.config),
        threads,
    });
    const weights = loadWeights(runtime, languageModelParameters(checkpoint.config), checkpoint.weights);
    return { checkpoint, runtime, weights };
}

/**
 * Makes a sampling temperature part of the weights: dividing the last layer norm by it divides the logits. Writing at
 * temperature 1 then equals writing at that temperature before, so learning stays on-policy and no graph has to change.
 */
export function foldTemperature(
    weights: ReadonlyMap<string, Float32Array>,
    ratio: number,
): ReadonlyMap<string, Float32Array> {
    const folded = new Map(weights);
    for (const name of ['transformer.ln_f.weight', 'transformer.ln_f.bias'])
        folded.set(
            name,
            weights.get(name)!.map((value) => value / ratio),
        );
    return folded;
}
