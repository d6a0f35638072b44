/** Sentences at the foot of the window: when they go, when they stay, and what is undone. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
    dismiss,
    hold,
    say,
    sayFault,
    settle,
    toasts,
    undoLast,
} from '../../../../src/renderer/state/app/toasts.svelte.ts';

const texts = (): readonly string[] => toasts.list.map(({ text }) => text);
beforeEach(() => {
    for (const { id } of toasts.list) dismiss(id); // what tests of other pages have said
    vi.useFakeTimers();
});
afterEach(() => {
    hold(false);
    Object.assign(document, { hidden: false });
    vi.useRealTimers();
});

it('go in a while, a fault later than the rest', () => {
    say('owl archived.');
    sayFault('The disk is full.');
    vi.advanceTimersByTime(10_000);
    expect(texts()).toEqual(['The disk is full.']);
    vi.advanceTimersByTime(20_000);
    expect(texts()).toEqual([]);
});

it('stay under a pointer, and while nobody sees the page', () => {
    say('owl archived.');
    hold(true);
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['owl archived.']);
    hold(false);
    Object.assign(document, { hidden: true });
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['owl archived.']);
    Object.assign(document, { hidden: false });
    vi.advanceTimersByTime(10_000);
    expect(texts()).toEqual([]);
});

it('undo the latest that can be undone, once, and leave the others', () => {
    const done: string[] = [];
    say('owl archived.', { undo: () => done.push('owl') });
    say('fox archived.', { undo: () => done.push('fox') });
    say('Copied as a citation.');
    expect([undoLast(), undoLast(), undoLast()]).toEqual([true, true, false]);
    expect(done).toEqual(['fox', 'owl']);
    expect(texts()).toEqual(['Copied as a citation.']);
});

it('take back a fault once the same thing has gone well, and nothing else about it', () => {
    sayFault('owl cannot go on.', { about: 'state of owl' });
    sayFault('fox cannot go on.', { about: 'state of fox' });
    settle('state of owl');
    expect(texts()).toEqual(['fox cannot go on.']);
});
