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
import { parameterCount, type StudentConfig } from '../../student/gpt2/config.ts';
import { initialWeights, languageModelParameters } from '../../student/gpt2/parameters.ts';
import { plainLogits } from '../../student/plain-forward.ts';
import { cudaProvider } from '../../student/runtime/gpu/cuda-provider.ts';
import { openRuntime } from '../../student/runtime/open.ts';
import type { Runtime } from '../../student/runtime/runtime.ts';
import { openLlamaTeacher } from '../../teacher/llama/llama-teacher.ts';
import { previewRuntime } from '../device.ts';
import { openPretrainer } from '../pretraining/pretrainer-of.ts';
import type { Outcome, Reports, TaskClock, TeacherSource } from '../supervisor.ts';

type ProbeTask = Extract<EngineTask, { kind: 'probe' }>;

export async function probe(task: ProbeTask, supervisor: Reports & TaskClock & TeacherSource): Promise<Outcome> {
    const probed =
        task.engine === 'student' ? await probeStudent(task, supervisor) : await probeTeacher(task, supervisor);
    supervisor.send({ type: 'probed', probed });
    return { kind: 'finished', why: 'the engine ran' };
}

const mostDifference = 1e-4; // nats per token, between single and double precision
const random = new RandomStream('device check');

interface Trial {
    readonly student: StudentConfig;
    /** Of T + 1 random tokens. */
    readonly rows: readonly (readonly number[])[];
}

function trialOf(student: StudentConfig): Trial {
    const tokens = random.fork('tokens');
    const row = (): number[] => Array.from({ length: student.context }, () => tokens.integer(student.vocabulary));
    return { student, rows: Array.from({ length: 4 }, row) };
}

const smallest = { layers: 2, width: 32, heads: 2, vocabulary: 64, context: 16 };
/** By size; the last says most of what a run would gain, and takes a slow processor some seconds. */
const larger: readonly StudentConfig[] = [
    { layers: 2, width: 128, heads: 2, vocabulary: 1024, context: 64 },
    { layers: 6, width: 384, heads: 6, vocabulary: 8192, context: 128 },
];

/**
 * Does a training step of a small GPT-2. The loss before it is computed again in plain double precision, the loss after
 * it (of a device) on the processor. Then it measures how fast larger ones train.
 */
async function probeStudent(task: ProbeTask, supervisor: Reports & TaskClock): Promise<Probed> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const { values: config } = readStoredConfig(task.config);
    const provider = config['runtime.kind'] === 'cuda' ? cudaProvider() : null;
    if (provider !== null) supervisor.send({ type: 'probing-cuda', provider });
    const { runtime, threads } = await previewRuntime({ ...config, 'runtime.precision': 'float32' }); // as the processor
    const showDone = (done: number): void =>
        supervisor.send({ type: 'phase', phase: 'learning', done, of: 1 + larger.length });
    showDone(0);
    const trial = trialOf(smallest);
    const first = await train(runtime, config, trial, supervisor);
    const differences = [first.before - meanOf(trial.rows.map((row) => plainLoss(first.weights, row)))];
    if (runtime.memory === 'device') {
        const processor = await openRuntime({ kind: 'processor', threads });
        differences.push(first.after - (await train(processor, config, trial, supervisor)).after);
        processor.release();
    }
    const difference = Math.max(...differences.map(Math.abs));
    if (!(difference <= mostDifference))
        throw new FaultError({
            kind: 'unexpected',
            message: `the losses that the student's engine gives are wrong by up to ${difference} nats`,
            stack: runtime.description,
        });
    const plain = { ...config, 'pretrain.optimiser': 'adamw' } as const;
    let [tried, speed] = [trial, first];
    for (const [done, student] of larger.entries()) {
        showDone(1 + done);
        const next = trialOf(student);
        if (!isSoonDone(speed, workOf(next) / workOf(tried))) break;
        [tried, speed] = [next, await train(runtime, plain, next, supervisor)];
    }
    const [parameters, device] = [parameterCount(tried.student), runtime.description];
    runtime.release();
    const tokensPerSecond = tokensOf(tried) / speed.warmSeconds;
    const isCutShort = tried.student !== larger.at(-1);
    return { engine: 'student', device, difference, speed: { parameters, tokensPerSecond, isCutShort } };
}

const tokensOf = ({ rows, student }: Trial): number => rows.length * (student.context - 1);
/** Of one step, in products per weight. */
const workOf = (trial: Trial): number => tokensOf(trial) * parameterCount(trial.student);
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Trained {
    readonly weights: ReadonlyMap<string, Float32Array>;
    /** Mean nats per token before the first step, and after it: the second is right only if the gradients are. */
    readonly before: number;
    readonly after: number;
    /** The first step, with all that has to be compiled for it. */
    readonly coldSeconds: number;
    /** One of the steps that follow. */
    readonly warmSeconds: number;
}

const mostSeconds = 3; // of one step of the next student, and of preparing it
const timedSeconds = 1;
const timedSteps = 20;

/** Whether a student that takes so many times the work of this one can be tried within seconds. */
function isSoonDone({ coldSeconds, warmSeconds }: Trained, timesTheWork: number): boolean {
    return coldSeconds < mostSeconds && warmSeconds * timesTheWork < mostSeconds;
}

async function train(
    runtime: Runtime,
    config: RunConfig,
    { student, rows }: Trial,
    { seconds }: TaskClock,
): Promise<Trained> {
    const weights = initialWeights(student, languageModelParameters(student), random.fork('weights'));
    const read = Int32Array.from(rows.flat());
    const began = seconds();
    const pretrainer = await openPretrainer(runtime, { ...config, 'pretrain.dropout': 0 }, student, weights, {
        microBatch: rows.length,
        sequence: student.context - 1,
        random,
    });
    const step = async (): Promise<number> => (await pretrainer.step(read, 1e-3)).loss;
    const before = await step();
    const coldSeconds = seconds() - began;
    const { lossSum, tokens } = await pretrainer.evaluate(read);
    const warmBegan = seconds();
    let steps = 0;
    do {
        await step();
        steps++;
    } while (steps < timedSteps && seconds() - warmBegan < timedSeconds);
    const warmSeconds = (seconds() - warmBegan) / steps;
    pretrainer.release();
    return { weights, before, after: lossSum / tokens, coldSeconds, warmSeconds };
}

/** Mean nats per token of a row of T + 1 tokens. */
function plainLoss(weights: ReadonlyMap<string, Float32Array>, row: readonly number[]): number {
    const logits = plainLogits(smallest, weights, row.slice(0, -1)); // (T, V)
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
    return { engine: 'teacher', device: `${device}, ${backend}`, milliseconds };
}
