/** Which shortcut a key press reaches, and when it reaches none. */
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
    activeShortcuts,
    globalShortcuts,
    listenForShortcuts,
    registerShortcuts,
    type Shortcut,
} from '../../../../src/renderer/state/app/shortcuts.svelte.ts';
import { effect, signal, within } from '../runes.svelte.ts';

let pressed: string[] = [];
let ends: (() => void)[] = [];
const shortcut = (key: string, says: string, more: Partial<Shortcut> = {}): Shortcut => ({
    key,
    does: says,
    run: () => void pressed.push(says),
    ...more,
});
const register = (...shortcuts: readonly Shortcut[]): (() => void) => {
    const end = registerShortcuts(shortcuts);
    ends.push(end);
    return end;
};

/** A key press on an element that matches a selector where `fits` says so. */
function press(key: string, more: object = {}, fits: (selector: string) => boolean = () => false): Event {
    const event = new Event('keydown', { cancelable: true });
    const target = { matches: fits, closest: (selector: string) => (fits(selector) ? {} : null) };
    const plain = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false, repeat: false, code: '' };
    for (const [name, value] of Object.entries({ key, target, ...plain, ...more }))
        Object.defineProperty(event, name, { value });
    window.dispatchEvent(event);
    return event;
}

beforeEach(() => {
    pressed = [];
    ends = [listenForShortcuts()];
});
afterEach(() => ends.forEach((end) => end()));

it('the one registered last wins, until it is taken away', () => {
    register(shortcut('e', 'export the run'), shortcut('Ctrl+k', 'find'));
    const close = register(shortcut('e', 'export the stories'));
    press('e');
    close();
    press('E');
    press('k', { ctrlKey: true });
    expect(pressed).toEqual(['export the stories', 'export the run', 'find']);
});

it('a part that appears keeps its own, although its page registers anew in the same moment', () => {
    const isPaired = signal(false);
    const [, close] = within(() => {
        effect(() => (isPaired.value ? registerShortcuts([shortcut('h', 'heat of the pair')]) : undefined));
        effect(() => registerShortcuts([shortcut('b', isPaired.value ? 'back to stories' : 'pairs')]));
    });
    ends.push(close);
    isPaired.value = true;
    flushSync();
    press('h');
    press('b');
    expect(pressed).toEqual(['heat of the pair', 'back to stories']);
});

it('one that is hidden by another is not listed', () => {
    register(shortcut('e', 'export the run'), shortcut('?', 'show shortcuts'));
    register(shortcut('e', 'export the stories'));
    expect(activeShortcuts().map(({ does }) => does)).toEqual(['export the stories', 'show shortcuts']);
    expect(globalShortcuts().map(({ does }) => does)).toEqual(['show shortcuts']);
});

it('keys do nothing under an open sheet, which has them to itself', () => {
    register(shortcut('p', 'pause'));
    const { querySelector } = document;
    Object.assign(document, { querySelector: (selector: string) => (selector === 'dialog[open]' ? {} : null) });
    const under = press('p');
    Object.assign(document, { querySelector });
    press('p');
    expect(under.defaultPrevented).toBe(false);
    expect(pressed).toEqual(['pause']);
});

it('what is typed in a field is text; Escape and Ctrl still work there, and Ctrl Z undoes the typing', () => {
    register(
        shortcut('p', 'pause'),
        shortcut('Escape', 'back'),
        shortcut('Ctrl+k', 'find'),
        shortcut('Ctrl+z', 'undo'),
    );
    const inField = (selector: string): boolean => selector.includes('textarea');
    for (const [key, more] of [['p'], ['Escape'], ['k', { ctrlKey: true }], ['z', { ctrlKey: true }]] as const)
        press(key, more, inField);
    expect(pressed).toEqual(['back', 'find']);
});

it('Enter on a button presses the button alone', () => {
    register(shortcut('Enter', 'open'));
    press('Enter', {}, (selector) => selector.includes('button'));
    press('Enter');
    expect(pressed).toEqual(['open']);
});

it('a key that is held down runs again, unless it runs once a press', () => {
    register(shortcut('j', 'next'), shortcut('3', 'score', { isOnce: true, codes: ['Numpad3'] }));
    press('j', { repeat: true });
    press('3');
    const held = press('3', { repeat: true });
    press('PageDown', { code: 'Numpad3' });
    expect(pressed).toEqual(['next', 'score', 'score']);
    expect(held.defaultPrevented).toBe(true);
});
