import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { endAttempt } from '../../src/main/store/run/attempts.ts';
import { recordEvaluation } from '../../src/main/store/run/evaluations.ts';
import { recordGuardReading } from '../../src/main/store/run/guard.ts';
import { recordHoldOutReading } from '../../src/main/store/run/hold-out.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { aLease, aRunFolder } from './a-run.ts';
import { anEvaluation, anUpdate, episodesOf, ratingsOf, samplesOf, start } from './records.ts';

const page = fs.readFileSync(path.join(import.meta.dirname, '../../docs/database.md'), 'utf8');
const queries = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql!);

function aWholeRun(): string {
    const folder = aRunFolder();
    const lease = aLease(folder);
    recordGuardReading(lease, {
        update: 0,
        at: start,
        inputWords: 0,
        digest: 'weights',
        battery: 'own',
        seconds: 1,
        pairs: [-1, -3].map((ofGood, number) => ({
            phenomenon: 'agreement',
            number,
            good: `They were ${number}.`,
            bad: `They was ${number}.`,
            logprobs: [ofGood, number === 0 ? -2 : -3],
        })),
    });
    recordHoldOutReading(lease, {
        update: 0,
        at: start,
        inputWords: 0,
        digest: 'weights',
        teacher: 'rules-1',
        judge: 'second',
        seconds: 1,
        stories: [3, 5].map((teacher, seed) => ({
            seed,
            prompt: 'Once',
            story: ' upon',
            words: 1,
            finished: true,
            kl: 0.5,
            teacher,
            judge: 2,
        })),
    });
    recordEvaluation(lease, anEvaluation('before', 0), samplesOf('dull'), ratingsOf([{ number: 1 }]));
    for (let number = 1; number <= 12; number++) {
        const written = episodesOf(number);
        recordUpdate(lease, anUpdate(number), written, ratingsOf(written));
    }
    recordEvaluation(lease, anEvaluation('after', 12), samplesOf('bright'), ratingsOf([{ number: 1 }]));
    endAttempt(lease, { reason: 'finished', at: start + 60_000, message: 'the budget is spent' });
    return folder.database;
}

it('the twelve documented queries answer from a run made by the store', () => {
    const db = openRunDatabase(aWholeRun(), { readonly: true });
    db.prepare('ATTACH @other AS other').run({ other: aRunFolder(undefined, 'other', { seed: 7 }).database });
    const answers = queries.map((sql) => db.prepare(sql).all() as Record<string, unknown>[]);
    db.close();
    const [course, config, criteria, best, phrase, pairs, length, unreadable, time, attempts, grammar, trial] = answers;
    expect(answers).toHaveLength(12);
    expect(course).toHaveLength(12);
    expect(course![11]).toEqual({ number: 12, input_words: 152, score: 5.2, reward: 0.4, kl: 6, finished_percent: 50 });
    expect(config).toEqual([{ key: 'seed', here: '42', there: '7' }]);
    expect(criteria).toContainEqual({ criterion: 'coherence', first_five: 1.5, last_five: 1.5 });
    expect(best![0]).toMatchObject({ total: 4.75, update: 1 });
    expect(phrase![0]!['found']).toContain('[was not alone]');
    expect(pairs![2]).toEqual({ seed: 2, before: 'a dull tale of lamp 2', after: 'a bright tale of lamp 2' });
    expect(length).toEqual([{ words_from: 10, stories: 48, score: 3.25, reward: 0.25 }]);
    expect(unreadable).toEqual([{ rater: 'rules-1', ratings: 50, unreadable: 0, off_format: null, entropy: null }]);
    expect(time).toEqual([{ writing: 12, rating: 2, scoring: 4, learning: 24 }]);
    expect(attempts).toMatchObject([
        { number: 1, started: '2026-01-31 23:59:00', ended: '2026-02-01 00:00:00', reason: 'finished' },
    ]);
    expect(trial).toEqual([{ update: 0, stories: 2, teacher: 4, judge: 2, kl: 0.5 }]);
    expect(grammar).toEqual([{ update: 0, phenomenon: 'agreement', right: 75 }]);
});

it('every table, and no other, is described', () => {
    const db = openRunDatabase(aRunFolder().database, { readonly: true });
    const names = db
        .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")
        .pluck()
        .all() as string[];
    db.close();
    for (const name of names) expect(page, name).toContain(`\`${name}\``);
    const described = [...page.matchAll(/^\| `(\w+)` \| (?!`)/gm)].map(([, name]) => name!);
    expect(described.filter((name) => !names.includes(name))).toEqual([]);
});
