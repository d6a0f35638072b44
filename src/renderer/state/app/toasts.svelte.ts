/** Messages at the foot of the window: they expire, and some can be undone. */
import { withoutFaultsAbout, withSaid, type Said } from '../../lib/app/said.ts';

const shownMs = 10_000;
const faultShownMs = 30_000; // longer to read, and more to do about it
let current = $state.raw<readonly Said[]>([]);
let last = 0;

export const toasts = {
    get list(): readonly Said[] {
        return current;
    },
};

type Saying = Partial<Pick<Said, 'undo' | 'about'>>;

export function say(text: string, { undo = null, about = null }: Saying = {}): void {
    add({ text, isFault: false, undo, about });
}

/** What went wrong, in a sentence; it goes in a while, or when `about` it there is something newer to say. */
export function sayFault(sentence: string, { about = null }: Pick<Saying, 'about'> = {}): void {
    add({ text: sentence, isFault: true, undo: null, about });
}

/** Takes back what was said to have gone wrong about it. */
export function settle(about: string): void {
    current = withoutFaultsAbout(current, about);
}

let isHeld = false;

/** Somebody is about to use what is said. */
export function hold(held: boolean): void {
    isHeld = held;
}

/** The latest that can be undone, undone; false where nothing can. */
export function undoLast(): boolean {
    const latest = current.findLast(({ undo }) => undo !== null);
    if (!latest?.undo) return false;
    dismiss(latest.id);
    latest.undo();
    return true;
}

function add(said: Omit<Said, 'id'>): void {
    const toast = { id: ++last, ...said };
    current = withSaid(current, toast);
    leave(toast.id, said.isFault ? faultShownMs : shownMs);
}

/** Goes in a while, but not from under a pointer or the keyboard's focus, and not unseen. */
function leave(id: number, afterMs: number): void {
    setTimeout(() => (isHeld || document.hidden ? leave(id, afterMs) : dismiss(id)), afterMs);
}

export function dismiss(id: number): void {
    current = current.filter((toast) => toast.id !== id);
}
