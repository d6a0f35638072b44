/** The keys that work on this screen: rooms and parts lay theirs on a pile, the legend shows what is on it. */
import { untrack } from 'svelte';

export interface KeyAction {
    /** As `KeyboardEvent.key` names it, with `Ctrl+` and `Alt+` before: `p`, `Ctrl+Enter`. */
    readonly key: string;
    /** As printed on the keyboard, where that differs. */
    readonly cap?: string;
    /** Places on the keyboard that do it too, as `KeyboardEvent.code`, whatever the layout prints there. */
    readonly codes?: readonly string[];
    /** Once for every time it is pressed, however long it is held. */
    readonly isOnce?: boolean;
    readonly does: string;
    readonly run: () => void;
}

let pile = $state.raw<readonly (readonly KeyAction[])[]>([]);

/** Lays keys on the pile; call in an effect, whose end takes them away. What lies on top wins. */
export function layKeys(actions: readonly KeyAction[]): () => void {
    pile = untrack(() => [...pile, actions]);
    return () => (pile = untrack(() => pile.filter((each) => each !== actions)));
}

export function keysNow(): readonly KeyAction[] {
    const all = pile.toReversed().flat();
    return all.filter(({ key }, i) => all.findIndex((each) => each.key === key) === i);
}

/** Keys that work in every room: those at the bottom of the pile. */
export function keysEverywhere(): readonly KeyAction[] {
    const now = keysNow();
    return (pile[0] ?? []).filter((each) => now.includes(each));
}

const textFields = 'input:not([type=radio],[type=checkbox],[type=range]), textarea, select, [contenteditable]';

export function listenToKeys(): () => void {
    const press = (event: KeyboardEvent): void => {
        if (event.defaultPrevented || event.isComposing) return;
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
        const target = event.target as HTMLElement | null;
        if (isPlain && event.key !== 'Escape' && target?.matches(textFields)) return;
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && target?.matches(textFields)) return; // what was typed, the field takes back
        if (isPlain && (event.key === 'Enter' || event.key === ' ') && target?.closest('button, a, summary, label'))
            return;
        if (document.querySelector('dialog[open]')) return; // a sheet has the keyboard to itself; Escape closes it
        const name = `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
        const now = keysNow();
        const byPlace = isPlain ? now.find(({ codes }) => codes?.includes(event.code)) : undefined;
        const action = byPlace ?? now.find(({ key }) => key.toLowerCase() === name.toLowerCase());
        if (!action) return;
        event.preventDefault();
        if (!action.isOnce || !event.repeat) action.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
}
