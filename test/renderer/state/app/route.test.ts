/** The current route and the address bar say the same, whichever of them changes. */
import { expect, it } from 'vitest';
import { go, here, replaceQuery } from '../../../../src/renderer/state/app/route.svelte.ts';

it('follows the address, as a bookmark or the back button changes it', () => {
    location.hash = '#/stories/2026-owl?story=7';
    expect(here.route).toMatchObject({ room: 'stories', run: '2026-owl' });
    expect(here.route.query.get('story')).toBe('7');
});

it('writes the address, with names that need escaping', () => {
    go('run', 'a run/with a slash', { x: 'update' });
    expect(location.hash).toBe('#/runs/a%20run%2Fwith%20a%20slash?x=update');
    expect(here.route).toMatchObject({ room: 'run', run: 'a run/with a slash' });
});

it('replaces the query of the page that is open, without an event of the address', () => {
    go('stories', 'owl', { story: 7, text: 'frog' });
    const seen: string[] = [];
    const note = (): void => void seen.push(location.hash);
    window.addEventListener('hashchange', note);
    replaceQuery({ text: 'frog', story: undefined });
    window.removeEventListener('hashchange', note);
    expect(seen).toEqual([]);
    expect(location.hash).toBe('#/stories/owl?text=frog');
    expect(Object.fromEntries(here.route.query)).toEqual({ text: 'frog' });
});

it('knows the run that was open last, its page or its stories, and no rating set', () => {
    go('run', 'owl');
    go('runs');
    go('agreement', 'a-set');
    expect(here.lastRun).toBe('owl');
    go('stories', 'fox');
    go('settings');
    expect(here.lastRun).toBe('fox');
});
