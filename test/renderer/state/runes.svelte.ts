/** Runes for tests: a signal to change, and effects that live as long as a test. */
import { flushSync } from 'svelte';

export function signal<T>(first: T): { value: T } {
    let value = $state.raw(first);
    return {
        get value(): T {
            return value;
        },
        set value(next: T) {
            value = next;
        },
    };
}

/** What `make` makes where a component would, and the end of that component. */
export function within<T>(make: () => T): readonly [T, () => void] {
    let made: T | undefined;
    const end = $effect.root(() => {
        made = make();
    });
    flushSync();
    return [made!, end];
}

/** An effect, as a component has it. */
export function effect(run: () => (() => void) | undefined): void {
    $effect(run);
}
