/** The rows in which stories are decoded side by side: the tensors shared by all programs of that many rows. */
import type { RandomStream } from '../../learning/random.ts';
import type { StudentConfig } from '../gpt2/config.ts';
import { cacheNames } from '../gpt2/decoding.ts';
import { dropoutSites, keysOfRow } from '../gpt2/dropout.ts';
import { Graph } from '../onnx/graph.ts';
import { bindGraph, type BoundGraph } from '../runtime/bound-graph.ts';
import type { Runtime, RuntimeTensor } from '../runtime/runtime.ts';

/** A story being written; `position` is that of its newest token. */
export interface StoryUnderWay {
    readonly index: number;
    readonly stream: RandomStream;
    readonly tokens: number[];
    position: number;
}

export class DecodingSlots {
    readonly rows: number;
    readonly last: RuntimeTensor; // (rows) int32: position of the newest token
    readonly length: RuntimeTensor; // () int32: the largest of them plus one
    readonly uniforms: RuntimeTensor; // (rows, 1)
    readonly dropoutKeys: RuntimeTensor; // (rows, sites) int32
    readonly next: RuntimeTensor; // (rows, 1) int32: the token just drawn, and the next call's input
    readonly cache: ReadonlyMap<string, RuntimeTensor>; // (rows, H, capacity, C/H) each
    readonly #sites: number;
    readonly #runtime: Runtime;
    readonly #movers = new Map<DecodingSlots, BoundGraph>();

    /** @param capacity positions of the cache: prompt and story */
    constructor(runtime: Runtime, { layers, heads, width }: StudentConfig, rows: number, capacity: number) {
        const cacheDims = [rows, heads, capacity, width / heads];
        this.rows = rows;
        this.#runtime = runtime;
        this.#sites = dropoutSites(layers);
        this.last = runtime.tensor('int32', [rows]);
        this.length = runtime.tensor('int32', []);
        this.uniforms = runtime.tensor('float32', [rows, 1], 'host');
        this.dropoutKeys = runtime.tensor('int32', [rows, this.#sites]);
        this.next = runtime.tensor('int32', [rows, 1]);
        this.cache = new Map(cacheNames(layers).map(([name]) => [name, runtime.tensor('float32', cacheDims)]));
    }

    /**
     * Sets positions, fresh uniform numbers and dropout masks for the next call. Rows without a story stay at position
     * 0, where they cost least.
     */
    prepare(stories: readonly (StoryUnderWay | null)[], length: number, dropoutRate: number): void {
        const last = new Int32Array(this.rows);
        const uniforms = new Float32Array(this.rows);
        const keys = new Int32Array(this.rows * this.#sites);
        stories.forEach((story, row) => {
            if (story === null) return;
            last[row] = story.position;
            uniforms[row] = Math.min(story.stream.uniform(), 1 - 2 ** -24); // rounding to float32 must not reach 1
            if (dropoutRate > 0)
                keys.set(keysOfRow(story.stream.fork('dropout', story.position), this.#sites), row * this.#sites);
        });
        this.last.write(last);
        this.uniforms.write(uniforms);
        this.length.write(Int32Array.of(length));
        this.dropoutKeys.write(keys);
    }

    /** Copies the given rows to the first rows of other slots. On a device, the cache never leaves it. */
    async copyRows(rows: readonly number[], target: DecodingSlots): Promise<void> {
        copyRows(this.next, target.next, rows);
        if (this.#runtime.memory === 'host')
            for (const [name, tensor] of this.cache) copyRows(tensor, target.cache.get(name)!, rows);
        else {
            const chosen = new Int32Array(target.rows); // rows without a story may hold anything
            chosen.set(rows);
            await (await this.#moverTo(target)).run({ chosen });
        }
    }

    async #moverTo(target: DecodingSlots): Promise<BoundGraph> {
        const known = this.#movers.get(target);
        if (known !== undefined) return known;
        const graph = new Graph('rows');
        const chosen = graph.input('chosen', [target.rows], 'int32');
        for (const [name, { dims }] of this.cache)
            graph.output(movedName(name), graph.gather(graph.input(name, dims), chosen));
        const outputs = [...target.cache].map(([name, tensor]) => [movedName(name), tensor] as const);
        const shared = { inputs: Object.fromEntries(this.cache), outputs: Object.fromEntries(outputs) };
        const mover = await bindGraph(this.#runtime, graph, shared);
        this.#movers.set(target, mover);
        return mover;
    }

    release(): void {
        for (const mover of this.#movers.values()) mover.release();
        const { last, length, uniforms, dropoutKeys, next, cache } = this;
        for (const tensor of [last, length, uniforms, dropoutKeys, next, ...cache.values()]) tensor.release();
    }
}

const movedName = (name: string): string => `${name}.moved`;

/** Copies the given rows (first axis) to the first rows of a smaller tensor of the same type. */
function copyRows(source: RuntimeTensor, target: RuntimeTensor, rows: readonly number[]): void {
    const from = source.read() as Float32Array; // or another element type: a row is moved as it is
    const to = target.read().slice() as Float32Array;
    const size = from.length / source.dims[0]!;
    rows.forEach((row, index) => to.set(from.subarray(row * size, (row + 1) * size), index * size));
    target.write(to);
}
