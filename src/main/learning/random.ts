/**
 * Random streams, each with a name and a parent. A stream is found by its key, so any story, shuffle or mask can be
 * drawn again without replaying what came before: `root.fork('rollout', update, story)`.
 */
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

type Key = readonly (string | number)[];

export class RandomStream {
    readonly #key: Key;
    readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;

    constructor(...key: Key) {
        this.#key = key;
        const digest = createHash('sha256').update(JSON.stringify(key)).digest();
        this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
    }

    /** An independent stream; the same key always gives the same stream, whatever was drawn from this one. */
    fork(...key: Key): RandomStream {
        return new RandomStream(...this.#key, ...key);
    }

    /** Uniform in [0, 1), 53 bits. */
    uniform(): number {
        return uniformFloat64(this.#generator);
    }

    /** Uniform integer in [0, below). */
    integer(below: number): number {
        return Math.floor(this.uniform() * below);
    }

    /** Standard normal (Box–Muller). */
    normal(): number {
        const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
        return radius * Math.cos(2 * Math.PI * this.uniform());
    }

    /** 0…n−1, shuffled (Fisher–Yates). */
    permutation(n: number): Uint32Array {
        const order = Uint32Array.from({ length: n }, (_, i) => i);
        for (let i = n - 1; i > 0; i--) {
            const j = this.integer(i + 1);
            const held = order[i]!;
            order[i] = order[j]!;
            order[j] = held;
        }
        return order;
    }

    pick<T>(choices: readonly T[]): T {
        if (choices.length === 0) throw new Error('nothing to pick from');
        return choices[this.integer(choices.length)]!;
    }
}
