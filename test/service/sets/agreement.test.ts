/** The report of a set: teachers out of the runs, people out of the set. */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openRatingSets } from '../../../src/main/service/sets/rating-sets.ts';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import { setStories } from '../../../src/main/store/sets/rating-set.ts';
import { temporaryFolder } from '../../store/a-run.ts';
import { criteria, homeWithRun, noise, rateAll, teacherScore } from './a-rated-home.ts';

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
        expect(words).toMatchObject([{ teacher: 'rules-1' }]);
        expect(words[0]!.text).toMatch(/^The teacher “rules-1” agrees with people beyond chance on readability/);
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
