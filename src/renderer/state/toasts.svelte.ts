/** What just happened, said at the foot of the window, with a way back where there is one. */
export interface Toast {
    readonly id: number;
    readonly text: string;
    readonly isFault: boolean;
    readonly undo: (() => void) | null;
}

const shownMs = 7000;
let current = $state.raw<readonly Toast[]>([]);
let last = 0;

export const toasts = {
    get list(): readonly Toast[] {
        return current;
    },
};

export function say(text: string, { undo = null }: Partial<Pick<Toast, 'undo'>> = {}): void {
    const { id } = add({ text, isFault: false, undo });
    setTimeout(() => dismiss(id), shownMs);
}

/** A fault stays until it was read. */
export function sayFault(sentence: string): void {
    add({ text: sentence, isFault: true, undo: null });
}

function add(said: Omit<Toast, 'id'>): Toast {
    const toast = { id: ++last, ...said };
    current = [...current.slice(-2), toast];
    return toast;
}

export function dismiss(id: number): void {
    current = current.filter((toast) => toast.id !== id);
}
