/**
 * Random streams, each with a name and a parent. A stream is found by its key, so any story, shuffle or mask can be
 * drawn again without replaying what came before: `root.fork('rollout', update, story)`.
 */
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

type Key = readonly (string | number)[];

export class RandomStream {
    /** Enough to make the same stream again, from its beginning. */
    readonly key: Key;
    #generator: ReturnType<typeof xoroshiro128plusFromState>;

    constructor(...key: Key) {
        this.key = key;
        const digest = createHash('sha256').update(JSON.stringify(key)).digest();
        this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
    }

    /** An independent stream; the same key always gives the same stream, whatever was drawn from this one. */
    fork(...key: Key): RandomStream {
        return new RandomStream(...this.key, ...key);
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

    /**
     * Writes scale · normal() over all values, the same numbers to the bit. The generator (xoroshiro128+) runs on local
     * variables here, which is several times as fast: a student of 100 million weights is drawn in seconds.
     */
    fillNormal(values: Float32Array, scale: number): void {
        let [s01, s00, s11, s10] = this.#generator.getState() as [number, number, number, number];
        let out = 0;
        const next = (): void => {
            out = (s00 + s10) | 0;
            const [a0, a1] = [s10 ^ s00, s11 ^ s01];
            const [before0, before1] = [s00, s01];
            s00 = (before0 << 24) ^ (before1 >>> 8) ^ a0 ^ (a0 << 16);
            s01 = (before1 << 24) ^ (before0 >>> 8) ^ a1 ^ ((a1 << 16) | (a0 >>> 16));
            s10 = (a1 << 5) ^ (a0 >>> 27);
            s11 = (a0 << 5) ^ (a1 >>> 27);
        };
        const uniform = (): number => {
            next();
            const high = out & 0x3ffffff;
            next();
            return high * 2 ** -26 + (out & 0x7ffffff) * 2 ** -53;
        };
        for (let at = 0; at < values.length; at++) {
            const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
            values[at] = scale * (radius * Math.cos(2 * Math.PI * uniform()));
        }
        this.#generator = xoroshiro128plusFromState([s01, s00, s11, s10]);
    }

    /** 0…n−1, shuffled (Fisher–Yates). */
    permutation(n: number): Uint32Array {
        const order = new Uint32Array(n);
        for (let i = 1; i < n; i++) order[i] = i;
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
