/** The order in which an update's optimiser steps go over what it learns from. */
import type { RandomStream } from '../../learning/random.ts';

export interface Minibatch {
    readonly indices: Uint32Array;
    /** Minibatches of this update before this one, and in all. */
    readonly done: number;
    readonly of: number;
}

/** Goes over `count` items epoch by epoch, each in an order of its own, `size` at a time. */
export function* minibatches(
    sampling: RandomStream,
    update: number,
    { count, epochs, size }: { readonly count: number; readonly epochs: number; readonly size: number },
): Generator<Minibatch, void, void> {
    const perEpoch = Math.ceil(count / size);
    for (let epoch = 0; epoch < epochs; epoch++) {
        const order = sampling.fork('shuffle', update, epoch).permutation(count);
        for (let step = 0; step < perEpoch; step++) {
            const indices = order.subarray(step * size, (step + 1) * size);
            yield { indices, done: epoch * perEpoch + step, of: epochs * perEpoch };
        }
    }
}
