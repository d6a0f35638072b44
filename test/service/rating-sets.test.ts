/** The path of a set through the service, on a run that was recorded for it: chosen, rated, exchanged, reported, calibrated. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { calibrate, risingLine } from '../../src/main/learning/agreement/isotonic.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { openBackend } from '../../src/main/service/backend/backend.ts';
import { keepCalibration } from '../../src/main/service/calibrating.ts';
import { openRatingSets, type RatingSets } from '../../src/main/service/rating-sets.ts';
import { openRunDatabase } from '../../src/main/store/open.ts';
import { registerRater } from '../../src/main/store/ratings.ts';
import { readSummary } from '../../src/main/store/run.ts';
import { openSetDatabase } from '../../src/main/store/open.ts';
import { setItems, setStories } from '../../src/main/store/rating-set.ts';
import { recordUpdate } from '../../src/main/store/updates.ts';
import { appContractVersion } from '../../src/shared/app-contract.ts';
import type { RatingRecord } from '../../src/shared/record.ts';
import { composeConfig } from '../../src/shared/run-config.ts';
import { aLease, aRunFolder, temporaryFolder } from '../store/a-run.ts';
import { anUpdate, episodesOf, prompt, rubric, start, teacher } from '../store/records.ts';

const random = new RandomStream('rating sets');
const criteria = ['readability', 'coherence', 'creativity'] as const;

/** What the teacher gave to a story, by its number: real scores, kinder as the run goes on. */
function teacherScore(number: number, criterion: string): number {
    return Number(Math.min(3, random.fork('teacher', number, criterion).uniform() * 2.2 + number / 300).toFixed(4));
}

/** A home with a run of eight updates of thirty rated stories; nothing of it was computed by a student. */
function homeWithRun(name = 'night owl'): { home: string; sets: RatingSets; database: string } {
    const home = temporaryFolder();
    vi.stubEnv('STORYLOOP_HOME', home);
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
    const folder = aRunFolder(home, name);
    const lease = aLease(folder);
    for (let update = 1; update <= 8; update++) {
        const episodes = episodesOf(update, 30);
        const ratings = episodes.map(({ number }): RatingRecord => {
            const scores = Object.fromEntries(criteria.map((each) => [each, teacherScore(number, each)]));
            return { kind: 'scored', story: number, rater: teacher.id, at: start, reading: 'rules', scores };
        });
        recordUpdate(lease, anUpdate(update, `weights ${update}`, 30), episodes, ratings);
    }
    return { home, sets: openRatingSets(), database: folder.database };
}

/** Rates every open item of a set; `give` knows the teacher's score, as only a script can. */
function rateAll(
    sets: RatingSets,
    file: string,
    rater: string,
    give: (teachers: number, item: string) => number,
): void {
    const db = openSetDatabase(file, { readonly: true });
    const stories = new Map(setStories(db).map((story) => [story.id, story.episode]));
    const items = setItems(db);
    db.close();
    const desk = sets.desk(file, rater);
    for (const { position, story } of items) {
        const scores = Object.fromEntries(
            criteria.map((each) => [
                each,
                Math.min(
                    3,
                    Math.max(
                        0,
                        Math.round(give(teacherScore(stories.get(story)!, each), `${rater} ${position} ${each}`)),
                    ),
                ),
            ]),
        );
        desk.answer({ position, number: 1, kind: 'scored', scores, dwellMs: 800, flagged: false, note: '' });
    }
    desk.close();
}

/** One up, one down or as it is. */
const noise = (share: number, item: string): number => {
    const draw = random.fork('noise', item).uniform();
    return draw < share / 2 ? -1 : draw < share ? 1 : 0;
};

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
});

describe('the rating desk', () => {
    it('tells a page nothing more than that, in no message, until the page’s rater has rated', async () => {
        const { sets } = homeWithRun();
        const { id } = sets.make({ runs: ['night owl'], name: 'trial', stories: 20, seed: 1 });
        const backend = openBackend();
        onTestFinished(() => backend.close());
        const heard: unknown[] = [];
        const connection = backend.connect((message) => heard.push(message));
        let last = 0;
        const ask = (method: string, params: object): Promise<void> =>
            connection.receive({
                version: appContractVersion,
                id: ++last,
                method,
                params: { set: id, rater: 'ada', ...params },
            });
        await ask('desk.view', {});
        for (let position = 1; position <= 22; position++) await ask('desk.item', { position });
        await ask('desk.reveal', { position: 4 });
        const text = JSON.stringify(heard);
        expect(text).toContain('Rate the story first');
        for (let number = 1; number <= 240; number++)
            for (const each of criteria) expect(text).not.toContain(String(teacherScore(number, each)));
        expect(text.replaceAll('what a teacher said', '')).not.toMatch(
            /night owl|rules-1|teacher|reward|stage|isRepeat|attempt/,
        );
        const scores = { readability: 1, coherence: 2, creativity: 3 };
        await ask('desk.answer', {
            position: 4,
            number: 1,
            kind: 'scored',
            scores,
            dwellMs: 9,
            flagged: false,
            note: '',
        });
        expect(heard.at(-1)).toMatchObject({ result: 'recorded' });
        await ask('desk.reveal', { position: 4 });
        expect(heard.at(-1)).toMatchObject({ result: { run: 'night owl', teachers: [{ teacher: 'rules-1' }] } });
    });

    it('says nothing of teacher, run, reward, stage or repeats before a story is rated', () => {
        const { sets, database } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 40, seed: 1 });
        const desk = sets.desk(file, 'ada');
        const said = [desk.view(), ...Array.from({ length: 44 }, (_, i) => desk.item(i + 1))];
        const text = JSON.stringify(said);
        const db = openRunDatabase(database, { readonly: true });
        expect(text).not.toContain(readSummary(db, start).id);
        db.close();
        expect(text).not.toMatch(/night owl|rules-1|teacher|reward|stage|repeat|episode|attempt|seed|total/i);
        for (let number = 1; number <= 240; number++)
            for (const each of criteria) expect(text).not.toContain(String(teacherScore(number, each)));
        expect(Object.keys(desk.item(1)).sort()).toEqual([
            'answered',
            'isUnblinded',
            'mine',
            'of',
            'position',
            'prompt',
            'story',
        ]);
        expect(desk.item(1)).toMatchObject({ of: 44, prompt, answered: 0, mine: { kind: 'open', scores: {} } });
        desk.close();
    });

    it('reveals what the teacher said to somebody who has rated the story, and keeps apart what is rated after', async () => {
        const { sets } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 40, seed: 1 });
        rateAll(sets, file, 'ben', (given) => given);
        const desk = sets.desk(file, 'ada');
        expect(() => desk.reveal(3)).toThrow(/Rate the story first/);
        const answer = {
            position: 3,
            scores: { readability: 1, coherence: 1, creativity: 1 },
            dwellMs: 5,
            flagged: true,
            note: 'odd',
        };
        desk.answer({ ...answer, number: 1, kind: 'skipped', scores: {} });
        expect(() => desk.reveal(3)).toThrow(/Rate the story first/);
        desk.answer({ ...answer, number: 2, kind: 'scored' });
        const { run, teachers } = desk.reveal(3);
        expect(run).toBe('night owl');
        expect(teachers).toMatchObject([{ teacher: 'rules-1' }]);
        expect(desk.item(3)).toMatchObject({ isUnblinded: true, mine: { flagged: true, note: 'odd' } });
        desk.answer({ ...answer, number: 3, kind: 'scored', scores: { readability: 3, coherence: 3, creativity: 3 } });
        desk.close();
        const meanOf = async (all: boolean): Promise<number> => {
            const { report } = await sets.agreement(file, { all });
            const pair = report.criteria[0]!.pairs.find(({ raters }) => raters.join() === 'ada,rules-1')!;
            return teachers[0]!.scores['readability']! - pair.statistics.bias.value!;
        };
        expect(await meanOf(false)).toBeCloseTo(1, 12);
        expect(await meanOf(true)).toBeCloseTo(3, 12);
    });

    it('goes on where a rater left, undoes and skips, and hides raters from one another', () => {
        const { sets } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 10, seed: 1 });
        const answer = {
            scores: { readability: 1, coherence: 1, creativity: 1 },
            dwellMs: 5,
            flagged: false,
            note: '',
        };
        let desk = sets.desk(file, 'ada');
        desk.answer({ ...answer, position: 1, number: 1, kind: 'scored' });
        desk.answer({ ...answer, position: 2, number: 1, kind: 'scored' });
        desk.answer({ ...answer, position: 2, number: 2, kind: 'withdrawn', scores: {} });
        desk.answer({ ...answer, position: 3, number: 1, kind: 'skipped', scores: {} });
        desk.close();
        desk = sets.desk(file, 'ada');
        expect(desk.view().items.slice(0, 4)).toEqual(['scored', 'open', 'skipped', 'open']);
        desk.close();
        desk = sets.desk(file, 'ben');
        expect(desk.view().items.every((state) => state === 'open')).toBe(true);
        expect(JSON.stringify(desk.view())).not.toContain('"ada"');
        desk.close();
        expect(sets.list()).toMatchObject([
            {
                kind: 'set',
                raters: [
                    { name: 'ada', scored: 1 },
                    { name: 'ben', scored: 0 },
                ],
            },
        ]);
    });
});

describe('the report of a set', () => {
    it('holds the known agreement of two scripted raters, and the teacher’s, in its intervals', async () => {
        const { sets } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 120, seed: 1 });
        rateAll(sets, file, 'ada', (given, item) => Math.round(given) + noise(0.3, item));
        rateAll(sets, file, 'ben', (given, item) => Math.round(given) + noise(0.3, item));
        const { report, missingRuns, words } = await sets.agreement('trial', { all: false });
        expect(missingRuns).toEqual([]);
        expect(report.criteria.map(({ criterion }) => criterion)).toEqual([...criteria, 'sum']);

        // what the noise makes of the set's stories on average, by going through all it can do
        const db = openSetDatabase(file, { readonly: true });
        const episodes = setStories(db).map(({ episode }) => episode);
        db.close();
        const outcomes = [-1, 0, 1].map((step) => ({ step, chance: step === 0 ? 0.7 : 0.15 }));
        let [meanSquare, sum, squares, cells] = [0, 0, 0, 0];
        for (const episode of episodes) {
            const worth = Math.round(teacherScore(episode, 'readability'));
            const given = ({ step }: { step: number }): number => Math.min(3, Math.max(0, worth + step));
            for (const a of outcomes)
                for (const b of outcomes) {
                    const chance = a.chance * b.chance;
                    meanSquare += chance * (given(a) - given(b)) ** 2;
                    sum += chance * given(a);
                    squares += chance * given(a) ** 2;
                    cells += chance;
                }
        }
        const known = 1 - meanSquare / cells / (2 * (squares / cells - (sum / cells) ** 2));
        const readability = report.criteria[0]!;
        const people = readability.pairs.find(({ raters }) => raters.join() === 'ada,ben')!;
        expect(people.n).toBe(120);
        expect(people.statistics.qwk.low!).toBeLessThan(known);
        expect(people.statistics.qwk.high!).toBeGreaterThan(known);
        expect(readability.retests.map(({ raters, n }) => [raters[0], n])).toEqual([
            ['ada', 12],
            ['ben', 12],
        ]);
        expect(readability.trends[0]!.stages.map(({ stage }) => stage)).toEqual([1, 2, 3, 4]);
        expect(readability.lengths).toHaveLength(1);
        expect(words).toMatch(/rules-1 and people agree on readability with κ/);
    });

    it('says which runs are missing where a colleague has the set alone', async () => {
        const { sets } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 30, seed: 1 });
        rateAll(sets, file, 'ada', (given) => given);
        rateAll(sets, file, 'ben', (given, item) => given + noise(0.5, item));
        const sent = join(temporaryFolder(), 'sent.sqlite');
        sets.export('trial', sent);
        vi.stubEnv('STORYLOOP_HOME', temporaryFolder());
        const elsewhere = openRatingSets();
        elsewhere.import(sent);
        const { report, missingRuns } = await elsewhere.agreement('trial', { all: false });
        expect(missingRuns).toHaveLength(1);
        expect(report.raters.map(({ kind }) => kind)).toEqual(['person', 'person']);
        expect(JSON.stringify(report)).not.toMatch(/"(ada|ben)"/);
        expect(() => elsewhere.calibrate('trial', null)).toThrow(/Bring the runs of the set/);
    });

    it('is refused of a set that nobody has rated', async () => {
        const { sets } = homeWithRun();
        sets.make({ runs: ['night owl'], name: 'trial', stories: 30, seed: 1 });
        await expect(sets.agreement('trial', { all: false })).rejects.toThrow(/Nobody has rated the set "trial"/);
    });
});

describe('calibration', () => {
    it('pools what falls and keeps what rises', () => {
        expect(risingLine([1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 3.5, 5])).toEqual([
            [1, 1],
            [2, 2.5],
            [3, 2.5],
            [4, 3.75],
            [5, 3.75],
            [6, 5],
        ]);
        expect(risingLine([2, 1, 2, 1], [1, 0, 3, 0])).toEqual([
            [1, 0],
            [2, 2],
        ]);
    });

    it('is the nearest rising line: no other one of a fine grid comes nearer', () => {
        const x = [0, 1, 2, 3];
        const y = [0.4, 0.1, 0.9, 0.5];
        const error = (line: readonly number[]): number =>
            line.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
        const found = error(risingLine(x, y).map(([, worth]) => worth));
        const grid = Array.from({ length: 21 }, (_, i) => i / 20);
        let best = Infinity;
        for (const a of grid)
            for (const b of grid.filter((each) => each >= a))
                for (const c of grid.filter((each) => each >= b))
                    for (const d of grid.filter((each) => each >= c)) best = Math.min(best, error([a, b, c, d]));
        expect(found).toBeLessThanOrEqual(best + 1e-12);
    });

    it('helps a kind teacher on stories it was not fitted to, and no teacher who is right', () => {
        const worth = Array.from({ length: 200 }, (_, i) => random.fork('worth', i).uniform());
        const people = worth.map((value, i) =>
            Math.min(1, Math.max(0, value + 0.1 * random.fork('people', i).normal())),
        );
        const kind = calibrate(
            worth.map((value) => Math.sqrt(value)),
            people,
            random,
        );
        expect(kind.errorAfter).toBeLessThan(0.8 * kind.errorBefore);
        const right = calibrate(worth, people, random);
        expect(right.errorAfter).toBeGreaterThan(0.95 * right.errorBefore);
    });

    it('is made of a set, and kept in the configuration of the run that uses it', () => {
        const { sets, home } = homeWithRun();
        const { file } = sets.make({ runs: ['night owl'], name: 'trial', stories: 120, seed: 1 });
        rateAll(sets, file, 'ada', (given, item) => given - 0.9 + noise(0.2, item));
        const calibration = sets.calibrate('trial', null);
        expect(calibration).toMatchObject({ teacher: 'rules-1', stories: 120, people: 1 });
        expect(calibration.sum.errorAfter).toBeLessThan(0.6 * calibration.sum.errorBefore);
        expect(Object.keys(calibration.criteria)).toEqual([...criteria]);
        const path = join(home, 'calibration.json');
        writeFileSync(path, JSON.stringify(calibration));
        const kept = keepCalibration(composeConfig('quick', { 'reward.calibration': path }));
        expect(JSON.parse(kept['reward.calibration'])).toEqual(calibration);
        expect(keepCalibration(kept)).toBe(kept);
        expect(() => sets.calibrate('trial', 'nobody')).toThrow(/--teacher: rules-1/);
    });

    it.each([
        { what: 'no file', text: null, says: /no calibration at/ },
        { what: 'a text', text: 'once upon a time', says: /is no calibration/ },
        { what: 'another JSON', text: '{"format":"else"}', says: /is no calibration/ },
    ])('is refused where it is $what', ({ text, says }) => {
        const file = join(temporaryFolder(), 'calibration.json');
        if (text !== null) writeFileSync(file, text);
        expect(() => keepCalibration(composeConfig('quick', { 'reward.calibration': file }))).toThrow(says);
    });

    it('is refused of too few stories and of a teacher with one score', () => {
        expect(() => calibrate([0, 1], [0, 1], random)).toThrow(/Only 2 stories/);
        const many = Array.from({ length: 30 }, () => 0.5);
        expect(() => calibrate(many, many, random)).toThrow(/one score only/);
    });
});
