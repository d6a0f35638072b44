/** The list of stories, a page at a time: answers to an old question, and pages that did not come. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoryPage, StoryRow } from '../../../../src/shared/views/stories.ts';
import { StoryPages } from '../../../../src/renderer/state/stories/story-pages.svelte.ts';
import { asked, forgetRequests, notLookedAt, settled } from '../fake-app.ts';

/** Rows of one page that say whose they are. */
const rows = (from: number, of: string, count = 100): readonly StoryRow[] =>
    Array.from({ length: count }, (_, i) => ({ episode: from + i, prompt: of }) as StoryRow);

const page = (total: number, offset: number, of: string, count?: number): StoryPage => ({
    total,
    offset,
    rows: rows(offset, of, count),
});

beforeEach(forgetRequests);

describe('stories', () => {
    it('of an old question that come late are not shown, whether they or their refusal', async () => {
        const pages = new StoryPages();
        void pages.find('owl', {});
        const first = await asked('stories.find');
        void pages.find('owl', { text: 'frog' });
        const second = await asked('stories.find');
        await second.answer(page(1, 7, 'frog', 1));
        await first.answer(page(900, 0, 'all'));
        expect(pages.total).toBe(1);
        expect(pages.at(0)).toMatchObject({ episode: 7 });
        void pages.find('gone', {});
        const third = await asked('stories.find');
        void pages.find('owl', {});
        await third.refuse('There is no such run.');
        expect(pages.problem).toBeNull();
    });

    it('stay on the screen until those of the next question are here', async () => {
        const pages = new StoryPages();
        void pages.find('owl', {});
        await (await asked('stories.find')).answer(page(900, 0, 'all'));
        void pages.find('owl', { text: 'frog' });
        await settled();
        expect([pages.total, pages.at(3)?.episode]).toEqual([900, 3]);
    });

    it('are fetched once a page, and again where a page did not come', async () => {
        const pages = new StoryPages();
        void pages.find('owl', {});
        await (await asked('stories.find')).answer(page(900, 0, 'all'));
        pages.need(90, 210);
        pages.need(90, 210);
        const [second, third] = [await asked('stories.find'), await asked('stories.find')];
        expect([second.params.offset, third.params.offset, notLookedAt()]).toEqual([100, 200, []]);
        await second.answer(page(900, 100, 'all'));
        await third.refuse('The disk is busy.');
        expect(pages.problem).toBeNull();
        expect([pages.at(199)?.episode, pages.at(200)]).toEqual([199, undefined]);
        pages.need(90, 210);
        await (await asked('stories.find')).answer(page(900, 200, 'all'));
        expect(pages.at(200)?.episode).toBe(200);
    });

    it('that were scrolled past long ago are let go, and fetched again when they come back', async () => {
        const pages = new StoryPages();
        void pages.find('owl', {});
        await (await asked('stories.find')).answer(page(5000, 0, 'all'));
        for (let number = 1; number < 20; number++) {
            pages.need(number * 100, number * 100 + 20);
            await (await asked('stories.find')).answer(page(5000, number * 100, 'all'));
        }
        expect(pages.at(0)).toBeUndefined();
        expect(pages.at(1900)?.episode).toBe(1900);
        pages.need(0, 20);
        expect((await asked('stories.find')).params.offset).toBe(0);
    });
});
