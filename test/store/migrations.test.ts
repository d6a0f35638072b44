import Database from 'better-sqlite3';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { runsSchema } from '../../src/main/store/migrations/0001-runs.ts';
import { openRunDatabase } from '../../src/main/store/open.ts';
import { temporaryFolder } from './a-run.ts';

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

it('a file from somebody else is never changed, not even its version', () => {
    const file = aRunOfVersion1();
    const before = fs.readFileSync(file);
    expect(() => openRunDatabase(file, { readonly: true, untrusted: true })).toThrow(
        'was written by an older Storyloop',
    );
    expect(fs.readFileSync(file)).toEqual(before);
});
