/** A request to the app as state: the latest value, what went wrong, and whether an answer is pending. */
import { untrack } from 'svelte';
import { sentenceOf } from '../../lib/app/asking.ts';

interface Options<T> {
    /** Called with each value, once it is stored. */
    readonly loaded?: (value: T) => void;
    /** Called with the sentence of a refusal, beside storing it in `problem`. */
    readonly refused?: (sentence: string) => void;
    /** Forgets the old value as soon as the request changes; otherwise it stays until the next answer. */
    readonly clears?: boolean;
}

export class Resource<T> {
    value = $state.raw<T | null>(null);
    problem = $state<string | null>(null);
    isPending = $state(false);

    /** Stores the answer when it comes. What is returned ends that: a later answer is ignored. */
    follow(answer: Promise<T>, { loaded, refused }: Options<T> = {}): () => void {
        let isWanted = true;
        this.isPending = true;
        answer.then(
            (value) => {
                if (!isWanted) return;
                [this.value, this.problem, this.isPending] = [value, null, false];
                loaded?.(value);
            },
            (error: unknown) => {
                if (!isWanted) return;
                const sentence = sentenceOf(error);
                [this.problem, this.isPending] = [sentence, false];
                refused?.(sentence);
            },
        );
        return () => {
            isWanted = false;
            this.isPending = false;
        };
    }

    clear(): void {
        [this.value, this.problem] = [null, null];
    }
}

/**
 * Asks whenever the state that `request` reads changes, for as long as the component that calls this lives. A refusal
 * leaves the value before in place.
 * @param request null where there is nothing to ask for, which clears the value
 */
export function resource<T>(request: () => Promise<T> | null, options: Options<T> = {}): Resource<T> {
    const found = new Resource<T>();
    $effect(() => {
        const answer = request();
        return untrack(() => {
            if (answer === null || options.clears === true) found.clear();
            return answer === null ? undefined : found.follow(answer, options);
        });
    });
    return found;
}
