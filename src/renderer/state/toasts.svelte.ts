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

export function say(
    text: string,
    { isFault = false, undo = null }: Partial<Pick<Toast, 'isFault' | 'undo'>> = {},
): void {
    const toast = { id: ++last, text, isFault, undo };
    current = [...current.slice(-2), toast];
    if (!isFault) setTimeout(() => dismiss(toast.id), shownMs); // a fault stays until it was read
}

export function dismiss(id: number): void {
    current = current.filter((toast) => toast.id !== id);
}
