/** A writer's compiled decoding graphs, each compiled when it is first needed and bound to its slots. */
import type { StudentConfig } from '../gpt2/config.ts';
import { cacheNames, decodingModel, isAttentionFused } from '../gpt2/decoding.ts';
import type { Binding, NamedTensors, Program, Runtime, RuntimeTensor } from '../runtime/runtime.ts';
import type { DecodingSlots } from './decoding-slots.ts';

export interface DecodingOptions {
    /** Positions of the cache: prompt and story. */
    readonly capacity: number;
    /** (B, longest prompt) int32: the input of a batch's first call. */
    readonly promptIds: RuntimeTensor;
    readonly inverseTemperature: RuntimeTensor; // ()
    /**
     * Whether programs that read one token hold a prepacked copy of the weights: products are faster, but every change
     * of the weights needs a new copy.
     */
    readonly prepacks: boolean;
}

interface BoundProgram {
    readonly program: Program;
    readonly binding: Binding;
}

export class DecodingPrograms {
    readonly #runtime: Runtime;
    readonly #config: StudentConfig;
    readonly #parameters: NamedTensors;
    readonly #options: DecodingOptions;
    readonly #bound = new Map<string, BoundProgram>();
    /**
     * Key of the program that holds prepacked weights. There is at most one, since it holds a second copy of them all.
     */
    #prepacked: string | null = null;

    constructor(runtime: Runtime, config: StudentConfig, parameters: NamedTensors, options: DecodingOptions) {
        this.#runtime = runtime;
        this.#config = config;
        this.#parameters = parameters;
        this.#options = options;
    }

    /** The program that reads `tokens` per row. With one token, each call's output is the next call's input. */
    async bindingFor(slots: DecodingSlots, tokens: number, dropoutRate: number): Promise<Binding> {
        const isPrepacked = this.#options.prepacks && tokens === 1;
        const version = Object.values(this.#parameters).reduce((sum, tensor) => sum + tensor.version, 0);
        const key = `${slots.rows} ${tokens} ${dropoutRate} ${isPrepacked ? version : 'any'}`;
        const known = this.#bound.get(key);
        if (known) return known.binding;
        // before compiling, so that it is released even if the next one cannot be compiled
        if (isPrepacked) this.#releasePrepacked();
        const bound = await this.#compile(slots, tokens, dropoutRate, isPrepacked);
        this.#bound.set(key, bound);
        if (isPrepacked) this.#prepacked = key;
        return bound.binding;
    }

    release(): void {
        for (const bound of this.#bound.values()) release(bound);
    }

    async #compile(
        slots: DecodingSlots,
        tokens: number,
        dropoutRate: number,
        isPrepacked: boolean,
    ): Promise<BoundProgram> {
        const { capacity, promptIds, inverseTemperature } = this.#options;
        const { rows, last, length, uniforms, dropoutKeys, next, cache } = slots;
        const { target } = this.#runtime;
        const shape = { batch: rows, tokens, capacity, output: 'sample', dropoutRate, target } as const;
        const model = decodingModel(this.#config, { ...shape, parameters: isPrepacked ? 'weights' : 'inputs' });
        const program = await this.#runtime.compile(model, isPrepacked ? this.#parameters : {});
        const inputs = {
            ...(isPrepacked ? {} : this.#parameters),
            ...Object.fromEntries(cache),
            ids: tokens === 1 ? next : promptIds,
            last,
            uniforms,
            inverseTemperature,
            ...(isAttentionFused(shape) ? { length } : {}),
            ...(dropoutRate > 0 ? { dropoutKeys } : {}),
        };
        const nextCache = cacheNames(this.#config.layers).map(([name, output]) => [output, cache.get(name)!] as const);
        return { program, binding: program.bind(inputs, { next, ...Object.fromEntries(nextCache) }) };
    }

    #releasePrepacked(): void {
        if (this.#prepacked === null) return;
        release(this.#bound.get(this.#prepacked)!);
        this.#bound.delete(this.#prepacked);
        this.#prepacked = null;
    }
}

function release({ program, binding }: BoundProgram): void {
    binding.release();
    program.release();
}
