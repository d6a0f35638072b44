import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { attempts } from '../../src/main/store/run/attempts.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readSummary } from '../../src/main/store/run/run.ts';
import { readOne, write } from '../../src/main/store/connection/statements.ts';
import { updatesAfter } from '../../src/main/store/run/updates.ts';
import { aRunFolder } from './a-run.ts';

const writer = path.join(import.meta.dirname, 'writer-process.ts');

/** Lets a writer work until it has reported, then for a while, kills it, and tells the last number it reported. */
async function workAndDie(database: string, milliseconds: number): Promise<number> {
    const child = spawn(process.execPath, [writer, database], { stdio: ['ignore', 'pipe', 'inherit'] });
    let reported = 0;
    const lines = createInterface(child.stdout);
    const firstWord = new Promise<void>((resolve) => {
        lines.on('line', (line) => {
            reported = Number(line);
            resolve();
        });
    });
    const ended = Promise.all([once(child, 'close'), once(lines, 'close')]); // all it said is heard
    await Promise.race([firstWord, ended]);
    await wait(milliseconds);
    child.kill('SIGKILL');
    await ended;
    return reported;
}

it('loses no recorded update and damages nothing when the writer is killed, many times over', async () => {
    const { database } = aRunFolder();
    const kills = 8;
    let known = 0; // updates on record before; a writer that goes on says the last of them again
    for (let kill = 0; kill < kills; kill++) {
        const reported = await workAndDie(database, (kill * 37) % 101);
        expect(reported).toBeGreaterThan(0);
        const db = openRunDatabase(database, { readonly: true, untrusted: true });
        const numbers = updatesAfter(db, 0, 1e6).map(({ number }) => number);
        expect(numbers.length).toBeGreaterThanOrEqual(reported);
        // at most one was committed and not yet reported
        expect(numbers.length).toBeLessThanOrEqual(Math.max(known, reported + 1));
        expect(numbers.length).toBeGreaterThanOrEqual(known);
        known = numbers.length;
        expect(numbers).toEqual(numbers.map((_, i) => i + 1));
        const counts = 'SELECT (SELECT count(*) FROM episode) AS episodes, (SELECT count(*) FROM rating) AS ratings';
        expect(readOne(db, counts)).toEqual({ episodes: numbers.length * 40, ratings: numbers.length * 40 });
        expect(readSummary(db, Date.now()).state).toBe('interrupted');
        db.close();
    }
    const db = openRunDatabase(database, { readonly: false });
    expect(attempts(db).map(({ reason }) => reason)).toEqual([
        ...Array.from({ length: kills - 1 }, () => 'interrupted'),
        null,
    ]);
    expect(() => write(db, "INSERT INTO story_text (story_text, rank) VALUES ('integrity-check', 1)")).not.toThrow();
    db.close();
});
