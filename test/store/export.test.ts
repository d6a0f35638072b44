import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { endAttempt, eventsAfter } from '../../src/main/store/attempts.ts';
import { csvLine } from '../../src/main/store/csv.ts';
import { exportDatabase, exportEpisodes, exportUpdates } from '../../src/main/store/export.ts';
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
        recordUpdate(
            lease,
            { ...anUpdate(number), ...(number === 2 && { extras: { extra: 7 } }) },
            written,
            ratingsOf(written),
        );
    }
    recordUpdate(lease, anUpdate(updates, 'other'), episodesOf(updates, 4, ' again'), ratingsOf(episodesOf(updates)));
    registerRater(lease, { id: 'person-1', kind: 'person', name: 'Ann Smith' }, rubric);
    changeNotes(lease.db, { notes: 'see /home/ann/notes.txt' });
    const fault = { kind: 'disk-full', path: '/home/ann/Storyloop/runs/x' } as const;
    endAttempt(lease, { reason: 'failed', at: start, message: 'no space in /home/ann on lighthouse', fault });
    return { database: folder.database, target: (name) => path.join(folder.folder, name) };
}

describe('the exported database', () => {
    it('is one sound file with the same rows, while the run goes on', async () => {
        const { database, target } = aFinishedRun();
        const fractions: number[] = [];
        await exportDatabase(database, target('copy.sqlite'), {
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
        await expect(exportDatabase(database, target('copy.sqlite'))).rejects.toThrow('exists already');
    });

    it('names no home, host, user or person, not even in free pages', async () => {
        const { database, target } = aFinishedRun();
        await exportDatabase(database, target('copy.sqlite'), { identity });
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

describe('exported rows', () => {
    it('are the current line of history, exact in JSON lines', async () => {
        const { database, target } = aFinishedRun();
        await exportUpdates(database, target('u.jsonl'), 'jsonl');
        await exportEpisodes(database, target('e.jsonl'), 'jsonl');
        const read = (name: string): readonly Record<string, unknown>[] =>
            fs
                .readFileSync(target(name), 'utf8')
                .trimEnd()
                .split('\n')
                .map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(read('u.jsonl').map(({ attempt, number }) => [attempt, number])).toEqual([
            [1, 1],
            [1, 2],
            [2, 3],
        ]);
        expect(read('u.jsonl')[0]).toMatchObject({ klMean: 0.5, extras: { extra: null } });
        expect(read('e.jsonl')).toHaveLength(12);
        expect(read('e.jsonl')[11]).toMatchObject({
            number: 12,
            story: episodesOf(3, 4, ' again')[3]!.story,
            scores: { readability: 0, coherence: 1.5, creativity: 0.25 },
            stages: { scaled: 0.4 },
        });
    });

    it('have the same columns in every line of a table', async () => {
        const { database, target } = aFinishedRun();
        await exportUpdates(database, target('u.csv'), 'csv');
        await exportEpisodes(database, target('e.csv'), 'csv');
        const lines = fs
            .readFileSync(target('u.csv'), 'utf8')
            .trimEnd()
            .split('\r\n')
            .map((line) => line.split(','));
        expect(lines.map(({ length }) => length)).toEqual([33, 33, 33, 33]);
        expect(lines.map((cells) => cells.at(-1))).toEqual(['extras.extra', '', '7', '']);
        const [header, first] = fs.readFileSync(target('e.csv'), 'utf8').split('\r\n');
        expect(header).toBe(
            'attempt,number,update,prompt,story,words,finished,reward,kl,total,stages.length,stages.scaled,stages.scores,scores.coherence,scores.creativity,scores.readability',
        );
        expect(first).toMatch(
            /^1,1,1,"Once upon a time, in a faraway land,",there lived .*,false,0.1,0,2.75,0.2,0.1,0.5,1.5,0.25,1$/,
        );
    });

    it('stream: more rows than are read at once, and nothing is left when it fails', async () => {
        const { database, target } = aFinishedRun(300);
        await exportEpisodes(database, target('e.csv'), 'csv');
        expect(fs.readFileSync(target('e.csv'), 'utf8').split('\r\n')).toHaveLength(1 + 1200 + 1);
        await expect(exportEpisodes(`${database}.none`, target('f.csv'), 'csv')).rejects.toThrow('There is no run');
        await expect(exportEpisodes(database, path.join(target('missing'), 'f.csv'), 'csv')).rejects.toThrow('ENOENT');
        expect(fs.existsSync(target('f.csv.partial'))).toBe(false);
    });
});

it('no cell of a table can become a formula, and numbers stay numbers', () => {
    expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1'])).toBe(
        `'=1+1,'+1,'-1,'@SUM(A1),"'\t=1",' =1,'＝1\r\n`,
    );
    expect(csvLine([-0.5, true, null, 'a "b", c', 'line\nbreak', 'plain'])).toBe(
        '-0.5,true,,"a ""b"", c","line\nbreak",plain\r\n',
    );
});

it('redaction takes whole words only', () => {
    expect(redact('/home/ann/x, /home/anna/y, Ann, plan, lighthouse.local', identity)).toBe(
        '~/x, /home/anna/y, user, plan, host.local',
    );
    expect(redact('C:\\Users\\ann\\x and C:/Users/ann/x', { ...identity, home: 'C:\\Users\\ann' })).toBe(
        '~\\x and ~/x',
    );
});
