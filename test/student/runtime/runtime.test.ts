/** One conformance suite, run over all runtimes: what the student may rely on whichever of them runs. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { Graph } from '../../../src/main/student/onnx/graph.ts';
import { cudaIn } from '../../../src/main/student/runtime/gpu/cuda.ts';
import { deviceRuntime } from '../../../src/main/student/runtime/gpu/device-runtime.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import type { Runtime, RuntimeTensor } from '../../../src/main/student/runtime/runtime.ts';
import { webGpu } from '../../../src/main/student/runtime/gpu/webgpu.ts';
import { whyNoGpu } from '../../support/cuda-gpu.ts';
import { rehearsedDevice } from '../../support/rehearsed-device.ts';
import { whyNoWebGpu } from '../../support/software-vulkan.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** count' = count + step, sum = Σ values · count' : state, a scalar input and an output in one graph. */
function counterModel(): Uint8Array {
    const graph = new Graph('counter');
    const count = graph.input('count', [3]);
    const step = graph.input('step', []);
    const next = graph.add(count, step);
    graph.output('next', next);
    graph.output('sum', graph.total(next));
    return graph.model();
}

/** y = softmax(a·b)·a, big enough to take a while and to be split over threads. */
function heavyModel(size: number): Uint8Array {
    const graph = new Graph('heavy');
    const a = graph.input('a', [size, size]);
    const b = graph.input('b', [size, size]);
    const product = graph.matmul(a, b);
    graph.output('y', graph.matmul(graph.node('Softmax', [product], product, { axis: -1 }), a));
    return graph.model();
}

function filled(runtime: Runtime, dims: readonly number[], seed: string): RuntimeTensor {
    const tensor = runtime.tensor('float32', dims);
    const random = new RandomStream(seed);
    tensor.write(Float32Array.from(tensor.read() as Float32Array, () => random.normal()));
    return tensor;
}

describe.each(['native', 'official'] as const)('the %s runtime', (kind) => conforms(kind));
const noWebGpu = await whyNoWebGpu();
describe.skipIf(noWebGpu !== null)('the webgpu runtime', () => conforms('webgpu'));
const noGpu = await whyNoGpu();
describe.skipIf(noGpu !== null)('the cuda runtime', () => conforms('cuda'));
describe('the runtime on CUDA, rehearsed on the processor', () => conforms('cuda', () => rehearsedDevice(2)));
const copying = { ...webGpu, openCopies: cudaIn('float32').openCopies };
describe.skipIf(noWebGpu !== null)('the webgpu runtime, copying as CUDA must', () =>
    conforms('webgpu', () => deviceRuntime(copying, 2)),
);

const inWords: Readonly<Record<Runtime['kind'], RegExp>> = {
    native: /^CPU, 2 threads, onnxruntime 1\.\d+\.\d+ through its C API$/,
    official: /^CPU, 2 threads, onnxruntime 1\.\d+\.\d+ through its Node binding/,
    webgpu: /^WebGPU, onnxruntime 1\.\d+\.\d+ through its C API; the processor, 2 threads, where/,
    cuda: /^(?:CUDA|Rehearsal), onnxruntime 1\.\d+\.\d+ through its C API; the processor, 2 threads, where/,
};

function conforms(kind: Runtime['kind'], open?: () => Promise<Runtime>): void {
    const isOnDevice = kind === 'webgpu' || (kind === 'cuda' && open === undefined);
    let runtime: Runtime;
    beforeAll(async () => {
        runtime = await (open?.() ?? openRuntime({ kind, threads: 2 }));
    });
    afterAll(() => runtime.release());

    it('says in words what runs', () => {
        expect(runtime.kind).toBe(kind);
        expect(runtime.description).toMatch(inWords[kind]);
    });

    it('gives zero-filled tensors and takes values of every element type and rank', () => {
        for (const [type, values] of [
            ['float32', Float32Array.of(1.5, -2, 3)],
            ['int64', BigInt64Array.of(2n ** 62n, -1n, 0n)],
            ['int32', Int32Array.of(2 ** 31 - 1, -1, 0)],
        ] as const) {
            const vector = runtime.tensor(type, [3]);
            expect([...vector.read()].every((value) => Number(value) === 0)).toBe(true);
            vector.write(values);
            expect(vector.read()).toEqual(values);
            expect(runtime.tensor(type, []).read()).toHaveLength(1);
            expect(runtime.tensor(type, [2, 0, 3]).read()).toHaveLength(0);
        }
    });

    it('gives zeros to a run, also where others wrote before', async () => {
        const program = await runtime.compile(counterModel());
        for (let round = 0; round < 20; round++) {
            const [count, step, sum] = [[3], [], []].map((dims) => runtime.tensor('float32', dims));
            const binding = program.bind({ count: count!, step: step! }, { next: count!, sum: sum! });
            await binding.run();
            expect([...count!.read()]).toEqual([0, 0, 0]);
            count!.write(Float32Array.of(9, 9, 9));
            await binding.run();
            binding.release();
            for (const tensor of [count!, step!, sum!]) tensor.release();
        }
    });

    it('copies what is written: later changes of the source do not show', () => {
        const tensor = runtime.tensor('float32', [2]);
        const source = Float32Array.of(1, 2);
        tensor.write(source);
        source.fill(9);
        expect([...tensor.read()]).toEqual([1, 2]);
    });

    it('refuses values of another number or type, and shapes that are none', () => {
        const tensor = runtime.tensor('float32', [2, 3]);
        expect(() => tensor.write(new Float32Array(5))).toThrow('a tensor of shape [2, 3] was given 5 values');
        expect(() => tensor.write(new Int32Array(6))).toThrow('held in a Float32Array was given a Int32Array');
        expect(() => runtime.tensor('float32', [2, -1])).toThrow('[2, -1] is not a shape');
    });

    it('updates a tensor bound on both sides, run after run', async () => {
        const program = await runtime.compile(counterModel());
        expect(program.inputs).toEqual(['count', 'step']);
        expect(program.outputs).toEqual(['next', 'sum']);
        const count = runtime.tensor('float32', [3]);
        const step = runtime.tensor('float32', []);
        const sum = runtime.tensor('float32', []);
        const binding = program.bind({ count, step }, { next: count, sum });
        count.write(Float32Array.of(10, 20, 30));
        step.write(Float32Array.of(1));
        for (let run = 1; run <= 5; run++) {
            await binding.run();
            expect([...count.read()]).toEqual([10 + run, 20 + run, 30 + run]);
            expect([...sum.read()]).toEqual([60 + 3 * run]);
        }
        step.write(Float32Array.of(-5)); // the next run reads what was written last
        await binding.run();
        expect([...count.read()]).toEqual([10, 20, 30]);
    });

    it('lets two programs share one tensor', async () => {
        const shared = runtime.tensor('float32', [3]);
        const step = runtime.tensor('float32', []);
        step.write(Float32Array.of(1));
        const bindings = await Promise.all(
            [0, 1].map(async () => {
                const program = await runtime.compile(counterModel());
                return program.bind({ count: shared, step }, { next: shared, sum: runtime.tensor('float32', []) });
            }),
        );
        await Promise.all([...bindings, ...bindings].map((binding) => binding.run())); // asked at once, done in order
        expect([...shared.read()]).toEqual([4, 4, 4]);
    });

    it('updates a part of a tensor where it lies, and refuses parts that are none', async () => {
        const program = await runtime.compile(counterModel());
        const [step, sum] = [runtime.tensor('float32', []), runtime.tensor('float32', [])];
        step.write(Float32Array.of(1));
        const whole = runtime.tensor('float32', [2, 5]);
        whole.write(Float32Array.from({ length: 10 }, (_, i) => i));
        const parts = [whole.view(1, 3), whole.view(2, 8).view(3, 3)];
        const bindings = parts.map((count) => program.bind({ count, step }, { next: count, sum }));
        const runs = bindings.map((binding) => binding.run());
        expect(() => whole.write(new Float32Array(10))).toThrow('cannot be written before the run is over');
        expect(() => parts[0]!.release()).toThrow('cannot be released before the run is over');
        await Promise.all(runs);
        expect([...whole.read()]).toEqual([0, 2, 3, 4, 4, 6, 7, 8, 8, 9]);
        expect([...parts[1]!.read()]).toEqual([6, 7, 8]);
        parts[0]!.write(Float32Array.of(-1, -2, -3));
        expect([...whole.read()].slice(0, 5)).toEqual([0, -1, -2, -3, 4]);
        for (const [from, count] of [
            [8, 3],
            [-1, 2],
            [0.5, 1],
        ] as const)
            // prettier-ignore
            expect(() => whole.view(from, count)).toThrow(`has no ${count} elements from ${from} on`);
        parts[0]!.release();
        await expect(bindings[0]!.run()).rejects.toThrow('the tensor was released');
        whole.release();
        await expect(bindings[1]!.run()).rejects.toThrow('the tensor was released');
    });

    it('compiles programs with weights, which then stand still in their products', async () => {
        const graph = new Graph('weighted');
        const x = graph.input('x', [2, 64]);
        graph.output('y', graph.matmul(x, graph.weight('w', [64, 300])));
        const [x1, w] = [filled(runtime, [2, 64], 'x'), filled(runtime, [64, 300], 'w')];
        const expected = (): number[] =>
            Array.from({ length: 600 }, (_, at) =>
                Array.from({ length: 64 }, (_, k) => k).reduce(
                    (sum, k) =>
                        sum + Number(x1.read()[Math.floor(at / 300) * 64 + k]) * Number(w.read()[k * 300 + (at % 300)]),
                    0,
                ),
            );
        const wanted = expected();
        const program = await runtime.compile(graph.model(), { w });
        expect(program.inputs).toEqual(['x']);
        w.write(new Float32Array(64 * 300)); // does not reach what was compiled
        const y = runtime.tensor('float32', [2, 300]);
        await program.bind({ x: x1 }, { y }).run();
        const apart = [...y.read()].map((value, at) => Math.abs(Number(value) - wanted[at]!));
        expect(Math.max(...apart)).toBeLessThan(1e-4);
        await expect(runtime.compile(graph.model())).rejects.toThrow(); // a model that names weights wants them
    });

    it('counts how often the memory of a tensor was written', async () => {
        const program = await runtime.compile(counterModel());
        const [count, step, sum] = [[3], [], []].map((dims) => runtime.tensor('float32', dims));
        const seen = (): number[] => [count!, step!, sum!].map(({ version }) => version);
        expect(seen()).toEqual([0, 0, 0]);
        step!.write(Float32Array.of(1));
        count!.view(1, 2).write(Float32Array.of(1, 2));
        expect(seen()).toEqual([1, 1, 0]);
        await program.bind({ count: count!, step: step! }, { next: count!, sum: sum! }).run();
        expect(seen()).toEqual([2, 1, 1]);
        expect(count!.view(0, 1).version).toBe(2);
    });

    it('moves int64 and int32 through a graph unchanged', async () => {
        const graph = new Graph('integers');
        const long = graph.input('long', [2], 'int64');
        const short = graph.input('short', [2], 'int32');
        graph.output('doubled', graph.add(long, long));
        graph.output('widened', graph.cast(short, 'int64'));
        graph.output('narrowed', graph.cast(long, 'int32'));
        const program = await runtime.compile(graph.model());
        const inputs = { long: runtime.tensor('int64', [2]), short: runtime.tensor('int32', [2]) };
        const outputs = {
            doubled: runtime.tensor('int64', [2]),
            widened: runtime.tensor('int64', [2]),
            narrowed: runtime.tensor('int32', [2]),
        };
        inputs.long.write(BigInt64Array.of(2n ** 40n + 1n, -3n));
        inputs.short.write(Int32Array.of(-7, 7));
        await program.bind(inputs, outputs).run();
        expect([...outputs.doubled.read()]).toEqual([2n ** 41n + 2n, -6n]);
        expect([...outputs.widened.read()]).toEqual([-7n, 7n]);
        expect([...outputs.narrowed.read()]).toEqual([1, -3]);
    });

    it('tells a wrong binding apart by name, type and shape', async () => {
        const program = await runtime.compile(counterModel());
        const float = (dims: readonly number[]): RuntimeTensor => runtime.tensor('float32', dims);
        const good = { inputs: { count: float([3]), step: float([]) }, outputs: { next: float([3]), sum: float([]) } };
        const wrong = (inputs: object, outputs: object) => () =>
            program.bind({ ...good.inputs, ...inputs }, { ...good.outputs, ...outputs });
        expect(() => program.bind({ count: float([3]) }, good.outputs)).toThrow("input 'step' is not bound");
        expect(() => program.bind(good.inputs, { next: float([3]) })).toThrow("output 'sum' is not bound");
        expect(wrong({ extra: float([]) }, {})).toThrow("the graph has no input 'extra'");
        expect(wrong({ count: float([4]) }, {})).toThrow("input 'count' is float32 [3]; it was bound to float32 [4]");
        expect(wrong({ count: runtime.tensor('int32', [3]) }, {})).toThrow('it was bound to int32 [3]');
        expect(wrong({}, { sum: float([1]) })).toThrow("output 'sum' is float32 []; it was bound to float32 [1]");
        const both = new Graph('twins');
        both.output('a', both.unary('Neg', both.input('x', [2])));
        both.output('b', both.unary('Abs', both.inputs[0]!));
        const twins = await runtime.compile(both.model());
        const same = float([2]);
        expect(() => twins.bind({ x: float([2]) }, { a: same, b: same })).toThrow('bound to the same tensor');
    });

    it("refuses a tensor of another runtime's", async () => {
        const other = await openRuntime({ kind: kind === 'native' ? 'official' : 'native', threads: 1 });
        const program = await runtime.compile(counterModel());
        const here = (dims: readonly number[]): RuntimeTensor => runtime.tensor('float32', dims);
        const inputs = { count: other.tensor('float32', [3]), step: here([]) };
        expect(() => program.bind(inputs, { next: here([3]), sum: here([]) })).toThrow('belongs to another runtime');
    });

    it('refuses bytes that are no model, and a model that makes no sense', async () => {
        await expect(runtime.compile(Uint8Array.of(1, 2, 3))).rejects.toThrow(/protobuf/);
        await expect(runtime.compile(new Uint8Array(0))).rejects.toThrow();
        const graph = new Graph('nonsense');
        const x = graph.input('x', [2]);
        graph.output('y', graph.node('NoSuchOperator', [x], x));
        await expect(runtime.compile(graph.model())).rejects.toThrow(/NoSuchOperator/);
    });

    // a device's kernels look for no index that is out of bounds
    it.skipIf(isOnDevice)('passes on what goes wrong in a run and goes on with the next', async () => {
        const graph = new Graph('gather');
        const rows = graph.input('rows', [4, 2]);
        graph.output('row', graph.gather(rows, graph.input('index', [1], 'int64')));
        const program = await runtime.compile(graph.model());
        const index = runtime.tensor('int64', [1]);
        const row = runtime.tensor('float32', [1, 2]);
        const binding = program.bind({ rows: filled(runtime, [4, 2], 'rows'), index }, { row });
        index.write(BigInt64Array.of(99n));
        await expect(binding.run()).rejects.toThrow(/indices element out of data bounds/);
        index.write(BigInt64Array.of(3n));
        await binding.run();
        expect(row.read()[0]).not.toBe(0);
    });

    it('refuses to write or release what a run is using, and to use what was released', async () => {
        const program = await runtime.compile(counterModel());
        const count = runtime.tensor('float32', [3]);
        const step = runtime.tensor('float32', []);
        const sum = runtime.tensor('float32', []);
        const binding = program.bind({ count, step }, { next: count, sum });
        const running = binding.run();
        expect(() => step.write(Float32Array.of(1))).toThrow('cannot be written before the run is over');
        expect(() => count.release()).toThrow('cannot be released before the run is over');
        expect(() => binding.release()).toThrow('cannot be released before the run is over');
        expect(() => program.release()).toThrow('cannot be released before the run is over');
        await running;
        step.release();
        step.release(); // twice is once
        expect(() => step.read()).toThrow('the tensor was released');
        await expect(binding.run()).rejects.toThrow('the tensor was released');
        binding.release();
        await expect(binding.run()).rejects.toThrow('the binding was released');
        program.release();
        program.release();
    });

    it('keeps its tensors where they are while garbage is collected', async () => {
        const program = await runtime.compile(heavyModel(64));
        const inputs = { a: filled(runtime, [64, 64], 'a'), b: filled(runtime, [64, 64], 'b') };
        const y = runtime.tensor('float32', [64, 64]);
        const binding = program.bind(inputs, { y });
        await binding.run();
        const expected = y.read().slice();
        for (let round = 0; round < 20; round++) {
            const running = binding.run();
            const litter = Array.from({ length: 2000 }, (_, n) => runtime.tensor('float32', [1, n % 40, 1, 1]));
            collectGarbage();
            await running;
            expect(y.read()).toEqual(expected);
            for (const tensor of litter) tensor.release();
        }
    });
}

describe('both runtimes of the processor', () => {
    async function results(kind: 'native' | 'official', threads: number): Promise<Float32Array> {
        const runtime = await openRuntime({ kind, threads });
        const program = await runtime.compile(heavyModel(160));
        const y = runtime.tensor('float32', [160, 160]);
        await program.bind({ a: filled(runtime, [160, 160], 'a'), b: filled(runtime, [160, 160], 'b') }, { y }).run();
        return (y.read() as Float32Array).slice();
    }

    it('give the same bits, on one thread or two', async () => {
        const expected = await results('native', 1);
        expect(await results('native', 2)).toEqual(expected);
        expect(await results('official', 1)).toEqual(expected);
        expect(await results('official', 2)).toEqual(expected);
    });

    it('the native one leaves the event loop alive during a run', async () => {
        const runtime = await openRuntime({ kind: 'native', threads: 1 });
        const program = await runtime.compile(heavyModel(1024));
        const y = runtime.tensor('float32', [1024, 1024]);
        const inputs = { a: filled(runtime, [1024, 1024], 'a'), b: filled(runtime, [1024, 1024], 'b') };
        const binding = program.bind(inputs, { y });
        /** How often the loop turned before the run was over: never, were it to wait for it. */
        async function turnsMeanwhile(): Promise<number> {
            let isOver = false;
            let turns = -1;
            const run = binding.run().then(() => (isOver = true));
            while (!isOver) {
                await new Promise((resolve) => setImmediate(resolve));
                turns++;
            }
            await run;
            return turns;
        }
        let turns = 0;
        // a busy machine may give this thread no time during one run; hardly during ten
        for (let attempt = 0; turns < 3 && attempt < 10; attempt++) turns = Math.max(turns, await turnsMeanwhile());
        expect(turns).toBeGreaterThan(2);
    });

    it('the native one keeps shapes alive while it makes a hundred thousand tensors, and lets them go', async () => {
        const runtime = await openRuntime({ kind: 'native', threads: 1 });
        const program = await runtime.compile(heavyModel(64));
        const y = runtime.tensor('float32', [64, 64]);
        const inputs = { a: filled(runtime, [64, 64], 'a'), b: filled(runtime, [64, 64], 'b') };
        const binding = program.bind(inputs, { y });
        await binding.run();
        const expected = y.read().slice();
        /** Makes fifty thousand, and says how many bytes the process then holds. */
        const bytesAfterMaking = (): number => {
            for (let made = 0; made < 50_000; made++) {
                const tensor = runtime.tensor('float32', [2, 3, 1, 1]);
                if (made % 1000 === 0) expect(tensor.read()).toEqual(new Float32Array(6));
                tensor.release();
            }
            collectGarbage();
            return process.memoryUsage.rss();
        };
        const before = bytesAfterMaking(); // pools have filled by now
        expect(bytesAfterMaking() - before).toBeLessThan(50_000 * 100); // one that is not let go holds 250
        await binding.run();
        expect(y.read()).toEqual(expected);
    });

    it('the processor’s runtime is native here, and an impossible number of threads is refused', async () => {
        expect((await openRuntime({ kind: 'processor', threads: 1 })).description).toMatch(/^CPU, 1 thread, .*C API$/);
        for (const threads of [0, 1.5, Number.NaN, 5000]) {
            await expect(openRuntime({ kind: 'processor', threads })).rejects.toThrow('The number of threads must be');
        }
    });
});
