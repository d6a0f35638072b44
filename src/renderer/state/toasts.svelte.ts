/** What just happened, said at the foot of the window, with a way back where there is one. */
export interface Toast {
    readonly id: number;
    readonly text: string;
    readonly isFault: boolean;
    readonly undo: (() => void) | null;
}

const shownMs = 10_000;
const most = 3;
let current = $state.raw<readonly Toast[]>([]);
let last = 0;

export const toasts = {
    get list(): readonly Toast[] {
        return current;
    },
};

export function say(text: string, { undo = null }: Partial<Pick<Toast, 'undo'>> = {}): void {
    const { id } = add({ text, isFault: false, undo });
    leave(id);
}

/** Goes in a while, but not from under a pointer or the keyboard's focus. */
function leave(id: number): void {
    setTimeout(() => (isHeld ? leave(id) : dismiss(id)), shownMs);
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

/** A fault stays until it was read. */
export function sayFault(sentence: string): void {
    add({ text: sentence, isFault: true, undo: null });
}

function add(said: Omit<Toast, 'id'>): Toast {
    const toast = { id: ++last, ...said };
    const others = current.filter(({ isFault, text }) => !(isFault && said.isFault && text === said.text));
    const passing = others.find(({ isFault }) => !isFault); // a fault is never pushed out by what follows it
    current = [...(others.length >= most ? others.filter((each) => each !== passing) : others), toast];
    return toast;
}

export function dismiss(id: number): void {
    current = current.filter((toast) => toast.id !== id);
}
