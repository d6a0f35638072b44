/** The stories that match a query, fetched a page at a time as they scroll into sight. */
import type { StoryRow } from '../../../shared/views/stories.ts';
import { sentenceOf } from '../../lib/app/asking.ts';
import type { StoryQuery } from '../../lib/story-query.ts';
import { ask } from '../workshop.svelte.ts';

const pageSize = 100;
const keptPages = 12;

export class StoryPages {
    total = $state<number | null>(null);
    problem = $state<string | null>(null);
    #pages = $state.raw<ReadonlyMap<number, readonly StoryRow[]>>(new Map());
    #asked = new Set<number>();
    #question: { readonly run: string; readonly query: StoryQuery } | null = null;

    /** Asks anew; what was shown stays until the first answer. */
    async find(run: string, query: StoryQuery): Promise<void> {
        const question = { run, query };
        this.#question = question;
        this.#asked = new Set([0]);
        try {
            const page = await ask('stories.find', { run, ...query, offset: 0, limit: pageSize });
            if (this.#question !== question) return;
            this.#pages = new Map([[0, page.rows]]);
            this.total = page.total;
            this.problem = null;
        } catch (error) {
            if (this.#question !== question) return;
            this.#pages = new Map();
            this.total = 0;
            this.problem = sentenceOf(error);
        }
    }

    /** The row at an index; undefined while it is on its way. */
    at(index: number): StoryRow | undefined {
        return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
    }

    /** Sees to it that the rows from `first` to before `end` come. */
    need(first: number, end: number): void {
        for (let page = Math.floor(first / pageSize); page * pageSize < end; page++) void this.#fetch(page);
    }

    async #fetch(page: number): Promise<void> {
        const question = this.#question;
        if (!question || this.#asked.has(page)) return;
        this.#asked.add(page);
        try {
            const { rows } = await ask('stories.find', {
                run: question.run,
                ...question.query,
                offset: page * pageSize,
                limit: pageSize,
            });
            if (this.#question !== question) return;
            const kept = [...this.#pages].slice(-keptPages);
            for (const [number] of this.#pages) if (!kept.some(([one]) => one === number)) this.#asked.delete(number);
            this.#pages = new Map([...kept, [page, rows]]);
        } catch {
            this.#asked.delete(page); // it is asked for again when it comes into sight
        }
    }
}
