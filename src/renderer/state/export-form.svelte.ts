/** An export being put together: of what, which parts, in which formats, and where to. */
import type { ExportFormat, ExportThing, GgufType } from '../../shared/contracts/exchange.ts';
import type { ExportOffer } from '../../shared/views/computer.ts';
import { sentenceOf } from '../lib/app/asking.ts';
import { resource, type Resource } from './app/resource.svelte.ts';
import type { ExportChoice } from './exchanges.svelte.ts';
import { ask } from './workshop.svelte.ts';

const atFirst: readonly ExportThing[] = ['database', 'episodes', 'card', 'agreement']; // of a run; else everything

export class ExportForm {
    /** Which of the choices. */
    chosen = $state(0);
    wanted = $state.raw<ReadonlySet<ExportThing>>(new Set());
    formats = $state<Partial<Record<ExportThing, ExportFormat>>>({});
    checkpoint = $state<string | null>(null);
    ggufType = $state<GgufType>('F16');
    /** Null: where the app suggests. */
    folder = $state<string | null>(null);
    isStarting = $state(false);
    #startProblem = $state<string | null>(null);
    readonly #choices: () => readonly ExportChoice[];
    readonly #offered: Resource<ExportOffer>;

    /**
     * Create it while a component is set up.
     * @param onOffer called when what can be exported is known
     */
    constructor(choices: () => readonly ExportChoice[], onOffer: () => void) {
        this.#choices = choices;
        this.#offered = resource<ExportOffer>(() => ask('export.offer', { of: this.#of }), {
            clears: true,
            loaded: (offer) => {
                this.#suggest(offer);
                onOffer();
            },
        });
    }

    get #of(): ExportChoice['of'] {
        return this.#choices()[this.chosen]!.of;
    }
    get offer(): ExportOffer | null {
        return this.#offered.value;
    }
    get isPending(): boolean {
        return this.#offered.isPending;
    }
    get problem(): string | null {
        return this.#offered.problem ?? this.#startProblem;
    }
    get #parts(): readonly { readonly what: ExportThing; readonly as: ExportFormat }[] {
        const wanted = (this.offer?.things ?? []).filter(({ what }) => this.wanted.has(what));
        return wanted.map(({ what }) => ({ what, as: this.formats[what]! }));
    }
    get canStart(): boolean {
        return this.#parts.length > 0 && !this.isStarting;
    }

    #suggest({ things, checkpoints }: ExportOffer): void {
        const known = things.map(({ what }) => what);
        this.wanted = new Set(this.#of.subject === 'run' ? known.filter((what) => atFirst.includes(what)) : known);
        this.formats = Object.fromEntries(things.map(({ what, formats: [first] }) => [what, first]));
        this.checkpoint = checkpoints[0]?.name ?? null;
    }

    /** Takes a part, or leaves it. */
    toggle(what: ExportThing): void {
        this.wanted = this.wanted.symmetricDifference(new Set([what]));
    }

    /** Starts the export; the form then suggests a folder for the next one. */
    async start(): Promise<void> {
        if (!this.canStart) return;
        this.isStarting = true;
        this.#startProblem = null;
        try {
            const of = this.#of;
            const checkpoint = this.wanted.has('student') && of.subject === 'run' ? this.checkpoint : null;
            const { ggufType, folder } = this;
            await ask('export.start', { of, parts: [...this.#parts], ggufType, folder, checkpoint });
            const { folder: next } = await ask('export.offer', { of });
            if (this.offer) this.#offered.value = { ...this.offer, folder: next };
        } catch (error) {
            this.#startProblem = sentenceOf(error);
        }
        this.isStarting = false;
    }
}
