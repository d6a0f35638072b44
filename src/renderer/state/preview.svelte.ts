/** A preview: an answer that takes a while to work out, such as an estimate. It reports progress and can be stopped. */
import { Unanswered, isRefusal, sentenceOf } from '../lib/app/asking.ts';
import { ask, onPreviewProgress } from './workshop.svelte.ts';

let last = 0;
const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join('');

export class Preview<Result> {
    result = $state.raw<Result | null>(null);
    /** Why there is no result, as a sentence. */
    problem = $state<string | null>(null);
    /** Asking again would fail the same way: the question has to change first. */
    isRefused = $state(false);
    isUnderWay = $state(false);
    phase = $state<{ readonly name: string; readonly done: number; readonly of: number } | null>(null);
    #ticket: string | null = null;

    /** Starts afresh; a preview that is still under way is stopped. */
    async begin(question: (ticket: string) => Promise<Result>): Promise<void> {
        this.stop();
        const ticket = `${page}-${++last}`;
        this.#ticket = ticket;
        [this.result, this.problem, this.isRefused, this.phase, this.isUnderWay] = [null, null, false, null, true];
        const unsubscribe = onPreviewProgress((push) => {
            if (push.ticket === ticket && this.#ticket === ticket)
                this.phase = { name: push.phase, done: push.done, of: push.of };
        });
        try {
            const result = await question(ticket);
            if (this.#ticket === ticket) this.result = result;
        } catch (error) {
            if (this.#ticket === ticket) [this.problem, this.isRefused] = [sentenceOf(error), isRefusal(error)];
        } finally {
            unsubscribe();
            if (this.#ticket === ticket) [this.isUnderWay, this.#ticket] = [false, null];
        }
    }

    /** Stops it; its result will be ignored. */
    stop(): void {
        if (this.#ticket === null) return;
        ask('preview.stop', { ticket: this.#ticket }).catch((error: unknown) => {
            if (!(error instanceof Unanswered)) throw error; // an app that is gone has stopped already
        });
        [this.isUnderWay, this.#ticket] = [false, null];
    }

    forget(): void {
        this.stop();
        [this.result, this.problem, this.isRefused] = [null, null, false];
    }
}
