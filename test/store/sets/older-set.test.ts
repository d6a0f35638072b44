/** Rating sets that an older Storyloop wrote: opened, brought up to date, and taken in from colleagues. */
import fs from 'node:fs';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { ratingSetSchema } from '../../../src/main/store/connection/migrations/set-0001-ratings.ts';
import { importSet, listSets } from '../../../src/main/store/home/set-files.ts';
import { readSetHead, setStories } from '../../../src/main/store/sets/rating-set.ts';
import { temporaryFolder } from '../a-run.ts';
import { aNewSet, aSetFile, opened, setId } from './a-set.ts';

/** What version 1 wrote of the same set. */
function anOlderFile(): string {
    const newer = aSetFile();
    const file = `${temporaryFolder()}/older.sqlite`;
    const db = new Database(file);
    db.exec(ratingSetSchema);
    db.exec(`ATTACH '${newer}' AS newer`);
    for (const [table, columns] of [
        ['rating_set', 'only, id, name, seed, created_at, rubric, rubric_text, criteria'],
        ['story', 'id, run, attempt, episode, stage, prompt, story, words'],
        ['item', 'position, story'],
    ] as const)
        db.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
    db.exec('DETACH newer');
    db.pragma(`application_id = ${0x53744c73}`);
    db.pragma('user_version = 1');
    db.close();
    return file;
}

it('is read as a set for agreement, and is of this version afterwards', () => {
    const file = anOlderFile();
    const db = opened(file, { readonly: true });
    expect(readSetHead(db)).toMatchObject({ id: setId, purpose: 'agreement' });
    expect(setStories(db)).toEqual(aNewSet().stories.map((story) => ({ ...story, finished: null })));
    expect(opened(file).pragma('user_version', { simple: true })).toBe(3);
});

it('of a colleague is taken in, and the file stays as it was', () => {
    const file = anOlderFile();
    const before = fs.readFileSync(file);
    const home = temporaryFolder();
    expect(importSet(home, file).kind).toBe('new');
    expect(listSets(home, readSetHead)).toMatchObject([{ kind: 'set', content: { purpose: 'agreement' } }]);
    expect(importSet(home, file)).toMatchObject({ kind: 'merged', merged: { added: 0, conflicts: [] } });
    expect(fs.readFileSync(file).equals(before)).toBe(true);
});
