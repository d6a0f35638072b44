/**
 * Writes the student's stories: batches of prompts go through the decoding graphs, one token per call, and every story
 * samples from a random stream of its own. Finished stories are masked; when at most half of a batch is still being
 * written, it moves to a program with fewer rows.
 */
import { badInput } from '../../../shared/faults.ts';
import type { RandomStream } from '../../learning/random.ts';
import { parameterCount, type StudentConfig } from '../gpt2/config.ts';
import { languageModelParameters } from '../gpt2/parameters.ts';
import type { NamedTensors, Runtime, RuntimeTensor } from '../runtime/runtime.ts';
import { DecodingPrograms } from './decoding-programs.ts';
import { DecodingSlots, type StoryUnderWay } from './decoding-slots.ts';

export interface WriterOptions {
    /** Stories written side by side, B. */
    readonly batch: number;
    /** Tokens of the longest prompt. */
    readonly maxPrompt: number;
    readonly maxNewTokens: number;
    /** The token that ends a story. */
    readonly endOfText: number;
    /** Whether to prepack the weights before decoding. Default: by the student's size. Never on a device. */
    readonly prepacks?: boolean;
}

export interface WrittenStories {
    /** The tokens of each story without its prompt, including the final end-of-text token if it was reached. */
    readonly tokens: readonly Int32Array[];
    /** Whether the story ended by itself rather than at the length limit. */
    readonly finished: readonly boolean[];
}

export interface WritingOptions {
    readonly temperature: number;
    /**
     * Default 0. Above 0 the network uses dropout at this rate, with fresh masks for every token from the story's
     * stream.
     */
    readonly dropoutRate?: number;
}

export interface Writer {
    /**
     * Writes one story per prompt. A story depends on the weights, its prompt, its stream and the options alone: the
     * size of the batch, its other stories and the number of threads do not change a bit of it.
     */
    write(
        prompts: readonly Int32Array[],
        streams: readonly RandomStream[],
        options: WritingOptions,
    ): Promise<WrittenStories>;
    release(): void;
}

/**
 * From this many parameters on, weights are prepacked before a batch is written. Prepacking is repeated whenever they
 * have changed, and a small student does not win that time back: its weights fit into the processor's cache.
 */
const prepackFrom = 16_000_000;

/** Below this, a smaller program is hardly faster than a half-empty one. */
const smallestBatch = 8;

/**
 * A writer over live weights: it always uses what the tensors hold at the time.
 * @throws bad input where prompt and story do not fit the student's context
 */
export async function createWriter(
    runtime: Runtime,
    config: StudentConfig,
    weights: NamedTensors,
    options: WriterOptions,
): Promise<Writer> {
    checkOptions(config, options);
    const writer = new DecodingWriter(runtime, config, parametersOf(config, weights), options);
    await writer.compile(); // so that a graph that cannot be compiled fails here
    return writer;
}

/** The stories being written, by row; null where the row's story has ended. */
type Rows = readonly (StoryUnderWay | null)[];

class DecodingWriter implements Writer {
    readonly #runtime: Runtime;
    readonly #config: StudentConfig;
    readonly #options: WriterOptions;
    readonly #batch: number;
    readonly #capacity: number;
    readonly #prepacks: boolean;
    readonly #inverseTemperature: RuntimeTensor; // ()
    readonly #promptIds: RuntimeTensor; // (B, longest prompt) int32
    readonly #programs: DecodingPrograms;
    /** By number of rows: the whole batch, and smaller ones for its last stories, opened when first needed. */
    readonly #slots = new Map<number, DecodingSlots>();

    constructor(runtime: Runtime, config: StudentConfig, parameters: NamedTensors, options: WriterOptions) {
        this.#runtime = runtime;
        this.#config = config;
        this.#options = options;
        this.#batch = Math.max(2, options.batch); // products of a single row are summed in another order
        this.#capacity = options.maxPrompt + options.maxNewTokens;
        this.#prepacks = runtime.memory === 'host' && (options.prepacks ?? parameterCount(config) >= prepackFrom);
        this.#inverseTemperature = runtime.tensor('float32', []);
        const { next } = this.#slotsOf(this.#batch);
        const { maxPrompt } = options;
        this.#promptIds = maxPrompt === 1 ? next : runtime.tensor('int32', [this.#batch, maxPrompt]);
        this.#programs = new DecodingPrograms(runtime, config, parameters, {
            capacity: this.#capacity,
            promptIds: this.#promptIds,
            inverseTemperature: this.#inverseTemperature,
            prepacks: this.#prepacks,
        });
    }

    /** Compiles the programs every batch needs; one that prepacks is compiled once the weights to pack are known. */
    async compile(): Promise<void> {
        const slots = this.#slotsOf(this.#batch);
        await this.#programs.bindingFor(slots, this.#options.maxPrompt, 0);
        if (!this.#prepacks) await this.#programs.bindingFor(slots, 1, 0);
    }

    async write(
        prompts: readonly Int32Array[],
        streams: readonly RandomStream[],
        { temperature, dropoutRate = 0 }: WritingOptions,
    ): Promise<WrittenStories> {
        checkTemperature(temperature);
        if (!(dropoutRate >= 0 && dropoutRate < 1)) throw new Error(`no network can drop at a rate of ${dropoutRate}`);
        if (prompts.length !== streams.length) throw new Error('each story needs a random stream of its own');
        for (const prompt of prompts) checkPrompt(prompt, this.#config, this.#options.maxPrompt);
        this.#inverseTemperature.write(Float32Array.of(1 / temperature));

        const all = streams.map((stream, index): StoryUnderWay => {
            return { index, stream, tokens: [], position: prompts[index]!.length - 1 };
        });
        for (let from = 0; from < all.length; from += this.#batch)
            await this.#writeBatch(all.slice(from, from + this.#batch), prompts, dropoutRate);
        return {
            tokens: all.map(({ tokens }) => Int32Array.from(tokens)),
            finished: all.map(({ tokens }) => tokens.at(-1) === this.#options.endOfText),
        };
    }

    release(): void {
        this.#programs.release();
        if (this.#promptIds !== this.#slotsOf(this.#batch).next) this.#promptIds.release();
        for (const slots of this.#slots.values()) slots.release();
        this.#inverseTemperature.release();
    }

    /** Writes up to B stories to their ends, token by token. */
    async #writeBatch(
        batch: readonly StoryUnderWay[],
        prompts: readonly Int32Array[],
        dropoutRate: number,
    ): Promise<void> {
        let slots = this.#slotsOf(this.#batch);
        await this.#readPrompts(slots, batch, prompts, dropoutRate);
        let stories = this.#takeTokens(batch, slots);
        for (let call = 1; stories.some((story) => story !== null); call++) {
            // a prepacked program for fewer rows would take longer to make than it saves
            if (call === 1 || !this.#prepacks) ({ stories, slots } = await this.#moveIfFew(stories, slots));
            const positions = stories.map((story) => story?.position ?? 0);
            slots.prepare(stories, Math.max(...positions) + 1, dropoutRate);
            await (await this.#programs.bindingFor(slots, 1, dropoutRate)).run();
            stories = this.#takeTokens(stories, slots);
        }
    }

    /** Reads the prompts of up to B stories and draws the first token of each. */
    async #readPrompts(
        slots: DecodingSlots,
        stories: readonly StoryUnderWay[],
        prompts: readonly Int32Array[],
        dropoutRate: number,
    ): Promise<void> {
        const { maxPrompt } = this.#options;
        const binding = await this.#programs.bindingFor(slots, maxPrompt, dropoutRate);
        const ids = new Int32Array(this.#batch * maxPrompt); // right-padded
        stories.forEach((story, row) => ids.set(prompts[story.index]!, row * maxPrompt));
        this.#promptIds.write(ids);
        slots.prepare(stories, maxPrompt, dropoutRate);
        await binding.run();
    }

    /** Appends each story's new token; stories that have ended leave their row. */
    #takeTokens(stories: Rows, slots: DecodingSlots): Rows {
        const { endOfText, maxNewTokens } = this.#options;
        const next = slots.next.read();
        return stories.map((story, row) => {
            if (story === null) return null;
            const token = Number(next[row]!);
            story.tokens.push(token);
            story.position += 1;
            return token === endOfText || story.tokens.length === maxNewTokens ? null : story;
        });
    }

    /** Moves to half the rows, repeatedly, while the unfinished stories fit. */
    async #moveIfFew(
        stories: Rows,
        slots: DecodingSlots,
    ): Promise<{ readonly stories: Rows; readonly slots: DecodingSlots }> {
        const remaining = stories.flatMap((story, row) => (story === null ? [] : [{ story, row }]));
        let { rows } = slots;
        while (rows / 2 >= smallestBatch && Math.ceil(rows / 2) >= remaining.length) rows = Math.ceil(rows / 2);
        if (rows === slots.rows) return { stories, slots };
        const target = this.#slotsOf(rows);
        const kept = remaining.map(({ row }) => row);
        await slots.copyRows(kept, target);
        return { stories: remaining.map(({ story }) => story), slots: target };
    }

    #slotsOf(rows: number): DecodingSlots {
        const known = this.#slots.get(rows);
        if (known) return known;
        const opened = new DecodingSlots(this.#runtime, this.#config, rows, this.#capacity);
        this.#slots.set(rows, opened);
        return opened;
    }
}

/** The weights of the language model alone, without the value head. */
function parametersOf(config: StudentConfig, weights: NamedTensors): NamedTensors {
    return Object.fromEntries(
        languageModelParameters(config).map(({ name }) => {
            const tensor = weights[name];
            if (tensor === undefined) throw new Error(`the writer needs the weights '${name}'`);
            return [name, tensor];
        }),
    );
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

function checkTemperature(temperature: number): void {
    if (temperature > 0 && Number.isFinite(1 / temperature) && Number.isFinite(temperature)) return;
    throw badInput(`The temperature must be a number above 0, not ${temperature}; nothing was written.`);
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
