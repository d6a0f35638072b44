/** A word n-gram model that writes stories like a very weak student: fluent for a few words, about nothing. */
import type { RandomStream } from '../src/main/learning/random.ts';
import type { StoryToRate } from '../src/main/teacher/teacher.ts';

const stop = '</s>';

export class NgramWriter {
    readonly #order: number;
    /** Context of up to order − 1 words → the words that followed it, one entry per occurrence. */
    readonly #followers = new Map<string, string[]>();

    constructor(passages: readonly string[], order: number) {
        this.#order = order;
        for (const passage of passages) {
            const words = [...Array<string>(order - 1).fill(stop), ...passage.split(' '), stop];
            for (let i = order - 1; i < words.length; i++)
                for (let length = Math.min(1, order - 1); length < order; length++) {
                    const context = words.slice(i - length, i).join(' ');
                    let followers = this.#followers.get(context);
                    if (followers === undefined) this.#followers.set(context, (followers = []));
                    followers.push(words[i]!);
                }
        }
    }

    /** Backs off to a shorter context now and then, and always where the long one has a single continuation. */
    write(random: RandomStream, mostWords: number): StoryToRate {
        const words = Array<string>(this.#order - 1).fill(stop);
        while (words.length - (this.#order - 1) < mostWords) {
            let length = this.#order - 1;
            let followers = this.#followers.get(words.slice(words.length - length).join(' ')) ?? [];
            while (length > 1 && (followers.length < 3 || random.uniform() < 0.1)) {
                length--;
                followers = this.#followers.get(words.slice(words.length - length).join(' ')) ?? [];
            }
            const next = random.pick(followers);
            if (next === stop && words.at(-1) !== stop)
                return { prompt: '', story: words.slice(this.#order - 1).join(' '), finished: true };
            if (next !== stop) words.push(next);
        }
        return { prompt: '', story: words.slice(this.#order - 1).join(' '), finished: false };
    }
}
