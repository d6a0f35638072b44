/** From a run's evaluations and people's ratings to what people would say of the gain, and where that is refused. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { openRatingSets, type RatingSets } from '../../../src/main/service/sets/rating-sets.ts';
import { compareRun } from '../../../src/main/service/reports/comparison/comparison.ts';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import { recordEvaluation } from '../../../src/main/store/run/evaluations.ts';
import { setItems, setStories, type SetItem, type SetStory } from '../../../src/main/store/sets/rating-set.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import { peopleSay, planSentence } from '../../../src/shared/findings/peoples-gain-words.ts';
import type { PeoplesGain } from '../../../src/shared/ratings/peoples-gain.ts';
import type { RatingRecord, SampleRecord } from '../../../src/shared/run/record.ts';
import { aLease, aRunFolder, temporaryFolder } from '../../store/a-run.ts';
import { anEvaluation, anUpdate, episodesOf, prompt, start, teacher } from '../../store/records.ts';

const criteria = ['readability', 'coherence', 'creativity'] as const;
const random = new RandomStream('people of a run');
const judged = 120; // stories of each side

/** What is truly in a story, 0–3; learning adds a third of a point to each criterion. */
const quality = (side: string, seed: number): number =>
    0.4 + 1.6 * random.fork(side, seed).uniform() + (side === 'after' ? 0.33 : 0);
/** The teacher sees it, and pays another 0.4 of each criterion for nothing after learning. */
const teacherSays = (side: string, seed: number): number =>
    Number(Math.min(3, quality(side, seed) + (side === 'after' ? 0.4 : 0)).toFixed(3));

interface RatedHome {
    readonly sets: RatingSets;
    readonly database: string;
}

function evaluatedRun(): RatedHome {
    const home = temporaryFolder();
    vi.stubEnv('STORYLOOP_HOME', home);
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
    const folder = aRunFolder(home, 'owl');
    const lease = aLease(folder);
    const evaluate = (side: 'before' | 'after', update: number): void => {
        const samples = Array.from({ length: judged }, (_, seed): SampleRecord => {
            const story = `${side} ${seed} the owl went home.`;
            return { seed, prompt, story, tokens: Uint16Array.of(1), words: 6, finished: true };
        });
        const ratings = samples.map(({ seed }, i): RatingRecord => {
            const scores = Object.fromEntries(criteria.map((id) => [id, teacherSays(side, seed)]));
            return { kind: 'scored', story: i, rater: teacher.id, at: start, reading: 'rules', scores };
        });
        recordEvaluation(lease, anEvaluation(side, update), samples, ratings);
    };
    evaluate('before', 0);
    const episodes = episodesOf(1);
    const scores = Object.fromEntries(criteria.map((id) => [id, 1]));
    const rated = episodes.map(({ number: story }): RatingRecord => {
        return { kind: 'scored', story, rater: teacher.id, at: start, reading: 'rules', scores };
    });
    recordUpdate(lease, anUpdate(1), episodes, rated);
    evaluate('after', 1);
    return { sets: openRatingSets(), database: folder.database };
}

function contents(file: string): { readonly items: readonly SetItem[]; readonly stories: readonly SetStory[] } {
    const db = openSetDatabase(file, { readonly: true });
    const found = { items: setItems(db), stories: setStories(db) };
    db.close();
    return found;
}

/** Somebody with a sharp eye and whole scores rates the first so many items. */
function rate(sets: RatingSets, file: string, rater: string, first = Infinity): void {
    const { items, stories } = contents(file);
    const desk = sets.desk(file, rater);
    for (const { position, story } of items.slice(0, first)) {
        const { part, story: text } = stories.find(({ id }) => id === story)!;
        const seed = Number(text.split(' ')[1]);
        const eye = random.fork(rater, part!, seed);
        const scores = Object.fromEntries(
            criteria.map((id) => [id, Math.round(Math.min(3, quality(part!, seed) + eye.uniform() - 0.5))]),
        );
        desk.answer({ position, number: 1, kind: 'scored', scores, dwellMs: 1, flagged: false, note: '' });
    }
    desk.close();
}

const onlyGain = (sets: RatingSets, set: string): PeoplesGain => {
    const gain = sets.gain(set, { all: false });
    if (gain?.kind !== 'found') throw new Error(JSON.stringify(gain));
    return gain.gains[0]!;
};

describe('a set for the gain', () => {
    it('samples both sides alike, in every stretch of eight, from every quarter of scores', () => {
        const { sets } = evaluatedRun();
        const { file, purpose } = sets.make({ runs: ['owl'], name: 'g', stories: 80, seed: 1, purpose: 'gain' });
        expect(purpose).toBe('gain');
        const { items, stories } = contents(file);
        const [before, after] = ['before', 'after'].map((side) =>
            Array.from({ length: judged }, (_, seed) => teacherSays(side, seed)).toSorted((a, b) => a - b),
        );
        for (let at = 0; at < 40; at += 8) {
            const eight = items.slice(at, at + 8).map(({ story }) => stories[story - 1]!);
            for (const [side, sorted] of [
                ['before', before!],
                ['after', after!],
            ] as const) {
                const scores = eight.flatMap(({ part, story }) =>
                    part === side ? teacherSays(side, Number(story.split(' ')[1])) : [],
                );
                const quarters = scores.map((score) => Math.floor((4 * sorted.indexOf(score)) / judged));
                if (side === 'before') expect(quarters.toSorted()).toEqual([0, 1, 2, 3]);
                else expect(scores).toHaveLength(4); // many equal scores at the top: quarters of them overlap
            }
        }
    });

    it('gives what people would say beside what the teacher says, and more ratings narrow it', () => {
        const { sets, database } = evaluatedRun();
        expect(compareRun(database)!.people).toBeNull();
        const { file } = sets.make({ runs: ['owl'], name: 'g', stories: 120, seed: 1, purpose: 'gain' });
        rate(sets, file, 'ada', 60);
        const first = onlyGain(sets, 'g');
        const { teacher: says, people, whileRating } = first.criteria.at(-1)!;
        expect(says.low).toBeGreaterThan(1.4); // 3 × (0.33 + 0.4)
        expect([people.low < 1, people.high > 1, people.high < 2]).toEqual([true, true, true]); // 3 × 0.33
        expect(whileRating.low).toBeLessThan(people.low);
        expect(first).toMatchObject({ judged: [120, 120], rated: [30, 30] });
        expect(first.criteria.map(({ criterion }) => criterion)).toEqual([...criteria, 'sum']);
        expect(first.plan.open).toBe(60);
        expect(peopleSay(first)).toMatch(
            /^The teacher says \+2\.\d\d \[.*\]; people would say .*, from 60 rated of 240\.$/,
        );
        expect(planSentence(first)).toMatch(
            /holds at every look\. Another 40 rated stories would bring .* to about ±0\./,
        );

        rate(sets, file, 'ben');
        const second = onlyGain(sets, 'g');
        expect(second.rated).toEqual([60, 60]);
        expect(second.plan.now).toBeLessThan(first.plan.now);
        expect(compareRun(database)!.people).toEqual(second);
    });

    it('leaves what is asked already to the other set, and both count together', () => {
        const { sets } = evaluatedRun();
        const ask = { runs: ['owl'], seed: 1, purpose: 'gain' } as const;
        const files = ['one', 'two'].map((name) => sets.make({ ...ask, name, stories: 60 }).file);
        const [one, two] = files.map((file) => new Set(contents(file).stories.map(({ episode }) => episode)));
        expect([...one!].filter((sample) => two!.has(sample))).toEqual([]);
        for (const file of files) rate(sets, file, 'ada');
        expect(onlyGain(sets, 'one').rated).toEqual([60, 60]);
        expect(onlyGain(sets, 'two')).toEqual(onlyGain(sets, 'one'));
        sets.make({ ...ask, name: 'rest', stories: 500 });
        expect(() => sets.make({ ...ask, name: 'more', stories: 1 })).toThrow(/is in a set already/);
    });

    it('is refused where stories are chosen, where there is no evaluation, and with too few ratings', () => {
        const { sets } = evaluatedRun();
        const ask = { runs: ['owl'], name: 'g', stories: 60, seed: 1, purpose: 'gain' } as const;
        expect(() => sets.make({ ...ask, where: { minScore: 5 } })).toThrow(/cannot be chosen/);
        expect(() => sets.make({ ...ask, episodes: [1] })).toThrow(/cannot be chosen/);
        aLease(aRunFolder(process.env['STORYLOOP_HOME'], 'empty'));
        expect(() => sets.make({ ...ask, runs: ['owl', 'empty'] })).toThrow(/Name the one run/);
        const { file } = sets.make(ask);
        rate(sets, file, 'ada', 20);
        expect(sets.gain('g', { all: false })).toEqual({
            kind: 'refused',
            sentence: expect.stringMatching(
                /needs at least 20 stories rated of each side: there are 10 .* 10 /,
            ) as string,
        });
    });

    it('is the only one that a gain is computed from: one chosen by score is no random sample', () => {
        const { sets } = evaluatedRun();
        const { file } = sets.make({ runs: ['owl'], name: 'best', stories: 4, seed: 1 });
        const desk = sets.desk(file, 'ada');
        const scores = Object.fromEntries(criteria.map((id) => [id, 1]));
        desk.answer({ position: 1, number: 1, kind: 'scored', scores, dwellMs: 1, flagged: false, note: '' });
        desk.close();
        expect(sets.gain('best', { all: false })).toMatchObject({
            kind: 'refused',
            sentence: expect.stringContaining('no random sample of before and after') as string,
        });
    });
});
