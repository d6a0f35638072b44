/**
 * The device check: each engine runs a real graph in the process that would use it, and says what it ran on. A check
 * that fails is a fault like any other: its sentence is the finding.
 */
import { join } from 'node:path';
import type { EngineTask, Probed } from '../../shared/contract.ts';
import { FaultError } from '../../shared/faults.ts';
import { parseRubricFile } from '../../shared/rubric-file.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import { readStoredConfig } from '../../shared/stored-config.ts';
import { RandomStream } from '../learning/random.ts';
import type { StudentConfig } from '../student/gpt2/config.ts';
import { initialWeights, languageModelParameters } from '../student/gpt2/parameters.ts';
import { plainLogits } from '../student/plain-forward.ts';
import { openLlamaTeacher } from '../teacher/llama-teacher.ts';
import { engineRuntime } from './device.ts';
import { openPretrainer } from './pretrainer-of.ts';
import type { Outcome, Supervisor } from './supervisor.ts';

type ProbeTask = Extract<EngineTask, { kind: 'probe' }>;

export async function probe(task: ProbeTask, supervisor: Supervisor): Promise<Outcome> {
    const probed =
        task.engine === 'student' ? await probeStudent(task, supervisor) : await probeTeacher(task, supervisor);
    supervisor.send({ type: 'probed', probed });
    return { kind: 'finished', why: 'the engine ran' };
}

const small: StudentConfig = { layers: 2, width: 32, heads: 2, vocabulary: 64, context: 16 };
const rowsProbed = 4;
const mostDifference = 1e-4; // nats per token, between single and double precision

/** A training step of a small GPT-2; its loss is computed once more in plain double precision. */
async function probeStudent(task: ProbeTask, supervisor: Supervisor): Promise<Probed> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const { values: config } = readStoredConfig(task.config);
    const { runtime } = await engineRuntime(config);
    const random = new RandomStream('device check');
    const weights = initialWeights(small, languageModelParameters(small), random.fork('weights'));
    const sequence = small.context - 1;
    const settings = { ...config, 'pretrain.dropout': 0 };
    const pretrainer = await openPretrainer(runtime, settings, small, weights, {
        ...{ microBatch: rowsProbed, sequence, random },
    });
    const tokens = random.fork('tokens');
    const rows = Array.from({ length: rowsProbed }, () =>
        Array.from({ length: sequence + 1 }, () => tokens.integer(small.vocabulary)),
    );
    supervisor.send({ type: 'phase', phase: 'learning', done: 0, of: 1 });
    const began = supervisor.seconds();
    const { loss } = await pretrainer.step(Int32Array.from(rows.flat()), 1e-3);
    const seconds = supervisor.seconds() - began;
    const expected = rows.reduce((sum, row) => sum + plainLoss(weights, row), 0) / rowsProbed;
    const difference = Math.abs(loss - expected);
    if (!(difference <= mostDifference))
        throw new FaultError({
            kind: 'unexpected',
            message: `the student's engine gives a loss of ${loss} where ${expected} is right`,
            stack: runtime.description,
        });
    pretrainer.release();
    runtime.release();
    return { engine: 'student', device: runtime.description, milliseconds: 1000 * seconds, difference };
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

/** A model of random weights, read by llama.cpp in the teacher's own process, rates a story. */
async function probeTeacher(task: ProbeTask, supervisor: Supervisor): Promise<Probed> {
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
    const { device, backend } = teacher.opened;
    await teacher.release();
    return { engine: 'teacher', device: `${device}, ${backend}`, milliseconds, difference: null };
}
