/** A search over the stories of all runs, as its answers come in. */
import type { StoriesOverRuns } from '../../../shared/views/stories.ts';
import { sentenceOf } from '../../lib/app/asking.ts';
import { ask } from '../workshop.svelte.ts';

export class AllRunsSearch {
    runs = $state.raw<StoriesOverRuns['runs']>([]);
    searched = $state(0);
    of = $state<number | null>(null);
    isUnderWay = $state(false);
    problem = $state<string | null>(null);
    #text: string | null = null;

    readonly hits = $derived(this.runs.reduce((sum, { hits }) => sum + hits, 0));
    readonly isMore = $derived(this.runs.some(({ isMore }) => isMore));

    /** Searches run after run; a search for other words takes its place. What was found stays until then. */
    async find(text: string): Promise<void> {
        this.#text = text;
        if (text.trim() === '') {
            [this.runs, this.searched, this.of, this.isUnderWay, this.problem] = [[], 0, null, false, null];
            return;
        }
        this.isUnderWay = true;
        let found: StoriesOverRuns['runs'] = [];
        try {
            for (let from = 0; ; from = this.searched) {
                const answer = await ask('stories.search', { text, from });
                if (this.#text !== text) return;
                found = [...found, ...answer.runs];
                [this.runs, this.searched, this.of, this.problem] = [found, answer.searched, answer.of, null];
                if (answer.searched >= answer.of) break;
            }
        } catch (error) {
            if (this.#text !== text) return;
            this.problem = sentenceOf(error);
        }
        this.isUnderWay = false;
    }
}
