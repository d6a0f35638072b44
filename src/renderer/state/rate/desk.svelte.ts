/**
 * One session at the rating desk. Keys act at once on the state held here. Answers are saved one after the other in the
 * order given, and each is sent again until the app replies.
 */
import type { Params } from '../../../shared/contracts/app.ts';
import type { DeskItem, DeskView, Revealed } from '../../../shared/ratings/rating-sets.ts';
import { sentenceOf, Unanswered } from '../../lib/app/asking.ts';
import { erased, minutesLeft, nextIn, waitingCriterion, type ItemState, type Scores } from '../../lib/desk.ts';
import { sayFault } from '../app/toasts.svelte.ts';
import { ask } from '../workshop.svelte.ts';

type OwnAnswer = Omit<Params<'desk.answer'>, 'set' | 'rater'>;
type GivenAnswer = Pick<OwnAnswer, 'kind' | 'scores' | 'dwellMs' | 'flagged' | 'note'>;

const ahead = 3; // stories that are here before they are wanted
const patienceMs = 500;

export class Desk {
    readonly who: { readonly set: string; readonly rater: string };
    view = $state.raw<Omit<DeskView, 'items' | 'flagged'> | null>(null);
    states = $state.raw<readonly ItemState[]>([]);
    /** The current story; null while it is being fetched, and when all are done. */
    item = $state.raw<DeskItem | null>(null);
    isDone = $state(false);
    scores = $state.raw<Scores>({});
    flagged = $state(false);
    note = $state('');
    /** Answers that are not on the disk yet. */
    unsaved = $state(0);
    /** Stories are shown with what teachers said once they are rated. */
    isRevealing = $state(false);
    revealed = $state.raw<Revealed | null>(null);
    problem = $state<string | null>(null);

    readonly rated = $derived(this.states.filter((state) => state === 'scored').length);
    readonly skipped = $derived(this.states.filter((state) => state === 'skipped').length);
    /** Flagged positions, with the unsaved flag of the current story. */
    readonly marks = $derived.by((): ReadonlySet<number> => {
        const here = this.item?.position;
        const others = [...this.#flags].filter((position) => position !== here);
        return new Set(here !== undefined && this.flagged ? [...others, here] : others);
    });
    readonly waiting = $derived(this.view && waitingCriterion(this.view.criteria, this.scores));
    readonly minutes = $derived.by(() =>
        minutesLeft(this.dwells, this.states.filter((state) => state === this.#wanted).length),
    );

    private dwells = $state.raw<readonly number[]>([]);
    #wanted = $state<ItemState>('open');
    #flags = $state.raw<ReadonlySet<number>>(new Set());
    #here = 0; // position of the item shown or on its way
    #pressedEarly: number[] = [];
    #isAnswered = false; // and waits for what teachers said
    readonly #known = new Map<number, DeskItem>();
    readonly #coming = new Map<number, Promise<DeskItem | null>>();
    readonly #queue: OwnAnswer[] = [];
    #sending: Promise<void> | null = null;
    readonly #done: { readonly position: number; readonly before: DeskItem['mine'] }[] = [];
    #seenMs = 0;
    #seenSince: number | null = null;

    constructor(set: string, rater: string) {
        this.who = { set, rater };
    }

    async open(): Promise<void> {
        try {
            const { items, flagged, ...view } = await this.#insist(() => ask('desk.view', this.who));
            this.view = view;
            this.states = items;
            this.#flags = new Set(flagged);
            this.#goOn();
        } catch (error) {
            this.problem = sentenceOf(error);
        }
    }

    /** Scores the next criterion. The last score saves the story and goes on to the next. */
    score(value: number): void {
        if (this.isDone || this.#isAnswered) return;
        if (!this.item) this.#pressedEarly.push(value);
        else if (this.waiting) this.scoreCriterion(this.waiting.id, value);
    }

    scoreCriterion(id: string, value: number): void {
        const criterion = this.view?.criteria.find((each) => each.id === id);
        if (!this.item || !criterion || this.#isAnswered || value < criterion.min || value > criterion.max) return;
        this.scores = { ...this.scores, [id]: value };
        if (!this.waiting) this.#commit('scored');
    }

    skip(): void {
        if (this.item && !this.#isAnswered) this.#commit('skipped');
    }

    /** Takes the last score back, or goes back to the story before. */
    back(): void {
        if (this.#isAnswered || (!this.item && !this.isDone)) return;
        if (this.isDone) void this.#enter(this.states.length);
        else if (Object.keys(this.scores).length > 0) this.scores = erased(this.view!.criteria, this.scores);
        else if (this.#here > 1) void this.#enter(this.#here - 1);
    }

    /** Withdraws the last answer and shows its story again. */
    undo(): void {
        const last = this.#done.pop();
        if (!last) return;
        const { position, before } = last;
        const item = this.#known.get(position)!;
        const { flagged, note } = item.mine; // what was remarked on the story is not undone with its scores
        const given: GivenAnswer =
            before.kind === 'open'
                ? { kind: 'withdrawn', scores: {}, flagged, note, dwellMs: 0 }
                : { ...before, kind: before.kind, flagged, note, dwellMs: 0 };
        this.#record(item, given);
        this.#isAnswered = false;
        void this.#enter(position, {});
    }

    /** Goes on from a story whose teachers' scores are shown. */
    next(): void {
        if (!this.revealed) return;
        this.#isAnswered = false;
        this.#goOn();
    }

    rateSkipped(): void {
        this.#wanted = 'skipped';
        this.#goOn();
    }

    /** Time counts only while the page is visible. */
    countTime(isSeen: boolean): void {
        this.#seenMs += this.#seenSince === null ? 0 : performance.now() - this.#seenSince;
        this.#seenSince = isSeen && this.item ? performance.now() : null;
    }

    /** Saves flag and note without changing the answer. */
    keepRemarks(): void {
        const { item, flagged, note } = this;
        if (!item || (flagged === item.mine.flagged && note === item.mine.note)) return;
        const kind = item.mine.kind === 'open' ? 'withdrawn' : item.mine.kind;
        this.#record(item, { ...item.mine, kind, flagged, note, dwellMs: 0 });
    }

    #commit(kind: 'scored' | 'skipped'): void {
        const { item, flagged, note } = this;
        if (!item) return;
        this.countTime(true);
        const dwellMs = Math.round(this.#seenMs);
        const scores = kind === 'scored' ? this.scores : {};
        const isSame =
            item.mine.kind === kind && Object.entries(scores).every(([id, score]) => item.mine.scores[id] === score);
        if (isSame) this.keepRemarks();
        else {
            this.#done.push({ position: item.position, before: item.mine });
            this.#record(item, { kind, scores, dwellMs, flagged, note });
            if (kind === 'scored') this.dwells = [...this.dwells, dwellMs];
        }
        if (this.isRevealing && kind === 'scored') void this.#reveal(item.position);
        else this.#goOn();
    }

    #record(item: DeskItem, given: GivenAnswer): void {
        const { position } = item;
        const number = item.answered + 1;
        const { scores, flagged, note } = given;
        const kind = given.kind === 'withdrawn' ? 'open' : given.kind;
        this.#learn({ ...item, answered: number, mine: { kind, scores, flagged, note } });
        this.#queue.push({ position, number, ...given });
        this.unsaved = this.#queue.length;
        this.#sending ??= this.#send().finally(() => (this.#sending = null));
    }

    async #send(): Promise<void> {
        for (let answer = this.#queue[0]; answer; answer = this.#queue[0]) {
            const asked = { ...this.who, ...answer };
            try {
                if ((await this.#insist(() => ask('desk.answer', asked))) === 'taken') await this.#compare(answer);
            } catch (error) {
                sayFault(sentenceOf(error));
                await this.#read(answer.position);
            }
            this.#queue.shift();
            this.unsaved = this.#queue.length;
        }
    }

    /**
     * The answer's number was taken: by this desk, if only the reply was lost, or by another window, whose answer
     * stands.
     */
    async #compare({ position, number, kind, scores }: OwnAnswer): Promise<void> {
        const item = await this.#read(position);
        const isOurs =
            item?.answered === number &&
            item.mine.kind === (kind === 'withdrawn' ? 'open' : kind) &&
            Object.entries(item.mine.scores).every(([id, score]) => scores[id] === score);
        if (!isOurs)
            sayFault(`Story ${position} was rated in another window in the meantime. That rating was kept; check it.`);
    }

    async #read(position: number): Promise<DeskItem | null> {
        try {
            const item = await this.#insist(() => ask('desk.item', { ...this.who, position }));
            this.#learn(item);
            return item;
        } catch (error) {
            this.problem = sentenceOf(error);
            return null;
        }
    }

    #learn(item: DeskItem): void {
        this.#known.set(item.position, item);
        this.states = this.states.with(item.position - 1, item.mine.kind);
        const others = [...this.#flags].filter((position) => position !== item.position);
        this.#flags = new Set(item.mine.flagged ? [...others, item.position] : others);
        if (this.item?.position === item.position) this.item = item;
    }

    #goOn(): void {
        const next = nextIn(this.states, this.#here, this.#wanted);
        if (next !== null) return void this.#enter(next, {});
        this.item = null;
        this.isDone = true;
        this.revealed = null;
        this.#pressedEarly = [];
    }

    /** Shows a story. One that was rated before comes back without its last score, as if Backspace had erased it. */
    async #enter(position: number, scores?: Scores): Promise<void> {
        this.keepRemarks();
        this.#here = position;
        this.isDone = false;
        this.revealed = null;
        let item = this.#known.get(position) ?? null;
        if (!item) {
            this.item = null;
            item = await this.#fetch(position);
            if (this.#here !== position || !item) return;
        }
        this.item = item;
        this.scores = scores ?? erased(this.view!.criteria, item.mine.scores);
        this.flagged = item.mine.flagged;
        this.note = item.mine.note;
        this.#seenMs = 0;
        this.#seenSince = document.visibilityState === 'visible' ? performance.now() : null;
        this.states.forEach((state, i) => {
            if (i >= position && i < position + ahead && state === this.#wanted) void this.#fetch(i + 1);
        });
        const early = this.#pressedEarly;
        this.#pressedEarly = [];
        for (const value of early) this.score(value);
    }

    #fetch(position: number): Promise<DeskItem | null> {
        const known = this.#known.get(position);
        if (known) return Promise.resolve(known);
        const coming = this.#coming.get(position) ?? this.#read(position).finally(() => this.#coming.delete(position));
        this.#coming.set(position, coming);
        return coming;
    }

    async #reveal(position: number): Promise<void> {
        this.#isAnswered = true;
        try {
            await this.#sending;
            const revealed = await this.#insist(() => ask('desk.reveal', { ...this.who, position }));
            if (this.#isAnswered && this.#here === position) this.revealed = revealed;
        } catch (error) {
            sayFault(sentenceOf(error));
            this.#isAnswered = false;
            this.#goOn();
        }
    }

    /** Asks until the app replies, so that no answer is lost while the app is away. */
    async #insist<T>(work: () => Promise<T>): Promise<T> {
        for (;;)
            try {
                return await work();
            } catch (error) {
                if (!(error instanceof Unanswered)) throw error;
                await new Promise((resolve) => setTimeout(resolve, patienceMs));
            }
    }
}
