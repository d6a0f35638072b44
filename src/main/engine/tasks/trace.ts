/** The task `trace`: what learning changed about the tokens of stories that are already written. */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { gpuRooms } from '../../student/gpu-room.ts';
import { readCheckpoint } from '../../student/checkpoints/checkpoint.ts';
import { languageModelParameters } from '../../student/gpt2/parameters.ts';
import type { NamedTensors } from '../../student/runtime/runtime.ts';
import { createSequenceScorer } from '../../student/scoring/sequence-scorer.ts';
import { loadWeights } from '../../student/weights.ts';
import { previewRuntime } from '../device.ts';
import { openStudent } from '../stories/open-student.ts';
import type { Outcome, Reports } from '../supervisor.ts';

type TraceTask = Extract<EngineTask, { kind: 'trace' }>;

/** Both read without dropout, as stories of a clean evaluation are written. */
export async function traceStories(task: TraceTask, supervisor: Reports): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const { checkpoint, runtime, weights } = await openStudent(task.policy, () => previewRuntime(config), supervisor);
    const parameters = languageModelParameters(checkpoint.config);
    const reference = loadWeights(runtime, parameters, readCheckpoint(task.reference).weights);
    const sequences = task.stories.map(({ prompt, tokens }) => {
        const before = checkpoint.tokenizer.encode(prompt);
        return { ids: [...before, ...tokens], from: before.length };
    });
    const room = gpuRooms(runtime, checkpoint.config, false)?.readingAlone ?? null;
    const read = async (by: NamedTensors, done: number): Promise<readonly Float64Array[]> => {
        supervisor.send({ type: 'phase', phase: 'scoring', done, of: 2 });
        const scorer = createSequenceScorer(runtime, checkpoint.config, by, room);
        const logprobs = await scorer.scoreTokens(sequences);
        scorer.release();
        return logprobs;
    };
    const [after, before] = [await read(weights, 0), await read(reference, 1)];
    supervisor.send({
        type: 'traced',
        kl: after.map((story, i) => Array.from(story, (each, t) => each - before[i]![t]!)),
    });
    runtime.release();
    return { kind: 'finished', why: 'the stories are traced' };
}
