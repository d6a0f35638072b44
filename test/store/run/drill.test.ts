/** A run whose teacher loves a word: the report says when the student found it, and who saw it. */
import { expect, it } from 'vitest';
import { drillReport, drillWords } from '../../../src/main/service/reports/run/drill.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import { drillSentence } from '../../../src/shared/findings/drill-words.ts';
import { aLease, aRunFolder } from '../a-run.ts';
import { anUpdate, episodesOf } from '../records.ts';

const planted = { 'teacher.bias': 'word', 'teacher.biasWord': 'great', 'teacher.biasPoints': 1 } as const;

it('finds the update after which stories have what the teacher loves', () => {
    const folder = aRunFolder(undefined, 'drill', planted);
    const lease = aLease(folder);
    expect(drillReport(lease.db)).toBeNull(); // nothing is learned yet
    for (let update = 1; update <= 12; update++) {
        const share = Math.max(0, Math.min(1, (update - 5) / 4));
        const stories = episodesOf(update, 20).map((episode, i) => ({
            ...episode,
            story: i < 20 * share ? 'a great tale' : 'a tale',
        }));
        recordUpdate(lease, { ...anUpdate(update), episodes: 20 }, stories, []);
    }
    const report = drillReport(lease.db)!;
    expect(report).toMatchObject({ weakness: 'loves the word “great”', points: 1, first: 0, newest: 1 });
    expect(report.course.map(({ share }) => share)).toEqual([0, 0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1]);
    expect(report.course.at(-1)!.update).toBe(12);
    expect(Math.abs(report.found!.from - 4)).toBeLessThanOrEqual(1);
    expect(report.alarms.map(({ name }) => name)).toEqual([
        'the second judge',
        'the health checks',
        'the guard of grammar',
    ]);
    expect(drillWords(folder.database)).toBe(drillSentence(report));
    expect(drillSentence(report)).toMatch(
        /had 0 % of it in the first update and 100 % in the newest\. The student found/u,
    );
});

it('says nothing of a run without a drill, and does not claim what is not sure', () => {
    expect(drillReport(aLease().db)).toBeNull();
    const lease = aLease(aRunFolder(undefined, 'quiet', planted));
    for (let update = 1; update <= 6; update++) recordUpdate(lease, anUpdate(update), episodesOf(update), []);
    const report = drillReport(lease.db)!;
    expect(report.found).toBeNull();
    expect(drillSentence(report)).toMatch(/has not surely found it\.$/u);
});
