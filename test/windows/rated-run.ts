/**
 * A home with a run of learning that was recorded for the test: no student wrote it, and every teacher's score is
 * known.
 */
import { beginAttempt } from '../../src/main/store/run/attempts.ts';
import { acquireLease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { createRunFolder } from '../../src/main/store/home/run-folder.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import type { RatingRecord } from '../../src/shared/run/record.ts';
import { anUpdate, config, episodesOf, rubric, start, teacher } from '../store/records.ts';

const random = new RandomStream('a rated run');
const criteria = ['readability', 'coherence', 'creativity'] as const;

/** A real score of four decimals, the last of them no zero: one that is told anywhere can be found. */
function teacherScore(number: number, criterion: string): number {
    const thousandths = Math.floor(2800 * random.fork('teacher', number, criterion).uniform());
    return Number(`${((100 + thousandths) / 1000).toFixed(3)}${1 + (number % 9)}`);
}

/** Records eight updates of thirty rated stories. Returns every teacher's score as it would be printed. */
export function recordRatedRun(
    home: string,
    name: string,
    by: { readonly id: string; readonly name: string } = teacher,
): readonly string[] {
    const db = openRunDatabase(createRunFolder(home, { name, kind: 'learn', config }, () => start).database, {
        readonly: false,
    });
    const told: string[] = [];
    try {
        const lease = acquireLease(db, () => start);
        registerRater(lease, { ...teacher, ...by }, rubric);
        beginAttempt(lease, { node: 'v24' });
        for (let update = 1; update <= 8; update++) {
            const episodes = episodesOf(update, 30);
            const ratings = episodes.map(({ number }): RatingRecord => {
                const scores = Object.fromEntries(criteria.map((each) => [each, teacherScore(number, each)]));
                told.push(...Object.values(scores).map(String));
                return { kind: 'scored', story: number, rater: by.id, at: start, reading: 'rules', scores };
            });
            recordUpdate(lease, anUpdate(update, `weights ${update}`, 30), episodes, ratings);
        }
    } finally {
        db.close();
    }
    return told;
}
