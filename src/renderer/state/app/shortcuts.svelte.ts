/** Keyboard shortcuts: pages and parts register theirs on a stack, and the one registered last wins. */
export interface Shortcut {
    /** As `KeyboardEvent.key` names it, with `Ctrl+` and `Alt+` before: `p`, `Ctrl+Enter`. */
    readonly key: string;
    /** As printed on the keyboard, where that differs. */
    readonly cap?: string;
    /** Physical keys that do it too, as `KeyboardEvent.code`, whatever the layout prints on them. */
    readonly codes?: readonly string[];
    /** Runs once per press: a key that is held down does not repeat it. */
    readonly isOnce?: boolean;
    readonly does: string;
    readonly run: () => void;
}

/** Not `$state`: in an effect's teardown Svelte reads state as it was before, and drops what was added meanwhile. */
let registered: readonly (readonly Shortcut[])[] = [];
/** The same, for whoever shows them. */
let stack = $state.raw(registered);

/** Registers shortcuts above those already there. Call it in an effect: what it returns takes them away. */
export function registerShortcuts(actions: readonly Shortcut[]): () => void {
    stack = registered = [...registered, actions];
    return () => (stack = registered = registered.filter((each) => each !== actions));
}

export function activeShortcuts(): readonly Shortcut[] {
    const all = stack.toReversed().flat();
    return all.filter(({ key }, i) => all.findIndex((each) => each.key === key) === i);
}

/** Shortcuts that work on every page: those at the bottom of the stack. */
export function globalShortcuts(): readonly Shortcut[] {
    const now = activeShortcuts();
    return (stack[0] ?? []).filter((each) => now.includes(each));
}

const textFields = 'input:not([type=radio],[type=checkbox],[type=range]), textarea, select, [contenteditable]';

export function listenForShortcuts(): () => void {
    const press = (event: KeyboardEvent): void => {
        if (event.defaultPrevented || event.isComposing) return;
        const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
        const target = event.target as HTMLElement | null;
        if (isPlain && event.key !== 'Escape' && target?.matches(textFields)) return;
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && target?.matches(textFields)) return;
        if (isPlain && (event.key === 'Enter' || event.key === ' ') && target?.closest('button, a, summary, label'))
            return;
        if (document.querySelector('dialog[open]')) return; // an open sheet gets all keys; Escape closes it
        const name = `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
        const now = activeShortcuts();
        const byCode = isPlain ? now.find(({ codes }) => codes?.includes(event.code)) : undefined;
        const action = byCode ?? now.find(({ key }) => key.toLowerCase() === name.toLowerCase());
        if (!action) return;
        event.preventDefault();
        if (!action.isOnce || !event.repeat) action.run();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
}
