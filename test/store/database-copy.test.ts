import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { endAttempt, eventsAfter } from '../../src/main/store/run/attempts.ts';
import { copyDatabase } from '../../src/main/store/tables/database-copy.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { redact, redactJson, redactPlaces, thisIdentity } from '../../src/main/store/tables/redaction.ts';
import { changeNotes, readConfig, readSummary } from '../../src/main/store/run/run.ts';
import { readAll } from '../../src/main/store/connection/statements.ts';
import { recordUpdate, updatesAfter } from '../../src/main/store/run/updates.ts';
import { aLease, aRunFolder } from './a-run.ts';
import { anUpdate, config, episodesOf, ratingsOf, rubric, start } from './records.ts';

const identity = { homes: ['/data/people/ann'], hosts: ['lighthouse.example.org', 'lighthouse'], users: ['ann'] };

function aFinishedRun(updates = 3): { readonly database: string; readonly target: (name: string) => string } {
    const folder = aRunFolder();
    const lease = aLease(folder);
    for (let number = 1; number <= updates; number++) {
        const written = episodesOf(number);
        recordUpdate(lease, anUpdate(number), written, ratingsOf(written));
    }
    recordUpdate(lease, anUpdate(updates, 'other'), episodesOf(updates, 4, ' again'), ratingsOf(episodesOf(updates)));
    registerRater(lease, { id: 'person-1', kind: 'person', name: 'Ann Smith' }, rubric);
    changeNotes(lease.db, { notes: 'see /data/people/ann/notes.txt' });
    const fault = { kind: 'disk-full', path: '/data/people/ann/Storyloop/runs/x' } as const;
    endAttempt(lease, { reason: 'failed', at: start, message: 'no space in /data/people/ann on lighthouse', fault });
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
        expect(readSummary(copy!, start).state).toBe('paused'); // for want of room
        copy!.close();
        original!.close();
        await expect(copyDatabase(database, target('copy.sqlite'))).rejects.toThrow('exists already');
    });

    it('of a damaged one names the run that is damaged, and not the copy', async () => {
        const { database, target } = aFinishedRun();
        openRunDatabase(database, { readonly: false }).close(); // folds the log of writes in
        const whole = fs.readFileSync(database);
        fs.writeFileSync(database, whole.fill(0xa5, whole.length - 4096 * 12));
        const copied = copyDatabase(database, target('copy.sqlite'));
        await expect(copied).rejects.toThrow(new RegExp(`^${database} is damaged .* Restore run\\.sqlite from a copy`));
    });

    it('names no home, host, user or person, not even in free pages', async () => {
        const { database, target } = aFinishedRun();
        await copyDatabase(database, target('copy.sqlite'), { identity });
        const bytes = fs.readFileSync(target('copy.sqlite')).toString('latin1').toLowerCase();
        for (const secret of ['people/ann', 'lighthouse', 'ann smith']) expect(bytes).not.toContain(secret);
        const db = openRunDatabase(target('copy.sqlite'), { readonly: true });
        expect(eventsAfter(db, 0).at(-1)).toMatchObject({
            message: 'no space in ~ on host',
            details: { kind: 'disk-full', path: '~/Storyloop/runs/x' },
        });
        expect(readAll(db, 'SELECT name FROM rater ORDER BY id')).toEqual([{ name: 'person-1' }, { name: 'Rules' }]);
        db.close();
    });
});

describe('redaction', () => {
    it('takes whole words only', () => {
        expect(redact('/data/people/ann/x, /data/people/anna/y, Ann, plan, lighthouse.local', identity)).toBe(
            '~/x, /data/people/anna/y, user, plan, host.local',
        );
    });

    it('knows homes as every system writes them, those of other machines too', () => {
        const windows = { ...identity, homes: ['D:\\People\\ann'] };
        expect(redact('D:\\People\\ann\\x and D:/People/ann/x', windows)).toBe('~\\x and ~/x');
        expect(redactJson('{"kind":"ann","path":"D:\\\\People\\\\ann\\\\x"}', windows)).toBe(
            '{"kind":"ann","path":"~\\\\x"}',
        );
        expect(redact('/home/eve/a, (/Users/eve/b) file:///home/eve "C:\\Users\\eve\\c" /homes/eve', identity)).toBe(
            '~/a, (~/b) file://~ "~\\c" /homes/eve',
        );
    });

    it('of places leaves words that mean something, and takes names out of paths and addresses', () => {
        const paper = { homes: [], hosts: ['lighthouse'], users: ['paper'] };
        expect(redactPlaces('preset paper on /media/paper/x at http://lighthouse:80 by paper@lighthouse', paper)).toBe(
            'preset paper on /media/user/x at http://host:80 by paper@host',
        );
    });

    it('knows this machine by every name that it goes by', () => {
        const names = { USER: 'eve', LOGNAME: 'eve', SUDO_USER: 'ann' };
        expect(thisIdentity(names).users).toEqual(expect.arrayContaining(['eve', 'ann']));
        expect(thisIdentity(names).hosts.length).toBeGreaterThan(0);
    });
});
