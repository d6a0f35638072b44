import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { runsSchema } from '../../../src/main/store/connection/migrations/0001-runs.ts';
import { languageModelsSchema } from '../../../src/main/store/connection/migrations/0002-language-models.ts';
import { openRunDatabase } from '../../../src/main/store/connection/open.ts';
import { guardReport } from '../../../src/main/service/reports/run/guard.ts';
import { holdOutReport } from '../../../src/main/service/reports/run/hold-out.ts';
import { readConfig } from '../../../src/main/store/run/run.ts';
import { aRunFolder, temporaryFolder } from '../a-run.ts';

/** A run as the first version wrote it, with one rating. */
function aRunOfVersion1(): string {
    const file = path.join(temporaryFolder(), 'run.sqlite');
    const db = new Database(file);
    db.exec(runsSchema);
    db.exec(`INSERT INTO rubric VALUES ('hash', 'rules-1', '', '[]');
             INSERT INTO rater VALUES ('rules', 'teacher', 'rules', 'hash')`);
    db.pragma(`application_id = ${0x53744c72}`);
    db.pragma('user_version = 1');
    db.close();
    return file;
}

it.each([true, false])(
    'a run of version 1 is brought up to date and keeps its rows (opened readonly: %s)',
    (readonly) => {
        const db = openRunDatabase(aRunOfVersion1(), { readonly });
        expect(db.prepare('SELECT id, name, details FROM rater').all()).toEqual([
            { id: 'rules', name: 'rules', details: '{}' },
        ]);
        expect(db.prepare('SELECT entropy, disagreement FROM rating').all()).toEqual([]);
        db.close();
    },
);

it('a run of an older version is read where nothing may be written', () => {
    const file = aRunOfVersion1();
    const writable = new Database(file);
    writable.exec(languageModelsSchema);
    writable.exec("INSERT INTO prompt VALUES (1, 'Once', 0)");
    writable.pragma('user_version = 2');
    writable.close();
    const before = fs.readFileSync(file);
    const isWritable = vi.spyOn(fs, 'accessSync').mockImplementation(() => {
        throw new Error('EROFS');
    });
    try {
        const db = openRunDatabase(file, { readonly: true });
        expect(db.prepare('SELECT * FROM run_teacher').all()).toEqual([{ rater: 'rules', rubric: 'hash' }]);
        expect(db.prepare('SELECT * FROM rated_episode').all()).toEqual([]);
        expect(db.prepare('SELECT * FROM teacher_rating').all()).toEqual([]);
        db.close();
        expect(fs.readFileSync(file)).toEqual(before);
        const older = aRunOfVersion1(); // lacks columns: it is brought up to date in memory
        const copy = openRunDatabase(older, { readonly: true });
        expect(copy.prepare('SELECT name, details FROM rater').all()).toEqual([{ name: 'rules', details: '{}' }]);
        expect(() => copy.exec('DELETE FROM rater')).toThrow('readonly');
        copy.close();
        expect(new Database(older, { readonly: true }).pragma('user_version', { simple: true })).toBe(1);
    } finally {
        isWritable.mockRestore();
    }
});

it('a run of version 2 gets the views when it is opened, and is a run of this version to whom it is sent', () => {
    const file = aRunOfVersion1();
    openRunDatabase(file, { readonly: false }).close();
    const db = openRunDatabase(file, { readonly: true, untrusted: true });
    expect(db.pragma('user_version', { simple: true })).toBe(5);
    expect(db.prepare('SELECT count(*) AS n FROM temp.sqlite_schema').get()).toEqual({ n: 0 });
    db.close();
});

it('a file from somebody else is never changed, not even its version', () => {
    const file = aRunOfVersion1();
    const before = fs.readFileSync(file);
    expect(() => openRunDatabase(file, { readonly: true, untrusted: true })).toThrow(
        'was written by an older Storyloop',
    );
    expect(fs.readFileSync(file)).toEqual(before);
});

it('a run of version 3 gets the tables of the guard, empty, and keeps its settings without one', () => {
    const folder = aRunFolder();
    const older = new Database(folder.database);
    older.exec(`DROP VIEW current_holdout_reading; DROP TABLE holdout_story; DROP TABLE holdout_reading;
                DROP VIEW current_guard_reading; DROP TABLE guard_score; DROP TABLE guard_reading; DROP TABLE guard_pair;
                DELETE FROM config WHERE key LIKE 'guard.%' OR key LIKE 'holdout.%'; UPDATE run SET config_version = 5`);
    older.pragma('user_version = 3');
    older.close();
    const db = openRunDatabase(folder.database, { readonly: true });
    expect(guardReport(db)).toBeNull();
    expect(readConfig(db).values['guard.battery']).toBe('off');
    expect(holdOutReport(db)).toBeNull();
    expect(readConfig(db).values['holdout.every']).toBe(0);
    db.close();
});
