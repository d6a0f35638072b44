/** One run with all it has recorded, followed by cursor: only what is new is asked for. */
import type { RunDetails, RunEventRow, RunRow, StepRow, UpdateRow } from '../../shared/views/runs.ts';
import { sentenceOf } from '../lib/asking.ts';
import { joined } from '../lib/follow.ts';
import { ask, workshop } from './workshop.svelte.ts';

export class FollowedRun {
    readonly folder: string;
    details = $state.raw<RunDetails | null>(null);
    updates = $state.raw<readonly UpdateRow[]>([]);
    steps = $state.raw<readonly StepRow[]>([]);
    events = $state.raw<readonly RunEventRow[]>([]);
    problem = $state<string | null>(null);
    #cursors = { update: 0, step: 0, event: 0 };
    #reading = false;
    #again = false;

    constructor(folder: string) {
        this.folder = folder;
    }

    get row(): RunRow | null {
        return workshop.run(this.folder) ?? this.details?.row ?? null;
    }

    /** Reads what is new; while it reads, another call makes it look once more. */
    async follow(): Promise<void> {
        if (this.#reading) {
            this.#again = true;
            return;
        }
        this.#reading = true;
        try {
            do {
                this.#again = false;
                await this.#readNew();
            } while (this.#again);
            this.problem = null;
        } catch (error) {
            this.problem = sentenceOf(error);
        } finally {
            this.#reading = false;
        }
    }

    async #readNew(): Promise<void> {
        const run = this.folder;
        const isPretraining = this.row?.job === 'pretrain';
        const shown = Promise.all([
            ask('run.read', { run }),
            isPretraining ? this.#readSteps() : this.#readUpdates(), // of a run that is not in the list yet, at the next look
        ]).then(([details]) => (this.details = details));
        await Promise.all([shown, this.#readEvents()]); // the figures do not wait for the log
    }
    async #readEvents(): Promise<void> {
        const fresh: RunEventRow[] = [];
        for (let more = true; more;) {
            const page = await ask('run.events', { run: this.folder, after: this.#cursors.event, limit: 1000 });
            this.#cursors.event = page.cursor;
            fresh.push(...page.rows);
            more = page.more;
        }
        if (fresh.length > 0) this.events = [...this.events, ...fresh];
    }
    async #readUpdates(): Promise<void> {
        for (let more = true; more;) {
            const page = await ask('run.updates', { run: this.folder, after: this.#cursors.update, limit: 2000 });
            this.#cursors.update = page.cursor;
            if (page.rows.length > 0) this.updates = joined(this.updates, page.rows, ({ number }) => number);
            more = page.more;
        }
    }
    async #readSteps(): Promise<void> {
        const gathered: StepRow[] = [];
        for (let more = true; more;) {
            const page = await ask('run.steps', { run: this.folder, after: this.#cursors.step, limit: 5000 });
            this.#cursors.step = page.cursor;
            gathered.push(...page.rows);
            more = page.more;
        }
        if (gathered.length > 0) this.steps = joined(this.steps, gathered, ({ step }) => step);
    }
}
