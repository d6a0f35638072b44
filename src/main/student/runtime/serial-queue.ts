/**
 * Runs one piece of work at a time, in order: programs share cores and weights. Whatever queued or running work uses is
 * kept referenced here (native code holds only addresses) and may be neither written nor released.
 */
export class SerialQueue {
    readonly #users = new Map<object, number>();
    #last: Promise<void> = Promise.resolve();

    /** @throws where unfinished work uses the tensor or program */
    refuseWhileInUse(thing: object, deed: 'written' | 'released'): void {
        if (this.#users.has(thing)) throw new Error(`what a run is using cannot be ${deed} before the run is over`);
    }

    /** Does the work once all earlier work has finished or failed. */
    async take(uses: readonly object[], work: () => Promise<void>): Promise<void> {
        for (const thing of uses) this.#users.set(thing, (this.#users.get(thing) ?? 0) + 1);
        const mine = this.#last.then(work);
        this.#last = mine.catch(() => {}); // its caller gets the error; later work does not depend on it
        try {
            await mine;
        } finally {
            for (const thing of uses) {
                const users = this.#users.get(thing)! - 1;
                if (users === 0) this.#users.delete(thing);
                else this.#users.set(thing, users);
            }
        }
    }
}
