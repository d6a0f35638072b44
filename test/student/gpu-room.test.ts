/** What graphs need of a GPU's memory, and how many sequences fit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { bytesAlive } from '../../src/main/student/onnx/bytes-alive.ts';
import { gpuRooms, sequencesThatFit, type GpuRooms } from '../../src/main/student/gpu-room.ts';
import { initialWeights, languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { Graph } from '../../src/main/student/onnx/graph.ts';
import type { Target } from '../../src/main/student/onnx/target.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { createSequenceScorer } from '../../src/main/student/scoring/sequence-scorer.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { rehearsedDevice } from '../support/rehearsed-device.ts';

const onCuda: Target = { kernels: 'cuda', precision: 'float32' };

describe('bytes alive at once', () => {
    it('lets a value go after its last use, also where that reads it in another shape', () => {
        const graph = new Graph('by pencil');
        const x = graph.input('x', [10, 10]);
        const a = graph.unary('Exp', x); // 400 bytes
        const flat = graph.reshape(a, [100]); // the same memory
        const b = graph.unary('Neg', graph.slice(flat, 0, 0, 50)); // a, the slice and b: 400 + 200 + 200
        const c = graph.add(b, graph.slice(flat, 0, 50, 100)); // without a: b, the slice and c
        graph.output('y', graph.unary('Exp', c)); // an output is a tensor of ours
        expect(bytesAlive(graph, onCuda)).toBe(400 + 200 + 200);
    });

    it('counts what a precision shortens, and refuses what a kernel cannot count', () => {
        const chain = (rows: number): Graph => {
            const graph = new Graph('products', { mayRound: true });
            const weight = graph.input('w', [64, 64]);
            let x = graph.input('x', [rows, 64]);
            for (let depth = 0; depth < 4; depth++) x = graph.matmul(x, weight);
            graph.output('y', x);
            return graph;
        };
        const wide = bytesAlive(chain(1000), onCuda);
        expect(wide).toBe(2 * 1000 * 64 * 4);
        expect(bytesAlive(chain(1000), { ...onCuda, precision: 'bf16' })).toBeLessThan(0.75 * wide);
        expect(bytesAlive(chain(2 ** 25 - 1), onCuda)).toBeLessThan(Infinity);
        expect(bytesAlive(chain(2 ** 25), onCuda)).toBe(Infinity);
    });
});

describe('sequences that fit', () => {
    const brute = (sequences: number, fits: (size: number) => boolean): number => {
        for (let parts = 1; ; parts++) {
            const size = Math.ceil(sequences / parts);
            if (size === 1 || fits(size)) return size;
        }
    };

    it('are the largest of equal parts, wherever another node becomes the largest', () => {
        const random = new RandomStream('rooms');
        for (let trial = 0; trial < 200; trial++) {
            const lines = Array.from({ length: 3 }, () => [100 * random.uniform(), 10 * random.uniform()] as const);
            const needed = (size: number): number => Math.max(...lines.map(([base, each]) => base + each * size));
            const [sequences, bytes] = [1 + random.integer(500), 3000 * random.uniform()];
            const found = sequencesThatFit(sequences, { bytes, needed });
            expect(found).toBe(brute(sequences, (size) => needed(size) <= bytes));
        }
    });

    it('is one where there is no room at all, and all where there is plenty', () => {
        expect(sequencesThatFit(360, { bytes: -5, needed: (size) => size })).toBe(1);
        expect(sequencesThatFit(360, { bytes: Infinity, needed: (size) => size })).toBe(360);
        expect(sequencesThatFit(360, { bytes: 1e9, needed: (size) => (size > 100 ? Infinity : size) })).toBe(90);
    });

    it('are fewer than have no end, also where that is few or none', () => {
        const endless = (from: number) => (size: number) => (size >= from ? Infinity : size);
        expect(sequencesThatFit(256, { bytes: 1e10, needed: endless(8) })).toBe(7);
        expect(sequencesThatFit(256, { bytes: 1e10, needed: endless(16) })).toBe(15);
        expect(sequencesThatFit(256, { bytes: 1e10, needed: endless(1) })).toBe(1);
        expect(sequencesThatFit(256, { bytes: 1e10, needed: () => 5 })).toBe(256);
    });

    it('are the largest also where the line through small sizes says fewer', () => {
        const needed = (size: number): number => Math.sqrt(size);
        expect(sequencesThatFit(360, { bytes: 10, needed })).toBe(brute(360, (size) => needed(size) <= 10));
    });

    it('fit on any GPU, and the next larger part does not, whoever the student is', () => {
        const student = fc
            .record({
                layers: fc.integer({ min: 1, max: 3 }),
                heads: fc.constantFrom(1, 4, 16),
                headWidth: fc.constantFrom(4, 16, 64),
                vocabulary: fc.integer({ min: 50, max: 20_000 }),
                context: fc.constantFrom(64, 128, 256),
            })
            .map(({ headWidth, ...rest }) => ({ ...rest, width: headWidth * rest.heads }));
        const memory = fc.double({ min: 0.01, max: 160, noNaN: true });
        const computing = fc.constantFrom<Target['precision']>('float32', 'tf32', 'bf16');
        const sequences = fc.integer({ min: 1, max: 400 });
        fc.assert(
            fc.property(student, memory, computing, sequences, (config, gibibytes, precision, rows) => {
                const gpu = { name: 'A GPU', memoryBytes: gibibytes * 2 ** 30, capability: '9.0' };
                const rooms = gpuRooms({ gpu, target: { kernels: 'cuda', precision } }, config, false)!;
                const story = { promptTokens: 8, maxNewTokens: config.context - 8 };
                const limits = { shortestPrompt: 8, longestPrompt: 8, longestStory: config.context - 8 };
                const all = [
                    rooms.pretraining({ sequence: config.context - 1, dropoutRate: 0 }),
                    rooms.learning(limits),
                    rooms.scoring(limits),
                    rooms.writing({ ...story, dropoutRates: [0] }),
                    rooms.reading(config.context),
                    rooms.readingAlone(8),
                ];
                for (const room of all) {
                    const size = sequencesThatFit(rows, room);
                    const parts = Math.ceil(rows / size);
                    expect(size).toBe(Math.ceil(rows / parts));
                    if (size > 1) expect(room.needed(size)).toBeLessThanOrEqual(room.bytes);
                    if (parts > 1) expect(room.needed(Math.ceil(rows / (parts - 1)))).toBeGreaterThan(room.bytes);
                }
            }),
            { numRuns: 12, seed: 5 },
        );
    });

    it('asks for few of the graphs', () => {
        let asked = 0;
        const needed = (size: number): number => 7 + 3 * size + 0 * asked++;
        expect(sequencesThatFit(360, { bytes: 150, needed })).toBe(45);
        expect(asked).toBeLessThanOrEqual(6);
    });
});

it('knows nothing of a GPU without memory that is known', () => {
    const student = { layers: 1, width: 8, heads: 2, vocabulary: 50, context: 16 };
    expect(gpuRooms({ gpu: null, target: onCuda }, student, false)).toBeNull();
});

describe('texts read on a small GPU', () => {
    const student = { layers: 1, width: 8, heads: 2, vocabulary: 50, context: 96 };
    const plain = initialWeights(student, languageModelParameters(student), new RandomStream('reader'));
    const random = new RandomStream('texts');
    const texts = Array.from({ length: 200 }, () => {
        const ids = Array.from({ length: 2 + random.integer(student.context - 2) }, () => random.integer(50));
        return { ids, from: 1 };
    });
    const alone = texts.map((text) => [text]);

    async function read(
        runtime: Runtime,
        roomFor: GpuRooms['reading'] | null,
    ): Promise<{ readonly scores: readonly number[]; readonly most: number; readonly rows: readonly number[] }> {
        const weights = loadWeights(runtime, languageModelParameters(student), plain);
        let [held, most] = [0, 0];
        const rows: number[] = [];
        const counting: Runtime = {
            ...runtime,
            async compile(model, constants) {
                const program = await runtime.compile(model, constants);
                most = Math.max(most, ++held);
                const bind: typeof program.bind = (inputs, outputs) => {
                    rows.push(inputs['ids']!.dims[0]!);
                    return program.bind(inputs, outputs);
                };
                const { inputs, outputs } = program;
                return { inputs, outputs, bind, release: () => void (held--, program.release()) };
            },
        };
        const scorer = createSequenceScorer(counting, student, weights, roomFor);
        const scores = [...(await scorer.score(alone)).flat(), ...(await scorer.score(alone)).flat()];
        scorer.release();
        expect(held).toBe(0);
        return { scores, most, rows };
    }

    it('keeps a few graphs, and says the same as the processor', async () => {
        const memoryBytes = 64 * 2 ** 20;
        const device = await rehearsedDevice(1, 'float32', { name: 'A small GPU', memoryBytes, capability: '8.9' });
        const host = await openRuntime({ kind: 'processor', threads: 1 });
        const { reading, readingAlone } = gpuRooms(device, student, true)!;
        const [onGpu, onHost] = [await read(device, reading), await read(host, null)];
        expect(onHost.most).toBeGreaterThan(8);
        expect(onGpu.most).toBe(8);
        onGpu.scores.forEach((score, at) => expect(score).toBeCloseTo(onHost.scores[at]!, 4));
        const alone = await read(device, readingAlone);
        expect(Math.max(...alone.rows)).toBeGreaterThan(Math.max(...onGpu.rows));
        const oneByOne = await read(device, () => ({ bytes: 0, needed: () => Infinity }));
        expect(Math.max(...oneByOne.rows)).toBe(1);
        for (const each of [alone, oneByOne])
            each.scores.forEach((score, at) => expect(score).toBeCloseTo(onHost.scores[at]!, 4));
        for (const runtime of [device, host]) runtime.release();
    });

    it('keeps what was used last, not what was compiled last', async () => {
        const device = await rehearsedDevice(1);
        const weights = loadWeights(device, languageModelParameters(student), plain);
        let compiled = 0;
        const counting: Runtime = {
            ...device,
            compile: (...given) => {
                compiled++;
                return device.compile(...given);
            },
        };
        const roomFor: GpuRooms['reading'] = () => ({ bytes: 0, needed: () => Infinity });
        const scorer = createSequenceScorer(counting, student, weights, roomFor);
        const scoreOf = (length: number): Promise<unknown> =>
            scorer.score([[{ ids: Array.from({ length }, () => 1), from: 1 }]]);
        for (const length of [8, 12, 16, 20, 24, 28, 32, 40]) await scoreOf(length);
        await scoreOf(8);
        await scoreOf(48); // instead of 12
        expect(compiled).toBe(9);
        await scoreOf(8);
        expect(compiled).toBe(9);
        await scoreOf(12);
        expect(compiled).toBe(10);
        scorer.release();
        device.release();
    });
});

it('reads the benchmarks of a large GPU at least as many at once as one whose memory is not known', () => {
    const published = { layers: 12, width: 768, heads: 12, vocabulary: 16_000, context: 512 };
    const on = (gibibytes: number): GpuRooms => {
        const gpu = { name: 'A GPU', memoryBytes: gibibytes * 2 ** 30, capability: '9.0' };
        return gpuRooms({ gpu, target: onCuda }, published, true)!;
    };
    for (const length of [8, 32, 128, 512])
        expect(sequencesThatFit(16_384 / length, on(79).readingAlone(length))).toBe(16_384 / length);
    const small = sequencesThatFit(128, on(8).reading(128));
    expect(small).toBeLessThan(8);
    expect(sequencesThatFit(128, on(8).readingAlone(128))).toBeGreaterThan(4 * small);
});
