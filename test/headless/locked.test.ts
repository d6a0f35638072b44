/** A database that another program keeps locked (a backup, a synchronised folder, sqlite3) is waited for. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { EngineTask } from '../../src/shared/contracts/engine.ts';
import { startEngine } from '../../src/main/service/sessions/engine-session.ts';
import { ratingMemory } from '../../src/main/service/sessions/rating-memory.ts';
import { keepRun } from '../../src/main/service/sessions/run-keeper.ts';
import { whenFree } from '../../src/main/service/sessions/waiting-for-lock.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readSummary } from '../../src/main/store/run/run.ts';
import { aRunFolder } from '../store/a-run.ts';
import { aProcess } from '../support/a-process.ts';
import { readyStudent } from '../support/ready-student.ts';
import { expectSentence, start, temporaryHome, tinyLearning } from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
let checkpoint = '';
beforeAll(async () => {
    checkpoint = await readyStudent(home);
});

/** Somebody who has the file for himself until he lets go. */
function lock(file: string): { release(): void } {
    const db = new Database(file);
    onTestFinished(() => void db.close());
    db.exec('BEGIN IMMEDIATE');
    return { release: () => void db.exec('ROLLBACK') };
}

it('a run waits, says so, and goes on', async () => {
    const started = start(home, ['learn', '--from', checkpoint, ...tinyLearning, '--budget-updates', '30']);
    const { run } = (await started.line(({ type }) => type === 'run'))! as unknown as { run: string };
    await started.line(({ type }) => type === 'update');
    const { release } = lock(join(run, 'run.sqlite'));
    const said = await started.line(({ type }) => type === 'note');
    expect(said!['text']).toMatch(/^Another program keeps .*run\.sqlite locked\. Nothing is lost; the work waits/);
    expect(recordedRun(run, 'start').updates.length).toBeLessThan(30);
    const refused = await start(home, ['resume', run]).ended; // nor does another take it over
    expectSentence(refused.err, /^Another p(rogram keeps|rocess \().*(nothing was changed|undisturbed)/);
    release();
    const { code, err } = await started.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(recordedRun(run).updates.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
});

it('a question to the locked cache of ratings waits, and what came after it comes after it', async () => {
    const { process, host } = aProcess();
    const memory = ratingMemory({ home, mayWrite: true }, Date.now);
    onTestFinished(() => memory.close());
    expect(memory.answer({ type: 'recall', keys: ['a'] })).toEqual({ type: 'recalled', found: [null] });
    const { release } = lock(join(home, 'ratings.sqlite'));
    const seen: string[] = [];
    const task = startEngine(host, {} as EngineTask, (event) => {
        const answer = memory.answer(event);
        seen.push(event.type);
        return answer;
    });
    task.onEvent((event) => {
        if (event.type === 'note' && event.text.startsWith('Another')) release();
    });
    process.say({ type: 'remember', ratings: [{ key: 'a', rating: '{"x":1}' }] });
    process.say({ type: 'recall', keys: ['a'] });
    process.say({ type: 'paused' });
    expect(seen).toEqual([]);
    expect(await task.ended).toEqual({ kind: 'paused' });
    expect(seen).toEqual(['remember', 'recall', 'paused']);
    expect(process.heard.slice(1)).toEqual([{ type: 'recalled', found: ['{"x":1}'] }]);
});

it('the end of a run waits, too, for its place in the record', async () => {
    const folder = aRunFolder();
    const keeper = keepRun(folder, Date.now, {});
    const { release } = lock(folder.database);
    const said: string[] = [];
    const isNoted = await whenFree(() => keeper.close({ kind: 'paused' }), {
        isWanted: () => true,
        say(text) {
            said.push(text);
            if (said.length === 1) release();
        },
    });
    expect(isNoted).toBe(true);
    expect(said).toEqual([expect.stringContaining('run.sqlite locked'), expect.stringContaining('free again')]);
    expect(stateOf(folder.database)).toBe('paused');
});

it('but not for ever where a person wants to leave', async () => {
    const folder = aRunFolder();
    const keeper = keepRun(folder, () => 1, {}); // its lease is long over
    const { release } = lock(folder.database);
    const isNoted = await whenFree(() => keeper.close({ kind: 'paused' }), { isWanted: () => false, say: () => {} });
    keeper.leave();
    release();
    expect(isNoted).toBe(false);
    expect(stateOf(folder.database)).toBe('interrupted');
});

function stateOf(database: string): string {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return readSummary(db, Date.now()).state;
    } finally {
        db.close();
    }
}
