/**
 * The task `probe`, part of the device check: runs a real graph in the process that would use it, and reports what it
 * ran on. A probe that fails ends with a fault, whose sentence is the finding.
 */
import { join } from 'node:path';
import type { EngineTask, Probed } from '../../../shared/contracts/engine.ts';
import { FaultError } from '../../../shared/faults.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { RandomStream } from '../../learning/random.ts';
import type { StudentConfig } from '../../student/gpt2/config.ts';
import { initialWeights, languageModelParameters } from '../../student/gpt2/parameters.ts';
import { plainLogits } from '../../student/plain-forward.ts';
import { openRuntime } from '../../student/runtime/open.ts';
import type { Runtime } from '../../student/runtime/runtime.ts';
import { openLlamaTeacher } from '../../teacher/llama/llama-teacher.ts';
import { engineRuntime } from '../device.ts';
import { openPretrainer } from '../pretraining/pretrainer-of.ts';
import type { Outcome, Reports, TaskClock, TeacherSource } from '../supervisor.ts';

type ProbeTask = Extract<EngineTask, { kind: 'probe' }>;

export async function probe(task: ProbeTask, supervisor: Reports & TaskClock & TeacherSource): Promise<Outcome> {
    const probed =
        task.engine === 'student' ? await probeStudent(task, supervisor) : await probeTeacher(task, supervisor);
    supervisor.send({ type: 'probed', probed });
    return { kind: 'finished', why: 'the engine ran' };
}

const small: StudentConfig = { layers: 2, width: 32, heads: 2, vocabulary: 64, context: 16 };
const rowsProbed = 4;
const mostDifference = 1e-4; // nats per token, between single and double precision

const random = new RandomStream('device check');
const tokens = random.fork('tokens');
const rows = Array.from({ length: rowsProbed }, () =>
    Array.from({ length: small.context }, () => tokens.integer(small.vocabulary)),
);

/**
 * Does a training step of a small GPT-2. The loss before it is computed again in plain double precision, the loss after
 * it (of a device) on the CPU.
 */
async function probeStudent(task: ProbeTask, supervisor: Reports & TaskClock & TeacherSource): Promise<Probed> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const { values: config } = readStoredConfig(task.config);
    const { runtime, threads } = await engineRuntime(config);
    const weights = initialWeights(small, languageModelParameters(small), random.fork('weights'));
    supervisor.send({ type: 'phase', phase: 'learning', done: 0, of: 1 });
    const { before, after, seconds } = await lossesAroundStep(runtime, config, weights, supervisor);
    const differences = [before - rows.reduce((sum, row) => sum + plainLoss(weights, row), 0) / rowsProbed];
    if (runtime.memory === 'device') {
        const processor = await openRuntime({ kind: 'processor', threads });
        differences.push(after - (await lossesAroundStep(processor, config, weights, supervisor)).after);
        processor.release();
    }
    const difference = Math.max(...differences.map(Math.abs));
    if (!(difference <= mostDifference))
        throw new FaultError({
            kind: 'unexpected',
            message: `the losses that the student's engine gives are wrong by up to ${difference} nats`,
            stack: runtime.description,
        });
    runtime.release();
    return { engine: 'student', device: runtime.description, milliseconds: 1000 * seconds, difference };
}

/** Mean nats per token before a step and after it; the second is right only if the gradients are. */
async function lossesAroundStep(
    runtime: Runtime,
    config: RunConfig,
    weights: ReadonlyMap<string, Float32Array>,
    supervisor: Reports & TaskClock & TeacherSource,
): Promise<{ readonly before: number; readonly after: number; readonly seconds: number }> {
    const sequence = small.context - 1;
    const settings = { ...config, 'pretrain.dropout': 0 };
    const pretrainer = await openPretrainer(runtime, settings, small, weights, {
        microBatch: rowsProbed,
        sequence,
        random,
    });
    const read = Int32Array.from(rows.flat());
    const began = supervisor.seconds();
    const { loss: before } = await pretrainer.step(read, 1e-3);
    const seconds = supervisor.seconds() - began;
    const { lossSum, tokens: predicted } = await pretrainer.evaluate(read);
    pretrainer.release();
    return { before, after: lossSum / predicted, seconds };
}

/** Mean nats per token of a row of T + 1 tokens. */
function plainLoss(weights: ReadonlyMap<string, Float32Array>, row: readonly number[]): number {
    const logits = plainLogits(small, weights, row.slice(0, -1)); // (T, V)
    const losses = logits.map((each, t) => {
        const most = Math.max(...each);
        const logSum = most + Math.log(each.reduce((sum, value) => sum + Math.exp(value - most), 0));
        return logSum - each[row[t + 1]!]!;
    });
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const rubric = 'Grade 0 to 3.\n{{story_prompt}}\n{{student_completion}}\nAnswer:';

/** Lets a model of random weights rate a story, by llama.cpp in the teacher's own process. */
async function probeTeacher(task: ProbeTask, supervisor: Reports & TaskClock & TeacherSource): Promise<Probed> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const { values } = readStoredConfig(task.config);
    const config: RunConfig = {
        ...values,
        'teacher.reading': 'digits',
        'teacher.storyTokens': 64,
        'teacher.sideBySide': 1,
        'rollout.prompt': 'Once',
    };
    const teacher = await openLlamaTeacher(config, {
        file: join(supervisor.resources, 'probe', 'random-llama.gguf'),
        rubric: parseRubricFile(rubric, 'probe'),
        startProcess: () => supervisor.startTeacher(),
        note: () => {},
    });
    supervisor.send({ type: 'phase', phase: 'rating', done: 0, of: 1 });
    const began = supervisor.seconds();
    const story = { prompt: 'Once', story: 'upon a time.', finished: true };
    const context = { update: 0, training: false, random: new RandomStream('device check') };
    const [rating] = await teacher.rate([story], context);
    if (rating === undefined) throw new Error('llama.cpp gave no rating');
    const milliseconds = 1000 * (supervisor.seconds() - began);
    const { device, backend } = teacher.facts.details;
    await teacher.release();
    return { engine: 'teacher', device: `${device}, ${backend}`, milliseconds, difference: null };
}
