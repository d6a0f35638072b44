/** `Resource`: what becomes of answers that come late, and of refusals. */
import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../../src/renderer/lib/app/asking.ts';
import { Resource, resource } from '../../../../src/renderer/state/app/resource.svelte.ts';
import { settled } from '../fake-app.ts';
import { signal, within } from '../runes.svelte.ts';

describe('a resource', () => {
    it('holds the answer, and is pending until then', async () => {
        const [stories, { promise, resolve }] = [new Resource<string>(), Promise.withResolvers<string>()];
        stories.follow(promise);
        expect(stories).toMatchObject({ value: null, isPending: true });
        resolve('a story');
        await settled();
        expect(stories).toMatchObject({ value: 'a story', problem: null, isPending: false });
    });

    it('keeps its value when a later request is refused, and says why it was', async () => {
        const stories = new Resource<string>();
        stories.follow(Promise.resolve('a story'));
        await settled();
        const said: string[] = [];
        stories.follow(Promise.reject(new Refused('There is no such run.')), { refused: (why) => said.push(why) });
        await settled();
        expect(stories).toMatchObject({ value: 'a story', problem: 'There is no such run.', isPending: false });
        expect(said).toEqual(['There is no such run.']);
    });

    it('takes neither an answer nor a refusal after its end', async () => {
        const stories = new Resource<string>();
        const said: string[] = [];
        const how = { loaded: (value: string) => said.push(value), refused: (why: string) => said.push(why) };
        stories.follow(Promise.resolve('a story'), how)();
        stories.follow(Promise.reject(new Refused('There is no such run.')), how)();
        await settled();
        expect(stories).toMatchObject({ value: null, problem: null, isPending: false });
        expect(said).toEqual([]);
    });
});

describe('resource()', () => {
    it('asks anew when its question changes, and ignores the answer to the old one however late it comes', async () => {
        const run = signal<string | null>('owl');
        const answers = new Map<string, (stories: string) => void>();
        const ask = (of: string): Promise<string> => new Promise((resolve) => answers.set(of, resolve));
        const [stories, end] = within(() => resource(() => (run.value === null ? null : ask(run.value))));
        run.value = 'fox';
        flushSync();
        answers.get('fox')!('stories of fox');
        await settled();
        answers.get('owl')!('stories of owl');
        await settled();
        expect(stories.value).toBe('stories of fox');
        run.value = null;
        flushSync();
        expect(stories).toMatchObject({ value: null, isPending: false });
        end();
    });

    it('keeps the old value until the next is there, unless it is told to clear it', async () => {
        const run = signal('owl');
        const ask = (of: string): Promise<string> =>
            of === 'owl' ? Promise.resolve(of) : new Promise(() => undefined);
        const [kept, endKept] = within(() => resource(() => ask(run.value)));
        const [cleared, endCleared] = within(() => resource(() => ask(run.value), { clears: true }));
        await settled();
        expect([kept.value, cleared.value]).toEqual(['owl', 'owl']);
        run.value = 'fox';
        flushSync();
        expect([kept.value, cleared.value]).toEqual(['owl', null]);
        endKept();
        endCleared();
    });
});
