/** The story that is read and the one pinned beside it, each on its way for a while. */
import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WholeStory } from '../../../../src/shared/views/stories.ts';
import { StoryReader } from '../../../../src/renderer/state/stories/story-reader.svelte.ts';
import { asked, forgetRequests, notLookedAt, settled } from '../fake-app.ts';
import { signal, within } from '../runes.svelte.ts';

const story = (episode: number, text = `story ${episode}`): WholeStory =>
    ({ episode, number: episode, story: text }) as unknown as WholeStory;

beforeEach(forgetRequests);

/** A reader of episode 1 of a run, whose details nobody answers. */
function reading(): {
    run: { value: string | null };
    wanted: { value: number | null };
    reader: StoryReader;
    end: () => void;
} {
    const [run, wanted] = [signal<string | null>('owl'), signal<number | null>(1)];
    const [reader, end] = within(
        () =>
            new StoryReader(
                () => run.value,
                () => wanted.value,
            ),
    );
    return { run, wanted, reader, end };
}

describe('the story reader', () => {
    it('shows the story that is wanted now, not one that was wanted before and came later', async () => {
        const { wanted, reader, end } = reading();
        const first = await asked('story.read');
        wanted.value = 2;
        flushSync();
        await (await asked('story.read')).answer(story(2));
        await first.answer(story(1));
        expect(reader.read?.episode).toBe(2);
        end();
    });

    it('pins what it reads without asking for it again, and swaps the two', async () => {
        const { wanted, reader, end } = reading();
        await (await asked('story.read')).answer(story(1));
        reader.pin(1);
        wanted.value = 2;
        flushSync();
        await (await asked('story.read')).answer(story(2));
        expect([reader.pinned?.episode, reader.read?.episode]).toEqual([1, 2]);
        const next = reader.swap();
        expect(next).toBe(1);
        wanted.value = next;
        flushSync();
        await (await asked('story.read')).answer(story(1));
        expect([reader.pinned?.episode, reader.read?.episode]).toEqual([2, 1]);
        expect(notLookedAt().filter((method) => method === 'story.read')).toEqual([]);
        end();
    });

    it('pins a story whose text is still on its way, and nothing where it is refused', async () => {
        const { reader, end } = reading();
        reader.pin(7);
        flushSync();
        const [, pinned] = [await asked('story.read'), await asked('story.read')];
        expect([pinned.params.episode, reader.swap()]).toEqual([7, null]);
        await pinned.refuse('There is no such story.');
        reader.pin(7); // it is not pinned any more: this pins it, where a second press would have unpinned it
        flushSync();
        expect((await asked('story.read')).params.episode).toBe(7);
        end();
    });

    it('leaves pin and marks behind when another run is opened', async () => {
        const { run, reader, end } = reading();
        await (await asked('story.read')).answer(story(1));
        reader.pin(1);
        reader.mark(1);
        reader.mark(4);
        reader.mark(1);
        expect([...reader.marked]).toEqual([4]);
        run.value = 'fox';
        flushSync();
        await settled();
        expect([reader.pinned, reader.marked.size]).toEqual([null, 0]);
        end();
    });

    it('shows a rating that was given meanwhile, on both pages', async () => {
        const { reader, end } = reading();
        await (await asked('story.read')).answer(story(1));
        reader.pin(1);
        flushSync();
        reader.update(story(1, 'rated'));
        reader.update(story(9, 'another'));
        expect([reader.read, reader.pinned]).toMatchObject([{ story: 'rated' }, { story: 'rated' }]);
        end();
    });
});
