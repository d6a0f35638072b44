/**
 * The student writes stories: batches of prompts go through the decoding graphs, one token a call, every story drawing
 * from a random stream of its own. Stories that have ended are masked, and when at most half of a batch still goes on,
 * those few move to a smaller program.
 */
import { badInput } from '../../shared/faults.ts';
import type { RandomStream } from '../learning/random.ts';
import { parameterCount, type StudentConfig } from './gpt2/config.ts';
import { cacheNames, decodingModel, isAttentionFused } from './gpt2/decoding.ts';
import { dropoutSites, keysOfRow } from './gpt2/dropout.ts';
import { languageModelParameters } from './gpt2/parameters.ts';
import type { Binding, Bound, Program, Runtime, RuntimeTensor } from './runtime/runtime.ts';

export interface WriterOptions {
    /** Stories written side by side, B. */
    readonly batch: number;
    /** Tokens of the longest prompt. */
    readonly maxPrompt: number;
    readonly maxNewTokens: number;
    /** The token that ends a story. */
    readonly endOfText: number;
    /** Whether weights are laid out before a batch is written; left out, the size of the student decides. Never on a device. */
    readonly laysOut?: boolean;
}

export interface WrittenStories {
    /** Tokens of each story without its prompt, with the final end-of-text token where it came to one. */
    readonly tokens: readonly Int32Array[];
    /** Whether the story ended by itself, and not at the limit. */
    readonly finished: readonly boolean[];
}

export interface WritingOptions {
    readonly temperature: number;
    /** 0 when left out. Above, the network drops at this rate, with fresh masks for every token from the story's stream. */
    readonly dropoutRate?: number;
}

export interface Writer {
    /**
     * Writes one story per prompt. A story is decided by the weights, its prompt, its stream and the options: the size
     * of the batch, the others in it and the number of threads change no bit of it.
     */
    write(
        prompts: readonly Int32Array[],
        streams: readonly RandomStream[],
        options: WritingOptions,
    ): Promise<WrittenStories>;
    release(): void;
}

/**
 * From this many parameters on, weights are laid out for products of few rows before a batch is written. It takes a moment
 * whenever they have changed, which a small student does not win back: its weights stay in the processor's cache.
 */
const layOutFrom = 16_000_000;

/** Below this, a smaller program is hardly faster than a half-empty one. */
const smallestBatch = 8;

/** Rows side by side, and the tensors that every program for them works on. */
interface Desk {
    readonly rows: number;
    readonly last: RuntimeTensor; // (rows) int32: position of the newest token
    readonly length: RuntimeTensor; // () int32
    readonly uniforms: RuntimeTensor; // (rows, 1)
    readonly dropoutKeys: RuntimeTensor; // (rows, sites) int32
    readonly next: RuntimeTensor; // (rows, 1) int32
    readonly cache: ReadonlyMap<string, RuntimeTensor>; // (rows, H, capacity, C/H) each
}

interface Call {
    readonly program: Program;
    readonly binding: Binding;
}

/** A story under way; `position` is where its newest token stands. */
interface Story {
    readonly index: number;
    readonly stream: RandomStream;
    readonly tokens: number[];
    position: number;
}

/**
 * A writer over live weights: it always writes with what the tensors hold at the time. Throws `bad-input` where prompt
 * and story do not fit the student's context.
 */
export async function createWriter(
    runtime: Runtime,
    config: StudentConfig,
    weights: Bound,
    options: WriterOptions,
): Promise<Writer> {
    const { maxPrompt, maxNewTokens, endOfText } = options;
    const batch = Math.max(2, options.batch); // products of a single row are summed in another order
    const capacity = maxPrompt + maxNewTokens;
    checkOptions(config, options);
    const parameters = Object.fromEntries(
        languageModelParameters(config).map(({ name }) => {
            const tensor = weights[name];
            if (tensor === undefined) throw new Error(`the writer needs the weights '${name}'`);
            return [name, tensor];
        }),
    );
    const inverseTemperature = runtime.tensor('float32', []);

    const sites = dropoutSites(config.layers);
    const { memory } = runtime;
    const laysOut = memory === 'host' && (options.laysOut ?? parameterCount(config) >= layOutFrom);

    function openDesk(rows: number): Desk {
        const cacheDims = [rows, config.heads, capacity, config.width / config.heads];
        return {
            rows,
            last: runtime.tensor('int32', [rows]),
            length: runtime.tensor('int32', []),
            uniforms: runtime.tensor('float32', [rows, 1]),
            dropoutKeys: runtime.tensor('int32', [rows, sites]),
            next: runtime.tensor('int32', [rows, 1]),
            cache: new Map(cacheNames(config.layers).map(([name]) => [name, runtime.tensor('float32', cacheDims)])),
        };
    }

    const wide = openDesk(batch);
    const promptIds = maxPrompt === 1 ? wide.next : runtime.tensor('int32', [batch, maxPrompt]);
    const smaller = new Map<number, Desk>(); // opened when first needed
    const calls = new Map<string, Call>(); // likewise
    let laidOut: string | null = null; // one call at a time: its program holds all weights again

    /** The program that reads `tokens` a row at a desk; one by one, each token is the next call's input. */
    async function callFor(desk: Desk, tokens: number, dropoutRate: number): Promise<Call> {
        const { rows, last, length, uniforms, dropoutKeys, next, cache } = desk;
        const isLaidOut = laysOut && tokens === 1;
        const changes = Object.values(parameters).reduce((sum, tensor) => sum + tensor.changes, 0);
        const key = `${rows} ${tokens} ${dropoutRate} ${isLaidOut ? changes : 'any'}`; // weights have changed: another
        const known = calls.get(key);
        if (known) return known;
        if (isLaidOut && laidOut !== null) {
            releaseCall(calls.get(laidOut)!);
            calls.delete(laidOut);
            laidOut = null; // also where the next cannot be compiled
        }
        const shape = { batch: rows, tokens, capacity, output: 'sample', dropoutRate, memory } as const;
        const model = decodingModel(config, { ...shape, parameters: isLaidOut ? 'weights' : 'inputs' });
        const program = await runtime.compile(model, isLaidOut ? parameters : {});
        const ids = tokens === 1 ? next : promptIds;
        const ofMode = {
            ...(isAttentionFused(shape) ? { length } : {}),
            ...(dropoutRate > 0 ? { dropoutKeys } : {}),
        };
        const nextCache = cacheNames(config.layers).map(([name, output]) => [output, cache.get(name)!] as const);
        const binding = program.bind(
            {
                ...(isLaidOut ? {} : parameters),
                ...Object.fromEntries(cache),
                ids,
                last,
                uniforms,
                inverseTemperature,
                ...ofMode,
            },
            { next, ...Object.fromEntries(nextCache) },
        );
        const call = { program, binding };
        calls.set(key, call);
        if (isLaidOut) laidOut = key;
        return call;
    }

    await callFor(wide, maxPrompt, 0); // what cannot be compiled fails here
    if (!laysOut) await callFor(wide, 1, 0);

    /** Reads the prompts of up to B stories and gives each its first token. */
    async function begin(
        stories: readonly Story[],
        prompts: readonly Int32Array[],
        dropoutRate: number,
    ): Promise<void> {
        const { binding } = await callFor(wide, maxPrompt, dropoutRate);
        const ids = new Int32Array(batch * maxPrompt); // right-padded
        stories.forEach((story, row) => ids.set(prompts[story.index]!, row * maxPrompt));
        promptIds.write(ids);
        place(wide, stories, maxPrompt, dropoutRate);
        await binding.run();
    }

    async function continueStories(stories: readonly (Story | null)[], desk: Desk, dropoutRate: number): Promise<void> {
        const { binding } = await callFor(desk, 1, dropoutRate);
        const positions = stories.map((story) => story?.position ?? 0);
        place(desk, stories, Math.max(...positions) + 1, dropoutRate);
        await binding.run();
    }

    /** Positions, fresh uniform numbers and masks; rows without a story stand at position 0, where they cost least. */
    function place(desk: Desk, stories: readonly (Story | null)[], length: number, dropoutRate: number): void {
        const last = new Int32Array(desk.rows);
        const uniforms = new Float32Array(desk.rows);
        const keys = new Int32Array(desk.rows * sites);
        stories.forEach((story, row) => {
            if (story === null) return;
            last[row] = story.position;
            uniforms[row] = Math.min(story.stream.uniform(), 1 - 2 ** -24); // rounding to float32 must not reach 1
            if (dropoutRate > 0) keys.set(keysOfRow(story.stream.fork('dropout', story.position), sites), row * sites);
        });
        desk.last.write(last);
        desk.uniforms.write(uniforms);
        desk.length.write(Int32Array.of(length));
        desk.dropoutKeys.write(keys);
    }

    /** Takes each story's new token down; those that have ended leave their row. */
    function takeDown(stories: readonly (Story | null)[], desk: Desk): readonly (Story | null)[] {
        const next = desk.next.read();
        return stories.map((story, row) => {
            if (story === null) return null;
            const token = Number(next[row]!);
            story.tokens.push(token);
            story.position += 1;
            return token === endOfText || story.tokens.length === maxNewTokens ? null : story;
        });
    }

    /** Half the rows (and half again) while all stories still under way fit. */
    function moveIfFew(
        stories: readonly (Story | null)[],
        desk: Desk,
    ): { readonly stories: readonly (Story | null)[]; readonly desk: Desk } {
        const remaining = stories.flatMap((story, row) => (story === null ? [] : [{ story, row }]));
        let rows = desk.rows;
        while (rows / 2 >= smallestBatch && Math.ceil(rows / 2) >= remaining.length) rows = Math.ceil(rows / 2);
        if (rows === desk.rows) return { stories, desk };
        const target = smaller.get(rows) ?? openDesk(rows);
        smaller.set(rows, target);
        const from = remaining.map(({ row }) => row);
        for (const [name, tensor] of desk.cache) copyRows(tensor, target.cache.get(name)!, from);
        copyRows(desk.next, target.next, from);
        return { stories: remaining.map(({ story }) => story), desk: target };
    }

    return {
        async write(prompts, streams, { temperature, dropoutRate = 0 }) {
            if (!(temperature > 0 && Number.isFinite(1 / temperature) && Number.isFinite(temperature))) {
                throw badInput(`The temperature must be a number above 0, not ${temperature}; nothing was written.`);
            }
            if (!(dropoutRate >= 0 && dropoutRate < 1))
                throw new Error(`no network can drop at a rate of ${dropoutRate}`);
            if (prompts.length !== streams.length) throw new Error('each story needs a random stream of its own');
            prompts.forEach((prompt) => checkPrompt(prompt, config, maxPrompt));
            inverseTemperature.write(Float32Array.of(1 / temperature));

            const all = streams.map((stream, index): Story => ({
                index,
                stream,
                tokens: [],
                position: prompts[index]!.length - 1,
            }));
            for (let from = 0; from < all.length; from += batch) {
                let desk = wide;
                let stories: readonly (Story | null)[] = all.slice(from, from + batch);
                await begin(all.slice(from, from + batch), prompts, dropoutRate);
                stories = takeDown(stories, desk);
                for (let call = 1; stories.some((story) => story !== null); call++) {
                    if (call === 1 || !laysOut) ({ stories, desk } = moveIfFew(stories, desk)); // a layout takes longer than it saves
                    await continueStories(stories, desk, dropoutRate);
                    stories = takeDown(stories, desk);
                }
            }
            return {
                tokens: all.map((story) => Int32Array.from(story.tokens)),
                finished: all.map((story) => story.tokens.at(-1) === endOfText),
            };
        },
        release() {
            for (const call of calls.values()) releaseCall(call);
            for (const { last, length, uniforms, dropoutKeys, next, cache } of [wide, ...smaller.values()]) {
                for (const tensor of [last, length, uniforms, dropoutKeys, next, ...cache.values()]) tensor.release();
            }
            if (promptIds !== wide.next) promptIds.release();
            inverseTemperature.release();
        },
    };
}

function releaseCall({ program, binding }: Call): void {
    binding.release();
    program.release();
}

function checkOptions(config: StudentConfig, { batch, maxPrompt, maxNewTokens, endOfText }: WriterOptions): void {
    for (const [what, value] of Object.entries({ batch, maxPrompt, maxNewTokens })) {
        if (!Number.isInteger(value) || value < 1)
            throw new Error(`${what} must be a whole number from 1, not ${value}`);
    }
    if (!(endOfText >= 0 && endOfText < config.vocabulary)) throw new Error(`no token has the id ${endOfText}`);
    if (maxPrompt + maxNewTokens > config.context) {
        throw badInput(
            `A prompt of ${maxPrompt} tokens and a story of ${maxNewTokens} do not fit this student, which has learned ${config.context} positions; nothing was written. Use a shorter prompt or fewer new tokens.`,
        );
    }
}

function checkPrompt(prompt: Int32Array, config: StudentConfig, maxPrompt: number): void {
    if (prompt.length === 0)
        throw badInput('A prompt is empty; nothing was written. Give the story at least one word.');
    if (prompt.length > maxPrompt) {
        throw badInput(
            `A prompt has ${prompt.length} tokens, at most ${maxPrompt} fit; nothing was written. Shorten it.`,
        );
    }
    if (!prompt.every((token) => token >= 0 && token < config.vocabulary)) {
        throw badInput(
            'A prompt has tokens that this student does not know; its tokenizer belongs to another student.',
        );
    }
}

/** Copies the given rows (first axis) to the first rows of a smaller tensor of the same type. */
function copyRows(source: RuntimeTensor, target: RuntimeTensor, rows: readonly number[]): void {
    const from = source.read() as Float32Array; // or another element type: a row is moved as it is
    const to = target.read().slice() as Float32Array;
    const size = from.length / source.dims[0]!;
    rows.forEach((row, index) => to.set(from.subarray(row * size, (row + 1) * size), index * size));
    target.write(to);
}
