/**
 * One run at a time, in the order asked: programs share cores and weights. While a run waits or works, what it uses is
 * referenced here (native code holds only addresses) and may be neither written nor released.
 */
export class SerialQueue {
    readonly #users = new Map<object, number>();
    #last: Promise<void> = Promise.resolve();

    /** Throws when a run that is not over uses the tensor, or the program. */
    refuseWhileInUse(thing: object, deed: 'written' | 'released'): void {
        if (this.#users.has(thing)) throw new Error(`what a run is using cannot be ${deed} before the run is over`);
    }

    /** Does the work once all work asked for earlier is over, whether that went well or not. */
    async take(uses: readonly object[], work: () => Promise<void>): Promise<void> {
        for (const thing of uses) this.#users.set(thing, (this.#users.get(thing) ?? 0) + 1);
        const mine = this.#last.then(work);
        this.#last = mine.catch(() => {}); // whoever asked for it hears of it; the next turn does not depend on it
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
