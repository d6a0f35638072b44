/** Which stories become a set, and by which rubric they are rated. */
import { describe, expect, it } from 'vitest';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import { registerRater } from '../../../src/main/store/run/ratings/ratings.ts';
import {
    addSetRating,
    raterNamed,
    setItems,
    setStories,
    type SetStory,
} from '../../../src/main/store/sets/rating-set.ts';
import { aLease, aRunFolder } from '../../store/a-run.ts';
import { rubric, start, teacher } from '../../store/records.ts';
import { anAnswer } from '../../store/sets/a-set.ts';
import { criteria, homeWithRun, recordRun, teacherScore } from './a-rated-home.ts';

describe('making a set', () => {
    it('takes about as many stories from every stretch of training and every quarter of scores', () => {
        const { sets } = homeWithRun();
        const made = sets.make({ runs: ['night owl'], name: 'trial', stories: 80, seed: 1 });
        expect(made).toMatchObject({ name: 'trial', stories: 80, items: 88, criteria: [...criteria], raters: [] });
        const db = openSetDatabase(made.file, { readonly: true });
        const stories = setStories(db);
        db.close();
        for (const stage of [1, 2, 3, 4])
            expect(stories.filter((story) => story.stage === stage).length).toBeGreaterThanOrEqual(16);
        const totals = Array.from({ length: 240 }, (_, i) =>
            criteria.reduce((sum, each) => sum + teacherScore(i + 1, each), 0),
        );
        const sorted = totals.toSorted((a, b) => a - b);
        const quarters = [0, 0, 0, 0];
        for (const { episode } of stories) quarters[Math.floor(sorted.indexOf(totals[episode - 1]!) / 60)]!++;
        for (const count of quarters) expect(count).toBeGreaterThanOrEqual(16);
    });

    it('shows the second time of a story well after the first, and every seed its own order', () => {
        const { sets } = homeWithRun();
        const orders = [1, 1, 2].map((seed) => {
            const { file } = sets.make({ runs: ['night owl'], name: `seed ${seed}`, stories: 60, seed });
            const db = openSetDatabase(file, { readonly: true });
            const items = setItems(db);
            const keys = new Map(setStories(db).map((story) => [story.id, story.episode]));
            db.close();
            for (const { position, story } of items.filter(({ isRepeat }) => isRepeat))
                expect(position - items.find((item) => item.story === story)!.position).toBeGreaterThanOrEqual(10);
            return items.map(({ story }) => keys.get(story));
        });
        expect(orders[0]).toEqual(orders[1]);
        expect(orders[0]).not.toEqual(orders[2]);
    });

    it('is refused of runs without stories, by different rubrics, and of no run', () => {
        const { sets, home } = homeWithRun();
        const ask = { name: 'x', stories: 10, seed: 1 };
        const empty = aLease(aRunFolder(home, 'empty'));
        expect(() => sets.make({ ...ask, runs: ['empty'] })).toThrow(/no rated stories yet/);
        registerRater(empty, { ...teacher, id: 'another' }, { ...rubric, text: 'be kind' });
        expect(() => sets.make({ ...ask, runs: ['empty', 'night owl'] })).toThrow(/different rubrics/);
        expect(() => sets.make({ ...ask, runs: [] })).toThrow(/Name at least one/);
        expect(() => sets.make({ ...ask, runs: ['nowhere'] })).toThrow(/no run "nowhere"/);
    });

    it('lists the others beside one that holds a rating no one can read', () => {
        const { sets } = homeWithRun();
        const ask = { runs: ['night owl'], stories: 10, seed: 1 };
        const [broken, sound] = [sets.make({ ...ask, name: 'broken' }), sets.make({ ...ask, name: 'sound' })];
        const db = openSetDatabase(broken.file, { readonly: false });
        addSetRating(db, anAnswer(raterNamed(db, 'ada', start).id, 1));
        db.exec(`DROP TRIGGER rating_is_append_only; UPDATE rating SET scores = '["many"]'`);
        db.close();
        const listed = new Map(sets.list().map((set) => [set.file, set]));
        expect(listed.get(sound.file)).toMatchObject({ kind: 'set', name: 'sound' });
        expect(listed.get(broken.file)).toMatchObject({
            kind: 'unreadable',
            problem: expect.stringContaining('it holds scores that are not numbers') as string,
        });
    });

    it('takes what a filter leaves, chosen as from a whole run', () => {
        const { sets } = homeWithRun();
        const where = { text: 'owl', fromUpdate: 3, toUpdate: 6 };
        const { file, stories } = sets.make({ runs: ['night owl'], name: 'owls', stories: 500, seed: 1, where });
        expect(stories).toBe(20); // of 120 stories of these updates every sixth has the owl
        for (const { story, episode } of storiesOf(file)) {
            expect(story).toContain('owl');
            expect(episode).toBeGreaterThan(60);
            expect(episode).toBeLessThanOrEqual(180);
        }
        const best = sets.make({ runs: ['night owl'], name: 'best', stories: 500, seed: 1, where: { minScore: 4 } });
        for (const { episode } of storiesOf(best.file))
            expect(criteria.reduce((sum, each) => sum + teacherScore(episode, each), 0)).toBeGreaterThanOrEqual(4);
        expect(() =>
            sets.make({ runs: ['night owl'], name: 'x', stories: 5, seed: 1, where: { text: 'zebra' } }),
        ).toThrow(/No rated story of these runs fits/);
    });

    it('takes the very stories that were named, and says which is not there', () => {
        const { sets } = homeWithRun();
        const ask = { runs: ['night owl'], name: 'mine', stories: 120, seed: 1 };
        const { file } = sets.make({ ...ask, episodes: [7, 230, 31] });
        expect(storiesOf(file).map(({ episode, stage }) => [episode, stage])).toEqual([
            [7, 1],
            [31, 1],
            [230, 4],
        ]);
        expect(() => sets.make({ ...ask, episodes: [7, 999] })).toThrow(/no episode 999; nothing was made/);
        expect(sets.list()).toHaveLength(1);
    });

    it('is of several runs, each cut into its own stretches of training', () => {
        const { sets, home } = homeWithRun();
        recordRun(home, 'red fox', 2000);
        const { file } = sets.make({ runs: ['night owl', 'red fox'], name: 'both', stories: 64, seed: 1 });
        const stories = storiesOf(file);
        expect(new Set(stories.map(({ run }) => run)).size).toBe(2);
        for (const stage of [1, 2, 3, 4])
            expect(stories.filter((story) => story.stage === stage).length).toBeGreaterThanOrEqual(12);
        expect(() =>
            sets.make({ runs: ['night owl', 'red fox'], name: 'x', stories: 5, seed: 1, episodes: [1] }),
        ).toThrow(/Name the one run/);
    });

    it('pins any rubric, and then leaves out the teachers that rate by another', async () => {
        const { sets } = homeWithRun();
        const text = '---\nwarmth: Warmth, 1 to 5 — is it kind?\n---\nRate {{student_completion}}';
        const ask = { runs: ['night owl'], name: 'warm', stories: 20, seed: 1 };
        const made = sets.make({ ...ask, rubric: { name: 'warmth-v1', text } });
        expect(made).toMatchObject({ rubric: 'warmth-v1', criteria: ['warmth'] });
        for (const rater of ['ada', 'ben']) {
            const desk = sets.desk(made.file, rater);
            const { items, criteria: asked } = desk.view();
            expect(asked).toMatchObject([{ id: 'warmth', min: 1, max: 5, means: 'is it kind?' }]);
            items.forEach((_, i) =>
                desk.answer({
                    position: i + 1,
                    number: 1,
                    kind: 'scored',
                    dwellMs: 1,
                    flagged: false,
                    note: '',
                    scores: { warmth: 1 + ((i * 7 + rater.length) % 5) },
                }),
            );
            desk.close();
        }
        const { report } = await sets.agreement(made.file, { all: false });
        expect(report.raters.map(({ kind }) => kind)).toEqual(['person', 'person']);
        expect(() => sets.make({ ...ask, rubric: { name: 'broken', text: 'no place for a story' } })).toThrow(
            /The rubric "broken"/,
        );
    });
});

function storiesOf(file: string): readonly SetStory[] {
    const db = openSetDatabase(file, { readonly: true });
    try {
        return setStories(db);
    } finally {
        db.close();
    }
}
