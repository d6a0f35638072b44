import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { endAttempt, eventsAfter } from '../../src/main/store/attempts.ts';
import { copyDatabase } from '../../src/main/store/database-copy.ts';
import { openRunDatabase } from '../../src/main/store/open.ts';
import { registerRater } from '../../src/main/store/ratings.ts';
import { redact } from '../../src/main/store/redaction.ts';
import { changeNotes, readConfig, readSummary } from '../../src/main/store/run.ts';
import { readAll } from '../../src/main/store/statements.ts';
import { recordUpdate, updatesAfter } from '../../src/main/store/updates.ts';
import { aLease, aRunFolder } from './a-run.ts';
import { anUpdate, config, episodesOf, ratingsOf, rubric, start } from './records.ts';

const identity = { home: '/home/ann', host: 'lighthouse', user: 'ann' };

function aFinishedRun(updates = 3): { readonly database: string; readonly target: (name: string) => string } {
    const folder = aRunFolder();
    const lease = aLease(folder);
    for (let number = 1; number <= updates; number++) {
        const written = episodesOf(number);
        recordUpdate(lease, anUpdate(number), written, ratingsOf(written));
    }
    recordUpdate(lease, anUpdate(updates, 'other'), episodesOf(updates, 4, ' again'), ratingsOf(episodesOf(updates)));
    registerRater(lease, { id: 'person-1', kind: 'person', name: 'Ann Smith' }, rubric);
    changeNotes(lease.db, { notes: 'see /home/ann/notes.txt' });
    const fault = { kind: 'disk-full', path: '/home/ann/Storyloop/runs/x' } as const;
    endAttempt(lease, { reason: 'failed', at: start, message: 'no space in /home/ann on lighthouse', fault });
    return { database: folder.database, target: (name) => path.join(folder.folder, name) };
}

describe('the copy of a database', () => {
    it('is one sound file with the same rows, while the run goes on', async () => {
        const { database, target } = aFinishedRun();
        const fractions: number[] = [];
        await copyDatabase(database, target('copy.sqlite'), {
            identity,
            onProgress: (fraction) => fractions.push(fraction),
        });
        const names = fs.readdirSync(path.dirname(database)).filter((name) => name.startsWith('copy'));
        expect(names).toEqual(['copy.sqlite']);
        expect(fractions.length).toBeGreaterThan(0);
        const [copy, original] = [target('copy.sqlite'), database].map((file) =>
            openRunDatabase(file, { readonly: true, untrusted: true }),
        );
        expect(updatesAfter(copy!, 0)).toEqual(updatesAfter(original!, 0));
        expect(readConfig(copy!)).toEqual(config);
        expect(readSummary(copy!, start).state).toBe('failed');
        copy!.close();
        original!.close();
        await expect(copyDatabase(database, target('copy.sqlite'))).rejects.toThrow('exists already');
    });

    it('names no home, host, user or person, not even in free pages', async () => {
        const { database, target } = aFinishedRun();
        await copyDatabase(database, target('copy.sqlite'), { identity });
        const bytes = fs.readFileSync(target('copy.sqlite')).toString('latin1').toLowerCase();
        for (const secret of ['/home/ann', 'lighthouse', 'ann smith']) expect(bytes).not.toContain(secret);
        const db = openRunDatabase(target('copy.sqlite'), { readonly: true });
        expect(eventsAfter(db, 0).at(-1)).toMatchObject({
            message: 'no space in ~ on host',
            details: { kind: 'disk-full', path: '~/Storyloop/runs/x' },
        });
        expect(readAll(db, 'SELECT name FROM rater ORDER BY id')).toEqual([{ name: 'person-1' }, { name: 'Rules' }]);
        db.close();
    });
});

it('redaction takes whole words only', () => {
    expect(redact('/home/ann/x, /home/anna/y, Ann, plan, lighthouse.local', identity)).toBe(
        '~/x, /home/anna/y, user, plan, host.local',
    );
    expect(redact('C:\\Users\\ann\\x and C:/Users/ann/x', { ...identity, home: 'C:\\Users\\ann' })).toBe(
        '~\\x and ~/x',
    );
});
