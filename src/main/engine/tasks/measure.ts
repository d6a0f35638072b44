/**
 * The task `measure`: finds out what a run would take by doing one real micro-batch of it, in the process that would do
 * the run, with its student, teacher and optimiser. Nothing of it is kept.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineTask, MeasuredCost } from '../../../shared/contracts/engine.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import type { Rating } from '../../../shared/ratings/rubric.ts';
import type { Runtime } from '../../student/runtime/runtime.ts';
import { parameterCount } from '../../student/gpt2/config.ts';
import { roomsFor } from '../at-once.ts';
import { engineRuntime } from '../device.ts';
import { openJudge } from '../teachers/judge-of.ts';
import { requireRated } from '../teachers/rated-none.ts';
import { firstKlCoefficient } from '../learning/advantages.ts';
import { openLearner, type Learner } from '../learning/learner.ts';
import { freshWeights } from '../pretraining/fresh-weights.ts';
import { openPretrainer, rowsAtOnce, studentConfig } from '../pretraining/pretrainer-of.ts';
import { rewardStories } from '../learning/rewarding.ts';
import { streamsOf } from '../streams.ts';
import type { DeviceChecks, Outcome, Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { learnFrom } from '../learning/update.ts';

type MeasureTask = Extract<EngineTask, { kind: 'measure' }>;

const soonSeconds = 3; // what took less is measured again, warm
const leastWritten = 64; // stories
const fewRated = 16; // stories that a teacher reads side by side

export async function measureRun(
    task: MeasureTask,
    supervisor: Reports & TaskClock & DeviceChecks & TeacherSource,
): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const measured =
        task.from === null
            ? await measurePretraining(config, supervisor)
            : await measureLearning({ ...task, from: task.from }, config, supervisor);
    supervisor.send({ type: 'measured', measured });
    return { kind: 'finished', why: 'one micro-batch was measured' };
}

/** Weights and two moments, 4 bytes each. */
const resumeBytesOf = (parameters: number): number => 3 * 4 * parameters;
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

function ofGpu({ gpu }: Runtime, needed: number | null): MeasuredCost['gpuMemory'] {
    return gpu === null || needed === null ? null : { name: gpu.name, needed, of: gpu.memoryBytes };
}

async function measureLearning(
    task: MeasureTask & { readonly from: string },
    config: RunConfig,
    supervisor: Reports & TaskClock & DeviceChecks & TeacherSource,
): Promise<MeasuredCost> {
    const uncached = { ...config, 'teacher.cache': 'off' as const }; // a remembered rating takes no time
    const learner = await openLearner({ ...task, kind: 'learn' }, uncached, null, supervisor);
    const { runtime, teacher, policy, microBatches } = learner;
    const microBatch = Math.min(config['runtime.microBatch'] || microBatches.learning, config['ppo.minibatch']);
    const began = supervisor.seconds();
    let learning = await oneMicroBatch(learner, microBatch, supervisor);
    if (supervisor.seconds() - began < soonSeconds) learning = await oneMicroBatch(learner, microBatch, supervisor);
    const parameters = Object.values(policy).reduce(
        (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
        0,
    );
    const measured: MeasuredCost = {
        device: runtime.description,
        parameters,
        microBatch,
        memoryBytes: peakBytes(),
        gpuMemory: ofGpu(runtime, learner.gpuBytes()),
        teacherMemory: teacher.facts.model?.memory ?? null,
        checkpointBytes: bytesIn(join(task.folder, 'checkpoints', 'start')),
        resumeBytes: resumeBytesOf(parameters),
        learning: { ...learning, judging: await judgingSeconds(task, uncached, learner, supervisor) },
        pretraining: null,
    };
    await learner.release();
    return measured;
}

/** Seconds that the second judge takes for one story; 0 without one. */
async function judgingSeconds(
    task: MeasureTask,
    config: RunConfig,
    { writer, streams }: Learner,
    supervisor: Reports & TaskClock & TeacherSource,
): Promise<number> {
    const judge = await openJudge(task, config, supervisor);
    if (judge === null) return 0;
    const random = streams.run.fork('measure');
    const stories = await writer.write(Array.from({ length: fewRated }, (_, i) => random.fork(i)));
    const began = supervisor.seconds();
    await judge.rate(stories, { update: 1, training: false, random });
    const seconds = (supervisor.seconds() - began) / stories.length;
    await judge.release();
    return seconds;
}

/** Writes as many stories at once as the run will; rates and learns from as many as fit into memory at once. */
async function oneMicroBatch(
    learner: Learner,
    microBatch: number,
    supervisor: Reports & TaskClock,
): Promise<NonNullable<MeasuredCost['learning']>> {
    const { config, writer, teacher, streams, calibration, promptWords } = learner;
    const batch = Math.min(config['ppo.batch'], Math.max(leastWritten, microBatch, writer.sideBySide));
    supervisor.send({ type: 'phase', phase: 'writing', done: 0, of: batch });
    let mark = supervisor.seconds();
    const lap = (): number => {
        const since = mark;
        mark = supervisor.seconds();
        return mark - since;
    };
    const random = streams.run.fork('measure');
    const stories = await writer.write(Array.from({ length: batch }, (_, i) => random.fork(i)));
    const writing = lap() / batch;

    const rated = stories.slice(0, Math.max(microBatch, fewRated));
    const context = { update: 1, training: true, random };
    await teacher.rate(rated.slice(0, 1), context); // the rubric is read once per run, so it is not measured
    lap();
    let done = 0;
    const onRated = (more: number): void =>
        supervisor.send({ type: 'phase', phase: 'rating', done: (done += more), of: rated.length });
    onRated(0);
    const ratings: readonly Rating[] = await teacher.rate(rated, { ...context, onRated });
    const rating = lap() / rated.length;

    requireRated(teacher.facts, ratings);

    // those that were rated come first, for a step without any has nothing to learn from
    const isRated = (i: number): number => (ratings[i]!.kind === 'scored' ? 0 : 1);
    const some = Array.from(rated.keys())
        .sort((a, b) => isRated(a) - isRated(b))
        .slice(0, microBatch)
        .map((i) => ({ written: rated[i]!, rating: ratings[i]! }));
    const stages = rewardStories(
        some.map(({ written }) => written),
        some.map(({ rating: given }) => given),
        teacher.facts.rubric.criteria,
        config,
        calibration,
    );
    const episodes = some.map((each, i) => ({ ...each, stages: stages[i] }));
    const greedy = config['ppo.advantage'] === 'greedy' ? episodes[0]! : null; // any story: only time is measured
    const rollout = { episodes, greedy, dropoutRate: 0, seconds: { writing: 0, rating: 0 } };
    const once = { ...learner, config: { ...config, 'ppo.epochs': 1, 'ppo.minibatch': microBatch } };
    const { seconds } = await learnFrom(once, rollout, firstKlCoefficient(config), 1, supervisor);
    return {
        writing,
        rating,
        judging: 0,
        scoring: seconds.scoring / microBatch,
        step: (seconds.learning / microBatch) * config['ppo.minibatch'],
        overlaps: teacher.facts.ratesInChunks,
        storyBytes: stories.reduce((sum, { story }) => sum + Buffer.byteLength(story), 0) / stories.length,
        wordsPerStory: teacher.facts.wordsPerStory,
        promptWords,
    };
}

async function measurePretraining(
    config: RunConfig,
    supervisor: Reports & TaskClock & DeviceChecks,
): Promise<MeasuredCost> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const student = studentConfig(config, config['tokenizer.vocabulary']);
    const { runtime, threads } = await engineRuntime(config, supervisor);
    const random = streamsOf(config).run.fork('measure');
    const weights = await freshWeights(student, random.fork('weights'), threads);
    const sequence = config['student.context'] - 1; // tokens that are predicted; no row is longer
    const batch = config['pretrain.batch'];
    const microBatch = rowsAtOnce(config, runtime, student, sequence, batch);
    const [rooms, shape] = [roomsFor(config, runtime, student), { sequence, dropoutRate: config['pretrain.dropout'] }];
    const pretrainer = await openPretrainer(runtime, config, student, weights, { microBatch, sequence, random });
    const draw = random.fork('tokens');
    const rows = Int32Array.from({ length: microBatch * (sequence + 1) }, () => draw.integer(student.vocabulary));
    supervisor.send({ type: 'phase', phase: 'pretraining', done: 0, of: 1 });
    const once = async (): Promise<number> => {
        const began = supervisor.seconds();
        await pretrainer.step(rows, config['pretrain.lr']);
        return supervisor.seconds() - began;
    };
    let seconds = await once();
    if (seconds < soonSeconds) seconds = await once();
    const parameters = parameterCount(student);
    const measured: MeasuredCost = {
        device: runtime.description,
        parameters,
        microBatch,
        memoryBytes: peakBytes(),
        gpuMemory: ofGpu(runtime, rooms && rooms.heldBytes.pretraining + rooms.pretraining(shape).needed(microBatch)),
        teacherMemory: null,
        checkpointBytes: 4 * parameters,
        resumeBytes: resumeBytesOf(parameters),
        learning: null,
        pretraining: { step: (seconds / microBatch) * batch, tokensPerStep: batch * sequence },
    };
    pretrainer.release();
    runtime.release();
    return measured;
}

function bytesIn(folder: string): number {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
