/** How many sequences are in memory at once: on the processor as ever, on a GPU as many as fill it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { keptAtOnce, roomsFor, sequencesAtOnce, storiesSideBySide } from '../../src/main/engine/at-once.ts';
import { openLearner } from '../../src/main/engine/learning/learner.ts';
import { progressSchema, type LearningProgress } from '../../src/main/engine/learning/progress.ts';
import { progressSchema as pretrainingProgressSchema } from '../../src/main/engine/pretraining/open-pretraining.ts';
import { rowsAtOnce } from '../../src/main/engine/pretraining/pretrainer-of.ts';
import { savedProgress } from '../../src/main/engine/resuming.ts';
import { writingShape } from '../../src/main/engine/stories/writing.ts';
import { measureRun } from '../../src/main/engine/tasks/measure.ts';
import { pretrainFromScratch } from '../../src/main/engine/tasks/pretrain.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import type { Precision } from '../../src/main/student/onnx/target.ts';
import { processor } from '../../src/main/student/onnx/target.ts';
import type { Gpu, Runtime } from '../../src/main/student/runtime/runtime.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import { createPpoOptimiser } from '../../src/main/student/training/ppo-optimiser.ts';
import { createPretrainer } from '../../src/main/student/training/pretrainer.ts';
import type { EngineEvent, MeasuredCost } from '../../src/shared/contracts/engine.ts';
import { composeConfig, type RunConfig } from '../../src/shared/run/config.ts';
import { rehearsedDevice } from '../support/rehearsed-device.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

/** What a rehearsed device says that it is. */
const openedOn = vi.hoisted(() => ({ gpu: null as Gpu | null, isProcessor: false }));
vi.mock(import('../../src/main/student/runtime/open.ts'), async (actual) => {
    const real = await actual();
    return {
        openRuntime: (options) =>
            openedOn.isProcessor
                ? real.openRuntime(options)
                : rehearsedDevice(options.threads, 'float32', openedOn.gpu),
    };
});
vi.mock(import('../../src/main/student/training/ppo-optimiser.ts'), { spy: true });
vi.mock(import('../../src/main/student/training/pretrainer.ts'), { spy: true });
vi.mock(import('../../src/main/student/scoring/scorer.ts'), { spy: true });

const published = { layers: 12, width: 768, heads: 12, vocabulary: 16_000, context: 512 };
const shipped = { layers: 4, width: 192, heads: 6, vocabulary: 4000, context: 128 };
const tiny = { layers: 1, width: 8, heads: 2, vocabulary: 50, context: 16 };
const [promptTokens, longestStory] = [18, 90];
const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory };
/** Without dropout, whose masks take a second to lay out. */
const dry = { 'rollout.dropout': 'off', 'pretrain.dropout': 0 } as const;
const paper = composeConfig('paper', dry);

type Computing = Pick<Runtime, 'gpu' | 'target'>;
const onProcessor: Computing = { gpu: null, target: processor };
function gpuOf(gibibytes: number, precision: Precision = 'float32'): Computing {
    return {
        gpu: { name: `${gibibytes} GB`, memoryBytes: gibibytes * 2 ** 30, capability: '9.0' },
        target: { kernels: 'cuda', precision },
    };
}

function chosen(config: RunConfig, computing: Computing): Readonly<Record<string, number>> {
    const rooms = roomsFor(config, computing, published);
    const writing = rooms?.writing(writingShape(config, new Int32Array(promptTokens))) ?? null;
    return {
        learning: sequencesAtOnce(config, published, longestStory, 360, rooms?.learning(limits)),
        scoring: sequencesAtOnce(config, published, longestStory, 360, rooms?.scoring(limits)),
        writing: storiesSideBySide(config, published, promptTokens + longestStory, 360, writing),
    };
}
const pretrained = (config: RunConfig, computing: Computing): number =>
    rowsAtOnce(config, computing, published, 511, 256);

it('chooses on the processor what it always chose', () => {
    const of = (student: typeof published, positions: number, rows: number): number =>
        sequencesAtOnce(paper, student, positions, rows);
    expect(chosen(paper, onProcessor)).toEqual({ learning: 10, scoring: 10, writing: 33 });
    expect(pretrained(paper, onProcessor)).toBe(1);
    expect([of(shipped, 90, 360), of(shipped, 90, 60), of(shipped, 127, 16)]).toEqual([4, 4, 3]);
    expect([of(tiny, 16, 12), of(tiny, 16, 100_000)]).toEqual([12, 2273]);
    const sideBySide = (student: typeof published, positions: number): number =>
        storiesSideBySide(paper, student, positions, 1000, null);
    expect([sideBySide(published, 108), sideBySide(published, 512)]).toEqual([33, 7]);
    expect([sideBySide(shipped, 108), sideBySide(tiny, 16)]).toEqual([64, 64]);
    expect(storiesSideBySide(paper, published, 108, 3, null)).toBe(33); // whatever is wanted
});

it('fills a GPU, so that the student of the paper takes few launches on a large one', () => {
    expect(pretrained(paper, gpuOf(79))).toBeGreaterThanOrEqual(32);
    const large = chosen(paper, gpuOf(79));
    expect(large['learning']).toBeGreaterThanOrEqual(60);
    expect(large['scoring']).toBeGreaterThanOrEqual(90);
    expect(large['writing']).toBe(360);
    expect(chosen(paper, gpuOf(79))).toEqual(large); // whenever it is asked
    for (const rows of Object.values(large)) expect(360 % rows!).toBe(0);
});

it('leaves room for the masks of dropout', () => {
    expect(pretrained(composeConfig('paper', {}), gpuOf(24))).toBeLessThan(pretrained(paper, gpuOf(24)));
});

it('takes more of a larger GPU, more where numbers are shorter, and less beside a model that reads', () => {
    const sizes = [1, 8, 24, 40, 79];
    const ofSizes = sizes.map((size) => chosen(paper, gpuOf(size)));
    for (const part of ['learning', 'scoring', 'writing']) {
        const rows = ofSizes.map((each) => each[part]!);
        expect(rows).toEqual(rows.toSorted((a, b) => a - b));
        expect(rows[0]).toBe(1); // where nothing fits, one may
    }
    expect(chosen(paper, gpuOf(24, 'bf16'))['learning']).toBeGreaterThan(ofSizes[2]!['learning']!);
    const beside = (given: Parameters<typeof composeConfig>[1]): Readonly<Record<string, number>> =>
        chosen(composeConfig('paper', { ...dry, ...given }), gpuOf(40));
    const model = beside({ teacher: '/models/judge-8b.gguf' });
    for (const part of ['learning', 'scoring', 'writing']) expect(model[part]).toBeLessThan(ofSizes[3]![part]!);
    expect(beside({ teacher: 'rules+judge.gguf' })).toEqual(model);
    expect(beside({ 'evaluation.judge': 'judge.gguf' })).toEqual(model);
    expect(beside({ teacher: 'judge.gguf', 'teacher.device': 'cpu' })).toEqual(ofSizes[3]);
    expect(beside({ teacher: 'http://127.0.0.1:8000/v1' })).toEqual(ofSizes[3]);
});

it('does what was set by hand; then no more stories are written side by side than that, or than on the processor', () => {
    const byHand = (microBatch: number): Readonly<Record<string, number>> =>
        chosen(composeConfig('paper', { ...dry, 'runtime.microBatch': microBatch }), gpuOf(79));
    expect(byHand(7)).toEqual({ learning: 7, scoring: 7, writing: 33 });
    expect(byHand(100)).toEqual({ learning: 100, scoring: 100, writing: 100 });
    expect(pretrained(composeConfig('paper', { 'runtime.microBatch': 3 }), gpuOf(79))).toBe(3);
});

describe('learning on a GPU', () => {
    const root = mkdtempSync(join(tmpdir(), 'storyloop-at-once-'));
    const student = join(root, 'student');
    beforeAll(() => writeStudent(student));
    afterAll(() => rmSync(root, { recursive: true }));

    async function learn(name: string, gpu: Gpu, pauseAfter = Infinity): Promise<EngineEvent[]> {
        const events: EngineEvent[] = [];
        openedOn.gpu = gpu;
        const config = stored({ 'evaluation.stories': 10, 'budget.updates': 2 });
        const task = { kind: 'learn', folder: join(root, name), config, from: student } as const;
        const updates = (): number => events.filter(({ type }) => type === 'update').length;
        await learnInteractively(
            task,
            listener(events, () => updates() >= pauseAfter),
        );
        return events;
    }
    const storedOf = (name: string): LearningProgress['microBatches'] =>
        savedProgress(join(root, name), progressSchema)!.microBatches;
    const digests = (events: readonly EngineEvent[]): readonly string[] =>
        events.flatMap((event) => (event.type === 'update' ? [event.update.digest] : []));

    it('is measured as it will run: as many stories at once, and what the student takes of the GPU', async () => {
        const memoryBytes = 24 * 2 ** 20;
        openedOn.gpu = { name: 'A GPU', memoryBytes, capability: '9.0' };
        const small = { 'student.layers': 1, 'student.width': 16, 'student.heads': 2, 'student.context': 32 };
        const measure = async (from: string | null): Promise<MeasuredCost> => {
            const events: EngineEvent[] = [];
            const config = stored({ ...small, 'tokenizer.vocabulary': 400, 'pretrain.batch': 128 });
            const folder = mkdtempSync(join(root, 'measured-'));
            await measureRun({ kind: 'measure', folder, config, from }, listener(events));
            return events.flatMap((event) => (event.type === 'measured' ? [event.measured] : []))[0]!;
        };
        const learned = await measure(student);
        expect(learned).toMatchObject({ gpuMemory: { name: 'A GPU', of: memoryBytes } });
        expect(learned.microBatch).toBeGreaterThan(1);
        const read = await measure(null);
        expect(read.microBatch).toBeLessThan(128);
        for (const { gpuMemory, parameters, microBatch } of [learned, read]) {
            expect(gpuMemory!.needed, `${microBatch} at once`).toBeGreaterThan(4 * 4 * parameters);
            expect(gpuMemory!.needed).toBeLessThanOrEqual(0.8 * memoryBytes);
        }
        openedOn.gpu = null;
        expect(await measure(student)).toMatchObject({ gpuMemory: null });
    });

    it('keeps the micro-batches that it began with, whatever GPU it goes on with', async () => {
        const [large, small] = [64 * 2 ** 30, 25 * 2 ** 20].map((memoryBytes) => ({
            name: 'A GPU',
            memoryBytes,
            capability: '9.0',
        }));
        const whole = await learn('whole', large!);
        expect(whole.find(({ type }) => type === 'ready')).toMatchObject({
            device: expect.stringMatching(/^Rehearsal on A GPU, 64 GB, /) as string,
        });
        expect(storedOf('whole')).toEqual({ learning: 60, scoring: 60 });
        const begun = await learn('moved', small!, 1);
        const chosenFirst = storedOf('moved');
        expect(chosenFirst.learning).toBeLessThan(60);
        const ended = await learn('moved', large!);
        expect(storedOf('moved')).toEqual(chosenFirst);
        expect(digests(begun)).toHaveLength(1);
        expect(digests(ended)).toHaveLength(1);
        const unmoved = await learn('unmoved', small!);
        expect(digests([...begun, ...ended])).toEqual(digests(unmoved));
    });
});

describe('a run that goes on on the processor', () => {
    const root = mkdtempSync(join(tmpdir(), 'storyloop-moved-'));
    const gpu = { name: 'A GPU', memoryBytes: 64 * 2 ** 30, capability: '9.0' };
    const host = { memory: 'host' } as const;
    afterEach(() => Object.assign(openedOn, { gpu: null, isProcessor: false }));
    afterAll(() => rmSync(root, { recursive: true }));

    it('has no more in memory than would be chosen there, and just as many where it began there', () => {
        expect(keptAtOnce(52, host, () => 1)).toBe(1);
        expect(keptAtOnce(null, host, () => 4)).toBe(4);
        expect(keptAtOnce(4, host, () => 4)).toBe(4);
        expect(keptAtOnce(3, host, () => 4)).toBe(3);
        expect(keptAtOnce(52, { memory: 'device' }, () => 1)).toBe(52);
    });

    it('learns from no more stories at once, and remembers what it began with', async () => {
        const from = join(root, 'student');
        writeStudent(from);
        const begunWith = { learning: 1000, scoring: 1000 };
        const task = { kind: 'learn', folder: join(root, 'learning'), from } as const;
        const { version, preset, values } = stored({ 'ppo.batch': 1000, 'ppo.minibatch': 1000 });
        const open = async (): Promise<readonly number[]> => {
            const stored = { version, preset, values };
            const config = values as unknown as RunConfig;
            const learner = await openLearner({ ...task, config: stored }, config, begunWith, listener([]));
            expect(learner.microBatches).toEqual(begunWith);
            await learner.release();
            return [
                vi.mocked(createPpoOptimiser).mock.lastCall![3].microBatch,
                vi.mocked(createScorer).mock.lastCall![2].microBatch,
            ];
        };
        openedOn.gpu = gpu;
        expect(await open()).toEqual([1000, 1000]);
        openedOn.isProcessor = true;
        for (const rows of await open()) expect(rows).toBeLessThan(500);
    });

    it('reads no more rows at once, and remembers what it began with', async () => {
        const wide = { 'student.layers': 1, 'student.width': 16, 'student.heads': 16, 'student.context': 128 };
        const { version, preset, values } = stored({
            ...wide,
            'tokenizer.vocabulary': 400,
            'corpus.stories': 150,
            'pretrain.batch': 64,
            'pretrain.dropout': 0,
        });
        async function pretrain(name: string, pauseAfter: number): Promise<readonly number[]> {
            const events: EngineEvent[] = [];
            const config = { version, preset, values };
            const task = { kind: 'pretrain', folder: join(root, name), config, corpus: 'storyworld' } as const;
            const steps = (): number => events.filter(({ type }) => type === 'pretrained').length;
            const paused = listener(events, () => steps() >= pauseAfter);
            await pretrainFromScratch(task, paused);
            const { microBatch } = savedProgress(join(root, name), pretrainingProgressSchema)!;
            return [vi.mocked(createPretrainer).mock.lastCall![3].microBatch, microBatch];
        }
        openedOn.gpu = gpu;
        expect(await pretrain('moved', 1)).toEqual([64, 64]);
        openedOn.isProcessor = true;
        const onProcessor = await pretrain('unmoved', 1);
        expect(onProcessor[0]).toBeLessThan(64);
        expect(onProcessor[1]).toBe(onProcessor[0]);
        expect(await pretrain('moved', 1)).toEqual([onProcessor[0], 64]);
        expect(await pretrain('unmoved', 1)).toEqual(onProcessor);
    });
});
