import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endAttempt } from '../../../src/main/store/run/attempts.ts';
import { releaseLease } from '../../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../../src/main/store/connection/open.ts';
import { changeNotes, readConfig } from '../../../src/main/store/run/run.ts';
import { createRunFolder, dataFolder, runFolders } from '../../../src/main/store/home/run-folder.ts';
import {
    findRun,
    listRuns,
    openWorkshop,
    readSetting,
    writeSetting,
    type ListedRun,
    type Workshop,
} from '../../../src/main/store/home/workshop.ts';
import { aLease, aRunFolder, temporaryFolder } from '../a-run.ts';
import { config, start } from '../records.ts';

function aWorkshop(home: string): Workshop {
    const workshop = openWorkshop(home);
    onTestFinished(() => {
        workshop.db.close();
    });
    return workshop;
}
const told = (listed: readonly ListedRun[]): readonly string[] =>
    listed.map((run) => `${path.basename(run.folder.folder)} ${run.kind === 'run' ? run.summary.state : run.kind}`);

describe('run folders', () => {
    it('are named by UTC date and name, numbered where the name is taken, and safe whatever the name', () => {
        const home = temporaryFolder();
        const names = ['Night Owl!', 'night owl', '../../etc', '', '日本語', 'CON:', 'x'.repeat(300)];
        for (const name of names) aRunFolder(home, name);
        expect(runFolders(home)).toEqual([
            '2026-01-31-con',
            '2026-01-31-etc',
            '2026-01-31-night-owl',
            '2026-01-31-night-owl-2',
            '2026-01-31-run',
            `2026-01-31-${'x'.repeat(60)}`,
            '2026-01-31-日本語',
        ]);
        expect(fs.readdirSync(path.join(home, 'runs')).filter((name) => name.startsWith('.'))).toEqual([]);
    });

    it('hold the whole configuration from the first moment', () => {
        const { database, checkpoints, log } = aRunFolder();
        const db = openRunDatabase(database, { readonly: true });
        expect(readConfig(db)).toEqual(config);
        db.close();
        expect([checkpoints, log].every((place) => fs.existsSync(place))).toBe(true);
    });

    it('leave nothing behind when they cannot be made', () => {
        const home = temporaryFolder();
        const kind = 'dream' as 'learn';
        expect(() => createRunFolder(home, { name: 'a', kind, config }, () => start)).toThrow('of the kind "dream"');
        expect(fs.readdirSync(path.join(home, 'runs'))).toEqual([]);
    });

    it('lie under STORYLOOP_HOME, else under Storyloop at home', () => {
        expect(dataFolder({ STORYLOOP_HOME: '/data/x' })).toBe(path.resolve('/data/x'));
        expect(path.basename(dataFolder({ STORYLOOP_HOME: '' }))).toBe('Storyloop');
    });
});

describe('the list of runs', () => {
    it('shows every folder as it is now, and one that cannot be read with the reason', () => {
        const home = temporaryFolder();
        const lease = aLease(aRunFolder(home, 'a'));
        aRunFolder(home, 'b');
        fs.writeFileSync(aRunFolder(home, 'c').database, 'not a database, but long enough to be looked at'.repeat(50));
        const workshop = aWorkshop(home);
        const list = (now = start): readonly string[] => told(listRuns(workshop, now));
        expect(list()).toEqual(['2026-01-31-a running', '2026-01-31-b paused', '2026-01-31-c unreadable']);
        expect(list(start + 20_000)[0]).toBe('2026-01-31-a interrupted');
        endAttempt(lease, { reason: 'finished', at: start, message: 'done' });
        releaseLease(lease);
        expect(list()[0]).toBe('2026-01-31-a finished');
        changeNotes(lease.db, { name: 'cedar' });
        expect(listRuns(workshop, start)[0]).toMatchObject({ summary: { name: 'cedar' } });
        fs.rmSync(path.join(home, 'runs', '2026-01-31-b'), { recursive: true });
        expect(list()).toEqual(['2026-01-31-a finished', '2026-01-31-c unreadable']);
        workshop.db.exec('DELETE FROM run_folder'); // it forgets what it knew, and looks into every folder again
        expect(list()).toEqual(['2026-01-31-a finished', '2026-01-31-c unreadable']);
    });

    it('finds a run that cannot be read by the name of its folder, and says why', () => {
        const home = temporaryFolder();
        const { database } = aRunFolder(home, 'Über Nacht');
        const header = fs.readFileSync(database).fill(0xa5, 4096); // only its first page is sound
        fs.writeFileSync(database, header);
        for (const ending of ['-wal', '-shm']) fs.rmSync(database + ending, { force: true });
        const workshop = aWorkshop(home);
        expect(() => findRun(workshop, 'Über Nacht', start)).toThrow(/run\.sqlite is damaged .* Restore run\.sqlite/);
        expect(() => findRun(workshop, 'Nacht', start)).toThrow('There is no run "Nacht"');
    });

    it('survives damage to itself: it is set aside and made again', () => {
        const home = temporaryFolder();
        aRunFolder(home, 'a');
        const first = openWorkshop(home);
        writeSetting(first.db, 'theme', { night: true });
        expect(readSetting(first.db, 'theme')).toEqual({ night: true });
        first.db.close();
        fs.writeFileSync(path.join(home, 'workshop.sqlite'), 'scrambled '.repeat(1000));
        const again = aWorkshop(home);
        expect(told(listRuns(again, start))).toEqual(['2026-01-31-a paused']);
        expect(readSetting(again.db, 'theme')).toBeUndefined();
        expect(fs.existsSync(path.join(home, 'workshop.sqlite.damaged'))).toBe(true);
    });

    it('is set aside and made again wherever it is damaged', () => {
        const home = temporaryFolder();
        const file = path.join(home, 'workshop.sqlite');
        aRunFolder(home, 'a');
        const first = openWorkshop(home);
        writeSetting(first.db, 'theme', { night: 'x'.repeat(20_000) });
        listRuns(first, start);
        first.db.close();
        const whole = fs.readFileSync(file);
        for (let at = 100; at < whole.length; at += 1024) {
            const bytes = Buffer.from(whole);
            bytes.fill(0xff, at, Math.min(at + 1024, bytes.length));
            fs.writeFileSync(file, bytes);
            const again = openWorkshop(home);
            expect(told(listRuns(again, start))).toEqual(['2026-01-31-a paused']);
            if (again.damaged !== null) expect(fs.readFileSync(again.damaged)).toEqual(bytes);
            again.db.close();
        }
    });

    it('of another program is left as it is', () => {
        const home = temporaryFolder();
        const file = path.join(home, 'workshop.sqlite');
        const other = new Database(file);
        other.exec('CREATE TABLE mine (a)');
        other.close();
        expect(() => openWorkshop(home)).toThrow('is not a list of runs of Storyloop; it was left as it is');
        expect(fs.readdirSync(home).sort()).toEqual(['runs', 'workshop.sqlite']);
    });

    it('finds the run a person means, by path, folder, id or name', () => {
        const home = temporaryFolder();
        const one = aRunFolder(home, 'owl');
        const two = aRunFolder(home, 'owl');
        const three = aRunFolder(home, 'Red Fox');
        const four = aRunFolder(home, 'Z\u00fcrich 👩\u200d👧');
        const workshop = aWorkshop(home);
        const find = (wanted: string): string => findRun(workshop, wanted, start).folder;
        expect(find(one.folder)).toBe(one.folder);
        expect(find('2026-01-31-owl-2')).toBe(two.folder);
        expect(find('Red Fox')).toBe(three.folder);
        for (const alike of ['Z\u00fcrich 👩\u200d👧', 'Zu\u0308rich 👩👧', '2026-01-31-zu\u0308rich'])
            expect(find(alike)).toBe(four.folder);
        const [listed] = listRuns(workshop, start);
        expect(find(listed!.kind === 'run' ? listed!.summary.id.toLowerCase() : '')).toBe(one.folder);
        expect(() => find('owl')).toThrow('Several runs are called "owl"');
        expect(() => find('cat')).toThrow('There is no run "cat"');
    });
});
