/** Opens everything that interactive learning works with: the policy that learns, its frozen reference, the teacher. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { openGuardBattery } from '../../benchmarks/guard-battery.ts';
import { hasValueHead, learnsFromPairs } from '../../../shared/settings/methods.ts';
import { ppoLearningRate, type RunConfig } from '../../../shared/run/config.ts';
import type { Calibration } from '../../learning/ppo/rewards.ts';
import {
    noOrigin,
    readCheckpoint,
    writeCheckpoint,
    type ReadCheckpoint,
} from '../../student/checkpoints/checkpoint.ts';
import type { GpuRoom } from '../../student/gpu-room.ts';
import { parameterCount, type StudentConfig } from '../../student/gpt2/config.ts';
import {
    initialWeights,
    policyParameters,
    valueHeadBias,
    valueHeadParameters,
    valueHeadWeight,
} from '../../student/gpt2/parameters.ts';
import { adamwDefaults } from '../../student/optimiser/graph.ts';
import {
    createPpoOptimiser,
    type PpoOptimiser,
    type PpoOptimiserOptions,
} from '../../student/training/ppo-optimiser.ts';
import type { NamedTensors, Runtime } from '../../student/runtime/runtime.ts';
import { createScorer, type Scorer } from '../../student/scoring/scorer.ts';
import type { StoryLimits } from '../../student/scoring/story-batches.ts';
import { discardWeights, loadWeights, readWeights } from '../../student/weights.ts';
import type { Teacher } from '../../teacher/teacher.ts';
import { countWords } from '../../text/words.ts';
import { keptAtOnce, roomsFor, sequencesAtOnce } from '../at-once.ts';
import { engineRuntime } from '../device.ts';
import { klLossOf } from './advantages.ts';
import { createGuard, type Guard } from '../guard.ts';
import type { MicroBatches } from './progress.ts';
import { foldTemperature } from '../stories/open-student.ts';
import { toRater } from '../teachers/rating-records.ts';
import { openPolicyNumbers, type PolicyNumbers } from './policy-numbers.ts';
import { openCalibration, refuseLoneMember } from './rewarding.ts';
import { streamsOf, type RunStreams } from '../streams.ts';
import type { DeviceChecks, Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';
import { openWriter, writingShape, type StoryWriter } from '../stories/writing.ts';

type LearnTask = Extract<EngineTask, { kind: 'learn' }>;

export interface Learner {
    readonly config: RunConfig;
    readonly streams: RunStreams;
    readonly runtime: Runtime;
    readonly policy: NamedTensors;
    /** By which the policy is checked and named. */
    readonly numbers: PolicyNumbers;
    readonly reference: NamedTensors;
    readonly writer: StoryWriter;
    readonly scorer: Scorer;
    readonly optimiser: PpoOptimiser;
    /** Chosen when the run began, and never changed. */
    readonly microBatches: MicroBatches;
    readonly teacher: Teacher;
    /** What the teacher's scores are worth. */
    readonly calibration: Calibration;
    /** Watches the policy's grammar; null where the run has none. */
    readonly guard: Guard | null;
    readonly promptWords: number;
    readonly learningRate: number;
    /** Of a GPU's memory, by estimate; null where there is none that is known. */
    gpuBytes(): number | null;
    /** Sets the value head so that it predicts this value everywhere. */
    startValuesAt(value: number): void;
    /** Gives the policy the weights of a checkpoint of this run; returns the tokens that they were trained on. */
    loadCheckpoint(folder: string): number;
    /** Writes the policy with its value head; returns the digest of its weights. */
    writeCheckpoint(folder: string, tokensTrained: number): string;
    release(): Promise<void>;
}

const startFolder = join('checkpoints', 'start');

/** @param existing the micro-batches that were chosen when the run began; null for a new run */
export async function openLearner(
    task: LearnTask,
    config: RunConfig,
    existing: MicroBatches | null,
    supervisor: Reports & TaskClock & DeviceChecks & TeacherSource,
): Promise<Learner> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const battery = config['guard.battery'] === 'off' ? null : openGuardBattery(config['guard.battery']);
    const teacher = await openTeacherOf(task, config, supervisor);
    const calibration = openCalibration(config, teacher.facts);
    refuseLoneMember(config, teacher.facts);
    const streams = streamsOf(config);
    const start = await openStart(task, config, streams, supervisor);
    const { config: student, tokenizer } = start;
    const { runtime, threads } = await engineRuntime(config, supervisor, task.computedOn);
    const parameters = parameterCount(student);
    supervisor.send({ type: 'ready', kind: runtime.kind, device: runtime.description, parameters, threads });
    supervisor.send({
        type: 'run-context',
        context: {
            ...toRater(teacher.facts),
            prompts: [{ text: config['rollout.prompt'], heldOut: false }],
            tokenizer: { hash: tokenizer.digest(), vocabulary: tokenizer.vocabularySize },
        },
    });

    const policy = loadWeights(runtime, policyParameters(student), start.weights);
    const reference = loadWeights(runtime, policyParameters(student), start.weights);
    discardWeights(start.weights);
    const numbers = await openPolicyNumbers(runtime, policy);
    const writer = await openWriter(runtime, student, policy, tokenizer, config, {
        temperature: 1, // the configured temperature is part of the weights (`foldTemperature`)
        stories: config['ppo.batch'],
    });
    const promptTokens = writer.promptTokens.length;
    const limits = {
        shortestPrompt: promptTokens,
        longestPrompt: promptTokens,
        longestStory: config['rollout.maxNewTokens'],
    };
    const choose = choosing(config, runtime, student, limits);
    const kept = {
        learning: keptAtOnce(existing?.learning ?? null, runtime, choose.learning),
        scoring: keptAtOnce(existing?.scoring ?? null, runtime, choose.scoring),
    };
    const requested = config['runtime.microBatch'];
    const atOnce = {
        learning: Math.min(requested || kept.learning, config['ppo.minibatch']),
        scoring: Math.min(requested || kept.scoring, config['ppo.batch']),
    };
    const optimiser = await createPpoOptimiser(runtime, student, policy, {
        ...limits,
        ...ppoOptionsOf(config),
        microBatch: atOnce.learning,
    });
    const scorer = createScorer(runtime, student, { ...limits, microBatch: atOnce.scoring });
    return {
        config,
        streams,
        runtime,
        policy,
        numbers,
        reference,
        writer,
        scorer,
        optimiser,
        microBatches: existing ?? kept,
        teacher,
        calibration,
        guard: battery && createGuard(battery, { runtime, student, weights: policy, tokenizer }, supervisor),
        promptWords: countWords(config['rollout.prompt']),
        learningRate: ppoLearningRate(config, parameters),
        gpuBytes() {
            const rooms = roomsFor(config, runtime, student);
            if (rooms === null) return null;
            const writing = rooms.writing(writingShape(config, writer.promptTokens)).needed(writer.sideBySide);
            const scoring = rooms.scoring(limits).needed(atOnce.scoring);
            return rooms.heldBytes.learning + rooms.learning(limits).needed(atOnce.learning) + scoring + writing;
        },
        startValuesAt(value) {
            policy[valueHeadWeight]!.write(new Float32Array(student.width));
            policy[valueHeadBias]!.write(Float32Array.of(value));
        },
        loadCheckpoint(folder) {
            const { weights, origin } = readCheckpoint(folder);
            for (const [name, tensor] of Object.entries(policy)) tensor.write(weights.get(name)!);
            discardWeights(weights);
            return origin!.tokens - start.origin!.tokens;
        },
        writeCheckpoint(folder, tokensTrained) {
            const origin = {
                ...start.origin!,
                tokens: start.origin!.tokens + tokensTrained,
                losses: tokensTrained === 0 ? start.origin!.losses : {}, // pretraining's hold only before learning
                parents: [start.digest, ...start.origin!.parents],
            };
            return writeCheckpoint(folder, { config: student, tokenizer, weights: readWeights(policy), origin });
        },
        async release() {
            writer.release();
            scorer.release();
            optimiser.release();
            numbers.release();
            await teacher.release();
            runtime.release();
        },
    };
}

/** What the machine has room for, whatever was asked for: a run keeps it, so that a resume computes the same. */
function choosing(
    config: RunConfig,
    runtime: Runtime,
    student: StudentConfig,
    limits: StoryLimits,
): Record<keyof MicroBatches, () => number> {
    const rooms = roomsFor(config, runtime, student);
    const chosen = (rows: number, room: GpuRoom | undefined): number =>
        sequencesAtOnce({ ...config, 'runtime.microBatch': 0 }, student, config['rollout.maxNewTokens'], rows, room);
    return {
        learning: () => chosen(config['ppo.minibatch'], rooms?.learning(limits)),
        scoring: () => chosen(config['ppo.batch'], rooms?.scoring(limits)),
    };
}

function ppoOptionsOf(
    config: RunConfig,
): Pick<PpoOptimiserOptions, 'ranges' | 'lossMean' | 'ratioThreshold' | 'optimiser'> {
    return {
        ranges: {
            policy: config['ppo.clipRange'],
            value: config['ppo.valueClipRange'],
            valueWeight: hasValueHead(config) ? config['ppo.valueWeight'] : 0,
            ratio: learnsFromPairs(config) ? 'none' : config['ppo.ratio'],
            klLoss: klLossOf(config),
        },
        lossMean: learnsFromPairs(config) ? 'pairs' : config['ppo.lossMean'],
        ratioThreshold: config['ppo.ratioThreshold'],
        optimiser: {
            kind: 'adamw',
            ...adamwDefaults,
            weightDecay: 0,
            clip: config['ppo.gradientClip'] > 0 ? config['ppo.gradientClip'] : null,
        },
    };
}

/**
 * The run's own copy of the student it starts from, with value head and temperature. It is the reference, also after a
 * resume, whatever becomes of the checkpoint that it was copied from.
 */
async function openStart(
    task: LearnTask,
    config: RunConfig,
    streams: RunStreams,
    supervisor: Reports & TaskClock,
): Promise<ReadCheckpoint> {
    const folder = join(task.folder, startFolder);
    if (!existsSync(folder)) {
        const source = readCheckpoint(task.from);
        const origin = source.origin ?? noOrigin;
        const temperature = config['rollout.temperature'];
        const ratio = temperature / origin.temperature;
        const losses = ratio === 1 ? origin.losses : {}; // else they were measured on other weights
        const head = initialWeights(source.config, valueHeadParameters(source.config), streams.run.fork('value-head'));
        const weights = new Map([...foldTemperature(source.weights, ratio), ...head]);
        const started = {
            ...source,
            weights,
            origin: { ...origin, losses, temperature, parents: [source.digest, ...origin.parents] },
        };
        writeCheckpoint(folder, started);
        discardWeights(weights);
    }
    const start = readCheckpoint(folder);
    // also after a resume: the last attempt may have ended after writing it and before sending this
    await supervisor.commit({
        type: 'checkpoint',
        checkpoint: {
            path: 'checkpoints/start',
            kind: 'initial',
            at: supervisor.now(),
            words: 0,
            update: 0,
            digest: start.digest,
        },
    });
    return start;
}
