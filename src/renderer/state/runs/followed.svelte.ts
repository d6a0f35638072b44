/** What is followed of a run: read by cursor, one reading at a time, so that only new rows are fetched. */
import type { Page } from '../../../shared/views/runs.ts';
import { sentenceOf } from '../../lib/app/asking.ts';

export abstract class Followed {
    readonly folder: string;
    problem = $state<string | null>(null);
    #reading = false;
    #again = false;

    constructor(folder: string) {
        this.folder = folder;
    }

    protected abstract readNew(): Promise<void>;

    /** Reads what is new. A call during a reading makes it read once more. */
    async follow(): Promise<void> {
        if (this.#reading) {
            this.#again = true;
            return;
        }
        this.#reading = true;
        try {
            do {
                this.#again = false;
                await this.readNew();
            } while (this.#again);
            this.problem = null;
        } catch (error) {
            this.problem = sentenceOf(error);
        } finally {
            this.#reading = false;
        }
    }
}

export async function allAfter<Row>(
    start: number,
    pageAfter: (cursor: number) => Promise<Page<Row>>,
): Promise<{ readonly rows: readonly Row[]; readonly cursor: number }> {
    const rows: Row[] = [];
    let cursor = start;
    for (let more = true; more;) {
        const page = await pageAfter(cursor);
        rows.push(...page.rows);
        ({ cursor, more } = page);
    }
    return { rows, cursor };
}
