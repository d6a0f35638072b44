/** What is only looked at needs no right to write, and what cannot be made ends in a sentence. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    oneThread,
    start,
    storyloop,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
    tinyStudent,
} from './command-line.ts';

const disk = temporaryHome(afterAll);
const home = join(disk, 'data');
const elsewhere = temporaryHome(afterAll);
const writing = [...tinyStories, ...oneThread, '--json'];

/** Mounting takes Linux and its root, which a container may not have. */
function mount(...options: readonly string[]): boolean {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
    try {
        execFileSync('/bin/mount', [...options, disk], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}
const mounts = mount('-t', 'tmpfs', '-o', 'size=60m', 'tmpfs');
if (mounts)
    afterAll(() => {
        execFileSync('/bin/umount', [disk]);
    });

describe.skipIf(!mounts)('on a disk that may only be read (needs root, to mount one)', () => {
    let run = '';
    beforeAll(async () => {
        mkdirSync(home);
        const checkpoint = await readyStudent(home);
        const learning = ['learn', '--from', checkpoint, ...tinyLearning, '--name', 'archived'];
        run = (await succeeding(home, ...learning))['run'] as string;
        for (const ending of ['-wal', '-shm']) rmSync(join(run, `run.sqlite${ending}`), { force: true });

        const older = join(home, 'runs', 'older');
        cpSync(run, older, { recursive: true });
        const db = new Database(join(older, 'run.sqlite'));
        const readings = ['current_guard_reading', 'current_holdout_reading'];
        for (const view of ['run_teacher', 'teacher_rating', 'rated_sample', 'rated_episode', ...readings])
            db.exec(`DROP VIEW ${view}`);
        db.exec(`UPDATE run SET name = 'older';
            DROP TABLE holdout_story; DROP TABLE holdout_reading;
            DROP TABLE guard_score; DROP TABLE guard_reading; DROP TABLE guard_pair;
            ALTER TABLE rating DROP COLUMN entropy; ALTER TABLE rating DROP COLUMN disagreement;
            ALTER TABLE rater DROP COLUMN details; PRAGMA user_version = 1;`);
        db.close();

        const crashed = join(home, 'runs', 'crashed'); // its last writes lie in the log of writes
        cpSync(run, crashed, { recursive: true });
        const open = new Database(join(crashed, 'run.sqlite'));
        open.exec(`UPDATE run SET name = 'crashed'`);
        cpSync(crashed, `${crashed}-2`, { recursive: true });
        open.close();
        rmSync(crashed, { recursive: true });
        rmSync(join(`${crashed}-2`, 'run.sqlite-shm'));
        renameSync(`${crashed}-2`, crashed);

        const stray = join(home, 'stray'); // a checkpoint two folders below something that is no run
        cpSync(join(run, 'checkpoints'), join(stray, 'checkpoints'), { recursive: true });
        writeFileSync(join(stray, 'run.sqlite'), 'not a database');
        expect(mount('-o', 'remount,ro')).toBe(true);
    });

    it('runs are listed, and one that cannot be is told by name with a way out', async () => {
        const { code, lines } = await storyloop(home, 'runs', '--json');
        expect(code).toBe(0);
        expect(lines.filter(({ type }) => type === 'run').map(({ name, state }) => [name, state])).toEqual([
            ['archived', 'finished'],
            ['tiny', 'finished'],
            ['older', 'finished'],
        ]);
        const [crashed] = lines.filter(({ type }) => type === 'unreadable');
        expect(crashed!['problem']).toMatch(/crashed.run\.sqlite is read-only here, .*-wal; nothing was changed/);
        const imported = await succeeding(elsewhere, 'import', join(home, 'runs', 'crashed'), '--json');
        expect(imported).toMatchObject({ name: 'crashed' });
    });

    it.each(['archived', 'older'])('the student of %s tells stories and is evaluated', async (name) => {
        const told = await storyloop(home, 'tell', '--from', name, '--stories', '1', ...writing);
        expect({ code: told.code, err: told.err }).toEqual({ code: 0, err: '' });
        const judged = await storyloop(home, 'evaluate', '--from', name, '--evaluation-stories', '2', ...writing);
        expect({ code: judged.code, err: judged.err }).toEqual({ code: 0, err: '' });
    });

    it('a checkpoint needs no database', async () => {
        for (const folder of ['runs/crashed', 'stray']) {
            const from = join(home, folder, 'checkpoints', 'final');
            const told = await storyloop(elsewhere, 'tell', '--from', from, '--stories', '1', ...writing);
            expect({ code: told.code, err: told.err }).toEqual({ code: 0, err: '' });
        }
    });

    it('a run is exported elsewhere, and taken as a start from elsewhere', async () => {
        for (const [name, what] of [
            ['archived', 'all'],
            ['older', 'episodes'],
        ] as const)
            await succeeding(home, 'export', name, '--what', what, '--to', join(elsewhere, 'out', name), '--json');
        await succeeding(elsewhere, 'learn', '--from', run, ...tinyLearning, '--budget-updates', '1');
    });

    it('what writes is refused in a sentence and leaves nothing', async () => {
        const before = readdirSync(disk, { recursive: true });
        const onlyRead = /is read-only( here)?, so nothing was changed\. (Set STORYLOOP_HOME|Allow writing)/;
        for (const args of [
            ['learn', '--from', 'archived', ...tinyLearning],
            ['pretrain', ...tinyStudent],
            ['import', run],
            ['sets', 'make', 'archived', '--name', 'mine'],
            ['models', 'add', join(import.meta.dirname, '../../resources/probe/random-llama.gguf')],
            ['rescore', 'archived', '--teacher', 'length'],
        ]) {
            const { code, err } = await storyloop(home, ...args);
            expect([args[0], code]).toEqual([args[0], 1]);
            expectSentence(err, onlyRead);
        }
        const { code, err } = await storyloop(elsewhere, 'export', run, '--what', 'card', '--to', join(disk, 'out'));
        expectSentence(
            err,
            /^The folder .* cannot be made \(its disk is read-only\)|.* cannot be used: its disk is read-only/,
        );
        expect({ code, files: readdirSync(disk, { recursive: true }) }).toEqual({ code: 1, files: before });
    });
});

describe.skipIf(process.platform !== 'linux')('where no folder can be made', () => {
    it.each(['/proc/nope', '/proc/nope/deeper', '/dev/null/x', `/tmp/${'long'.repeat(80)}`])(
        '%s ends in a sentence',
        async (place) => {
            const began = start(place, ['runs']);
            const { code, err } = await began.ended;
            expectSentence(err, /^The data folder .* cannot be made or written to \(.*\); nothing was changed\./);
            expect(code).toBe(1);
        },
    );
});
