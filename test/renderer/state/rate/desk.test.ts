/** A sitting at the rating desk: keys that come before the story, answers that come late or never, undo, and time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeskItem } from '../../../../src/shared/ratings/rating-sets.ts';
import { Desk } from '../../../../src/renderer/state/rate/desk.svelte.ts';
import { dismiss, toasts } from '../../../../src/renderer/state/app/toasts.svelte.ts';
import { asked, forgetRequests, notLookedAt, restart, settled } from '../fake-app.ts';

const criteria = ['readability', 'coherence'].map((id) => ({ id, name: id, means: '', min: 0, max: 3, weight: 1 }));
const open: DeskItem['mine'] = { kind: 'open', scores: {}, flagged: false, note: '' };
const item = (position: number, more: Partial<DeskItem> = {}): DeskItem => ({
    position,
    of: 3,
    prompt: `Prompt ${position}`,
    story: `story ${position}`,
    answered: 0,
    mine: open,
    finished: null,
    isUnblinded: false,
    ...more,
});
const faults = (): readonly string[] => toasts.list.filter(({ isFault }) => isFault).map(({ text }) => text);

/** A desk over three open stories; the first is on the table where it says so, and the others are here. */
async function deskOf(how: 'all stories are here' | 'the first is on its way'): Promise<Desk> {
    const desk = new Desk('set', 'Mara');
    void desk.open();
    const view = await asked('desk.view');
    await view.answer({
        name: 'Owls',
        rater: 'Mara',
        flagged: [],
        rubric: { id: 'r', text: '', anchors: {} },
        criteria,
        items: ['open', 'open', 'open'],
    });
    if (how === 'all stories are here')
        for (let i = 0; i < 3; i++) {
            const { params, answer } = await asked('desk.item');
            await answer(item(params.position));
        }
    return desk;
}
const rate = (desk: Desk, ...scores: readonly number[]): void => scores.forEach((score) => desk.score(score));

beforeEach(() => {
    forgetRequests();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(async () => {
    await restart(); // the desk of this test waits to ask again, which it never will
    for (const { id } of toasts.list) dismiss(id);
    vi.useRealTimers();
});

describe('the rating desk', () => {
    it('turns the page with the last score, before the answer is on the disk', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2);
        expect([desk.item?.position, desk.unsaved, desk.rated]).toEqual([2, 1, 1]);
        const { params, answer } = await asked('desk.answer');
        expect(params).toMatchObject({
            set: 'set',
            rater: 'Mara',
            position: 1,
            number: 1,
            kind: 'scored',
            scores: { readability: 3, coherence: 2 },
        });
        await answer('recorded');
        expect(desk.unsaved).toBe(0);
    });

    it('keeps what was pressed before the story came, and takes no score outside of its criterion’s range', async () => {
        const desk = await deskOf('the first is on its way');
        rate(desk, 3, 9, 1);
        expect([desk.item, desk.rated]).toEqual([null, 0]);
        await (await asked('desk.item')).answer(item(1));
        expect((await asked('desk.answer')).params.scores).toEqual({ readability: 3, coherence: 1 });
    });

    it('sends answers one after the other, in their order', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2, 1, 1);
        const first = await asked('desk.answer');
        await settled();
        expect([notLookedAt(), desk.unsaved]).toEqual([[], 2]);
        await first.answer('recorded');
        expect((await asked('desk.answer')).params.position).toBe(2);
    });

    it('asks again when the app went away, and drops no answer', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2);
        const lost = await asked('desk.answer');
        await restart();
        expect(desk.unsaved).toBe(1);
        await vi.advanceTimersByTimeAsync(500);
        const again = await asked('desk.answer');
        expect(again.params).toEqual(lost.params);
        await again.answer('recorded');
        expect(desk.unsaved).toBe(0);
    });

    it('says nothing where its own answer had arrived and only the word of it was lost', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2);
        await asked('desk.answer');
        await restart();
        for (const { id } of toasts.list) dismiss(id); // that the app had gone is said elsewhere
        await vi.advanceTimersByTimeAsync(500);
        await (await asked('desk.answer')).answer('taken');
        const scores = { readability: 3, coherence: 2 };
        await (await asked('desk.item')).answer(item(1, { answered: 1, mine: { ...open, kind: 'scored', scores } }));
        expect([faults(), desk.unsaved, desk.rated]).toEqual([[], 0, 1]);
    });

    it('gives way to another window’s answer, and says so', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2);
        await (await asked('desk.answer')).answer('taken');
        const scores = { readability: 0, coherence: 0 };
        await (await asked('desk.item')).answer(item(1, { answered: 1, mine: { ...open, kind: 'scored', scores } }));
        expect(faults()).toHaveLength(1);
        expect(faults()[0]).toMatch(/another window/u);
        desk.back();
        expect(desk.scores).toEqual({ readability: 0 });
    });

    it('reads the story again where an answer was refused, and goes on with the next answer', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2, 1, 1);
        await (await asked('desk.answer')).refuse('The set was removed.');
        expect(faults()).toEqual(['The set was removed.']);
        await (await asked('desk.item')).answer(item(1));
        expect(desk.states[0]).toBe('open');
        expect((await asked('desk.answer')).params.position).toBe(2);
    });

    it('undoes while the answer is still on its way: the withdrawal follows it, under the next number', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2);
        const given = await asked('desk.answer');
        desk.undo();
        expect([desk.item?.position, desk.scores, desk.states[0], desk.unsaved]).toEqual([1, {}, 'open', 2]);
        await given.answer('recorded');
        const { params, answer } = await asked('desk.answer');
        expect(params).toMatchObject({ position: 1, number: 2, kind: 'withdrawn', scores: {} });
        await answer('recorded');
        rate(desk, 1, 1);
        expect((await asked('desk.answer')).params).toMatchObject({ position: 1, number: 3, kind: 'scored' });
    });

    it('does not undo a remark with the scores', async () => {
        const desk = await deskOf('all stories are here');
        [desk.flagged, desk.note] = [true, 'copied'];
        rate(desk, 3, 2);
        await (await asked('desk.answer')).answer('recorded');
        desk.undo();
        expect((await asked('desk.answer')).params).toMatchObject({ kind: 'withdrawn', flagged: true, note: 'copied' });
        expect([desk.flagged, desk.note, [...desk.marks]]).toEqual([true, 'copied', [1]]);
    });

    it('takes the last score back first, and then goes to the story before', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2, 1);
        desk.back();
        expect([desk.item?.position, desk.scores]).toEqual([2, {}]);
        desk.back();
        expect([desk.item?.position, desk.scores]).toEqual([1, { readability: 3 }]);
    });

    it('records nothing anew where the same scores are given again', async () => {
        const desk = await deskOf('all stories are here');
        rate(desk, 3, 2);
        await (await asked('desk.answer')).answer('recorded');
        desk.back();
        rate(desk, 2);
        await settled();
        expect([desk.item?.position, desk.unsaved, notLookedAt()]).toEqual([2, 0, []]);
    });

    it('offers the skipped stories once all others are rated', async () => {
        const desk = await deskOf('all stories are here');
        desk.skip();
        rate(desk, 1, 1, 2, 2);
        expect([desk.isDone, desk.skipped, desk.rated]).toEqual([true, 1, 2]);
        desk.rateSkipped();
        expect([desk.isDone, desk.item?.position]).toEqual([false, 1]);
    });

    it('counts the time while somebody looks, and no other', async () => {
        const desk = await deskOf('all stories are here');
        vi.advanceTimersByTime(4000);
        desk.countTime(false);
        vi.advanceTimersByTime(60_000);
        desk.countTime(true);
        vi.advanceTimersByTime(1000);
        rate(desk, 3, 2);
        expect((await asked('desk.answer')).params.dwellMs).toBe(5000);
    });

    it('shows what teachers said only once the answer is on the disk', async () => {
        const desk = await deskOf('all stories are here');
        desk.isRevealing = true;
        rate(desk, 3, 2);
        const given = await asked('desk.answer');
        await settled();
        expect([notLookedAt(), desk.item?.position]).toEqual([[], 1]);
        rate(desk, 0, 0); // it is answered: keys wait for the next story
        await given.answer('recorded');
        const reveal = await asked('desk.reveal');
        await reveal.answer({ position: 1, run: null, stage: 1, teachers: [] });
        expect(desk.revealed?.position).toBe(1);
        desk.next();
        expect([desk.item?.position, desk.revealed, desk.scores]).toEqual([2, null, {}]);
    });
});
