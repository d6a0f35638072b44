/** One look that takes its time: begun, followed by its ticket, stopped, and what came of it. */
import { Unanswered, isRefusal, sentenceOf } from '../lib/app/asking.ts';
import { ask, hearLooks } from './workshop.svelte.ts';

let last = 0;
const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join('');

export class Look<Result> {
    result = $state.raw<Result | null>(null);
    /** Why there is none: a sentence. */
    problem = $state<string | null>(null);
    /** Asking again would bring the same problem: what was asked about has to change. */
    isRefused = $state(false);
    isUnderWay = $state(false);
    phase = $state<{ readonly name: string; readonly done: number; readonly of: number } | null>(null);
    #ticket: string | null = null;

    /** Forgets what was, and asks; one that is under way is stopped. */
    async begin(question: (ticket: string) => Promise<Result>): Promise<void> {
        this.stop();
        const ticket = `${page}-${++last}`;
        this.#ticket = ticket;
        [this.result, this.problem, this.isRefused, this.phase, this.isUnderWay] = [null, null, false, null, true];
        const deafen = hearLooks((push) => {
            if (push.ticket === ticket && this.#ticket === ticket)
                this.phase = { name: push.phase, done: push.done, of: push.of };
        });
        try {
            const result = await question(ticket);
            if (this.#ticket === ticket) this.result = result;
        } catch (error) {
            if (this.#ticket === ticket) [this.problem, this.isRefused] = [sentenceOf(error), isRefusal(error)];
        } finally {
            deafen();
            if (this.#ticket === ticket) [this.isUnderWay, this.#ticket] = [false, null];
        }
    }

    /** What comes of it is not wanted any more. */
    stop(): void {
        if (this.#ticket === null) return;
        ask('look.stop', { ticket: this.#ticket }).catch((error: unknown) => {
            if (!(error instanceof Unanswered)) throw error; // an app that is gone has stopped already
        });
        [this.isUnderWay, this.#ticket] = [false, null];
    }

    forget(): void {
        this.stop();
        [this.result, this.problem, this.isRefused] = [null, null, false];
    }
}
