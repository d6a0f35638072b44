/**
 * The student writes stories: batches of prompts go through the decoding graphs, one token a call, every story drawing
 * from a random stream of its own. Stories that have ended are masked, and when at most half of a batch still goes on,
 * those few move to a smaller program.
 */
import { badInput } from '../../shared/faults.ts';
import type { RandomStream } from '../learning/random.ts';
import type { StudentConfig } from './gpt2/config.ts';
import { cacheNames, decodingModel } from './gpt2/decoding.ts';
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
}

export interface WrittenStories {
    /** Tokens of each story without its prompt, with the final end-of-text token where it came to one. */
    readonly tokens: readonly Int32Array[];
    /** Whether the story ended by itself, and not at the limit. */
    readonly finished: readonly boolean[];
}

export interface Writer {
    /**
     * Writes one story per prompt. A story is decided by the weights, its prompt, its stream and the temperature: the
     * size of the batch, the others in it and the number of threads change no bit of it.
     */
    write(
        prompts: readonly Int32Array[],
        streams: readonly RandomStream[],
        options: { readonly temperature: number },
    ): Promise<WrittenStories>;
    release(): void;
}

/** Below this, a smaller program is hardly faster than a half-empty one. */
const smallestBatch = 8;

/** A program for a number of rows, with the tensors it works on. */
interface Desk {
    readonly rows: number;
    readonly ids: RuntimeTensor; // (rows, S) int32
    readonly last: RuntimeTensor; // (rows) int32: position of the newest token
    readonly length: RuntimeTensor; // () int32
    readonly uniforms: RuntimeTensor; // (rows, 1)
    readonly next: RuntimeTensor; // (rows, 1) int32
    readonly cache: ReadonlyMap<string, RuntimeTensor>; // (rows, H, capacity, C/H) each
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

    async function openDesk(rows: number, tokens: number, shared?: Desk): Promise<Desk> {
        const cacheDims = [rows, config.heads, capacity, config.width / config.heads];
        const cacheTensor = (name: string): RuntimeTensor =>
            shared?.cache.get(name) ?? runtime.tensor('float32', cacheDims);
        const program = await runtime.compile(
            decodingModel(config, { batch: rows, tokens, capacity, output: 'sample' }),
        );
        const next = shared?.next ?? runtime.tensor('int32', [rows, 1]);
        const ids = tokens === 1 ? next : runtime.tensor('int32', [rows, tokens]); // each token is the next call's input
        const last = shared?.last ?? runtime.tensor('int32', [rows]);
        const length = shared?.length ?? runtime.tensor('int32', []);
        const uniforms = shared?.uniforms ?? runtime.tensor('float32', [rows, 1]);
        const names = cacheNames(config.layers);
        const cache = new Map(names.map(([name]) => [name, cacheTensor(name)]));
        const binding = program.bind(
            { ...parameters, ...Object.fromEntries(cache), ids, last, length, uniforms, inverseTemperature },
            { next, ...Object.fromEntries(names.map(([name, output]) => [output, cache.get(name)!])) },
        );
        return { rows, ids, last, length, uniforms, next, cache, program, binding };
    }

    const first = await openDesk(batch, 1);
    const prompting = maxPrompt === 1 ? first : await openDesk(batch, maxPrompt, first);
    const smaller = new Map<number, Desk>(); // opened when first needed

    /** Reads the prompts of up to B stories and gives each its first token. */
    async function begin(stories: readonly Story[], prompts: readonly Int32Array[]): Promise<void> {
        const ids = new Int32Array(batch * maxPrompt); // right-padded
        stories.forEach((story, row) => ids.set(prompts[story.index]!, row * maxPrompt));
        prompting.ids.write(ids);
        place(prompting, stories, maxPrompt);
        await prompting.binding.run();
    }

    async function continueStory(stories: readonly (Story | null)[], desk: Desk): Promise<void> {
        const positions = stories.map((story) => story?.position ?? 0);
        place(desk, stories, Math.max(...positions) + 1);
        await desk.binding.run();
    }

    /** Positions and fresh uniform numbers; rows without a story stand at position 0, where they cost least. */
    function place(desk: Desk, stories: readonly (Story | null)[], length: number): void {
        const last = new Int32Array(desk.rows);
        const uniforms = new Float32Array(desk.rows);
        stories.forEach((story, row) => {
            if (story === null) return;
            last[row] = story.position;
            uniforms[row] = Math.min(story.stream.uniform(), 1 - 2 ** -24); // rounding to float32 must not reach 1
        });
        desk.last.write(last);
        desk.uniforms.write(uniforms);
        desk.length.write(Int32Array.of(length));
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
    async function moveIfFew(
        stories: readonly (Story | null)[],
        desk: Desk,
    ): Promise<{ stories: readonly (Story | null)[]; desk: Desk }> {
        const remaining = stories.flatMap((story, row) => (story === null ? [] : [{ story, row }]));
        let rows = desk.rows;
        while (rows / 2 >= smallestBatch && Math.ceil(rows / 2) >= remaining.length) rows = Math.ceil(rows / 2);
        if (rows === desk.rows) return { stories, desk };
        const target = smaller.get(rows) ?? (await openDesk(rows, 1));
        smaller.set(rows, target);
        const from = remaining.map(({ row }) => row);
        for (const [name, tensor] of desk.cache) copyRows(tensor, target.cache.get(name)!, from);
        copyRows(desk.next, target.next, from);
        return { stories: remaining.map(({ story }) => story), desk: target };
    }

    return {
        async write(prompts, streams, { temperature }) {
            if (!(temperature > 0 && Number.isFinite(1 / temperature) && Number.isFinite(temperature))) {
                throw badInput(`The temperature must be a number above 0, not ${temperature}; nothing was written.`);
            }
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
                let desk = first;
                let stories: readonly (Story | null)[] = all.slice(from, from + batch);
                await begin(all.slice(from, from + batch), prompts);
                stories = takeDown(stories, desk);
                while (stories.some((story) => story !== null)) {
                    ({ stories, desk } = await moveIfFew(stories, desk));
                    await continueStory(stories, desk);
                    stories = takeDown(stories, desk);
                }
            }
            return {
                tokens: all.map((story) => Int32Array.from(story.tokens)),
                finished: all.map((story) => story.tokens.at(-1) === endOfText),
            };
        },
        release() {
            for (const desk of new Set([prompting, first, ...smaller.values()])) {
                desk.binding.release();
                desk.program.release();
                const { ids, last, length, uniforms, next, cache } = desk;
                for (const tensor of [ids, last, length, uniforms, next, ...cache.values()]) tensor.release();
            }
            inverseTemperature.release();
        },
    };
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
