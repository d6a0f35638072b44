/** A home with one run whose scores are known, and people who rate its stories by script. */
import { onTestFinished, vi } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { openRatingSets, type RatingSets } from '../../../src/main/service/sets/rating-sets.ts';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import { setItems, setStories } from '../../../src/main/store/sets/rating-set.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import type { RatingRecord } from '../../../src/shared/run/record.ts';
import { aLease, aRunFolder, temporaryFolder } from '../../store/a-run.ts';
import { anUpdate, episodesOf, start, teacher } from '../../store/records.ts';

export const random = new RandomStream('rating sets');
export const criteria = ['readability', 'coherence', 'creativity'] as const;

/** What the teacher gave to a story, by its number: real scores, kinder as the run goes on. */
export function teacherScore(number: number, criterion: string): number {
    return Number(Math.min(3, random.fork('teacher', number, criterion).uniform() * 2.2 + number / 300).toFixed(4));
}

/** A home with a run of eight updates of thirty rated stories; nothing of it was computed by a student. */
export function homeWithRun(name = 'night owl'): { home: string; sets: RatingSets; database: string } {
    const home = temporaryFolder();
    vi.stubEnv('STORYLOOP_HOME', home);
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
    return { home, sets: openRatingSets(), database: recordRun(home, name) };
}

/** A run of eight updates of thirty rated stories, their scores known by number plus `from`; returns its database. */
export function recordRun(home: string, name: string, from = 0): string {
    const folder = aRunFolder(home, name);
    const lease = aLease(folder);
    for (let update = 1; update <= 8; update++) {
        const episodes = episodesOf(update, 30, from === 0 ? '' : ` in tale ${from}`);
        const ratings = episodes.map(({ number }): RatingRecord => {
            const scores = Object.fromEntries(criteria.map((each) => [each, teacherScore(number + from, each)]));
            return { kind: 'scored', story: number, rater: teacher.id, at: start, reading: 'rules', scores };
        });
        recordUpdate(lease, anUpdate(update, `weights ${update}`, 30), episodes, ratings);
    }
    return folder.database;
}

/** Rates every open item of a set; `give` knows the teacher's score, as only a script can. */
export function rateAll(
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
export const noise = (share: number, item: string): number => {
    const draw = random.fork('noise', item).uniform();
    return draw < share / 2 ? -1 : draw < share ? 1 : 0;
};
