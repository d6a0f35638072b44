/**
 * A Bloom filter over short sequences of word ids: it says yes to everything that was added and, rarely, to something
 * that was not. It holds no text.
 */
const probes = 5;

/** Two 32-bit hashes of `ids[from … from + count)`, mixed as in MurmurHash3. */
export function hashSequence(ids: ArrayLike<number>, from: number, count: number): readonly [number, number] {
    let first = 0x9747b28c;
    let second = 0x3c6ef372;
    for (let i = from; i < from + count; i++) {
        const id = ids[i]! + 1;
        first = mix(first ^ Math.imul(id, 0xcc9e2d51));
        second = mix(second ^ Math.imul(id, 0x1b873593));
    }
    return [first >>> 0, (second | 1) >>> 0];
}

function mix(hash: number): number {
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
}

export class SeenFilter {
    readonly bytes: Uint8Array;

    constructor(bytes: Uint8Array) {
        this.bytes = bytes;
    }

    add([first, second]: readonly [number, number]): void {
        const size = this.bytes.length * 8;
        for (let probe = 0; probe < probes; probe++) {
            const bit = (first + probe * second) % size;
            this.bytes[bit >>> 3]! |= 1 << (bit & 7);
        }
    }

    has([first, second]: readonly [number, number]): boolean {
        const size = this.bytes.length * 8;
        for (let probe = 0; probe < probes; probe++) {
            const bit = (first + probe * second) % size;
            if (((this.bytes[bit >>> 3]! >> (bit & 7)) & 1) === 0) return false;
        }
        return true;
    }
}

/** How many word classes in a row are looked up as one step. */
export const stepLength = 4;

/** One six-gram in `copySampling` is kept and looked up, chosen by its hash: a smaller filter, and the same share. */
export const copyLength = 6;
export const copySampling = 8;
export const isSampledCopy = ([first]: readonly [number, number]): boolean => (first >>> 7) % copySampling === 0;
