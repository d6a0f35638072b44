import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { episodesIn } from './run/all-episodes.ts';
import { createRunDatabase, openRunDatabase, requireNodeApi } from '../../src/main/store/connection/open.ts';
import { lastUpdate, recordUpdate } from '../../src/main/store/run/updates.ts';
import { faultOf } from '../../src/shared/faults.ts';
import { aLease, aRunFolder, temporaryFolder } from './a-run.ts';
import { anUpdate, episodesOf, ratingsOf } from './records.ts';

/** A finished database file, its log of writes folded in. */
function aDatabase(): string {
    const folder = aRunFolder();
    const lease = aLease(folder);
    for (const number of [1, 2, 3, 4, 5]) {
        const written = episodesOf(number, 60);
        recordUpdate(lease, anUpdate(number, 'w' + number, 60), written, ratingsOf(written));
    }
    lease.db.pragma('wal_checkpoint(TRUNCATE)');
    lease.db.close();
    return folder.database;
}

function alter(file: string, sql: string): void {
    const db = new Database(file);
    db.unsafeMode();
    db.exec(sql);
    db.close();
}

const reader = { readonly: true } as const;
const stranger = { readonly: true, untrusted: true } as const;

describe('opening a file that is not in order', () => {
    it('refuses a missing, empty, foreign or text file in one sentence and leaves it as it was', () => {
        const folder = temporaryFolder();
        const file = (name: string, content: string): string => {
            fs.writeFileSync(path.join(folder, name), content);
            return path.join(folder, name);
        };
        const foreign = path.join(folder, 'foreign.sqlite');
        alter(foreign, 'CREATE TABLE mine (a)');
        const before = fs.readFileSync(foreign);
        expect(() => openRunDatabase(path.join(folder, 'none'), reader)).toThrow('There is no run at');
        expect(() => openRunDatabase(file('empty', ''), reader)).toThrow('is not a run of Storyloop');
        expect(() => openRunDatabase(file('text', 'Once upon a time. '.repeat(100)), { readonly: false })).toThrow(
            'is not a database of Storyloop',
        );
        for (const readonly of [true, false])
            expect(() => openRunDatabase(foreign, { readonly })).toThrow('is not a run of Storyloop');
        expect(fs.readFileSync(foreign)).toEqual(before);
        expect(() => createRunDatabase(foreign)).toThrow('exists already');
        expect(() => openRunDatabase(folder, reader)).toThrow('There is no run at');
    });

    it('refuses a newer version, without changing it', () => {
        const file = aDatabase();
        alter(file, 'PRAGMA user_version = 999');
        const before = fs.readFileSync(file);
        expect(() => openRunDatabase(file, { readonly: false })).toThrow(
            'was written by a newer Storyloop (version 999, this one knows ',
        );
        expect(fs.readFileSync(file)).toEqual(before);
    });

    it('refuses a program whose Node-API is too old, before the native module can crash it', () => {
        for (const version of [undefined, '9']) expect(() => requireNodeApi(version)).toThrow('needs Node-API 10');
        expect(() => requireNodeApi('10')).not.toThrow();
    });

    it('says in words when a file is cut off or overwritten', () => {
        const file = aDatabase();
        const whole = fs.readFileSync(file);
        fs.writeFileSync(file, whole.subarray(0, whole.length / 2));
        expect(() => openRunDatabase(file, stranger)).toThrow(/is damaged .*nothing was/);
        const torn = Buffer.from(whole);
        torn.fill(0xa5, 4096 * 10);
        fs.writeFileSync(file, torn);
        expect(() => openRunDatabase(file, stranger)).toThrow(/is damaged .*nothing was/);
        expect(() => openRunDatabase(file, reader)).toThrow(/is damaged \(.*\); nothing was changed/);
        const scratched = Buffer.from(whole);
        scratched.fill(0xa5, whole.length - 4096 * 20);
        fs.writeFileSync(file, scratched);
        const db = openRunDatabase(file, reader); // its first pages are sound
        expect(() => episodesIn(db)).toThrow(/is damaged \(.*\); nothing was changed/);
        db.close();
    });

    it('reads nothing from a file of somebody else whose schema or rows were altered', () => {
        const attacks = {
            'a trigger': 'CREATE TRIGGER evil AFTER UPDATE ON run BEGIN DELETE FROM update_metrics; END',
            'a changed view':
                'DROP VIEW current_update; CREATE VIEW current_update AS SELECT * FROM update_metrics WHERE 0',
            'a table more': 'CREATE TABLE more (a)',
            'rows without their parent': 'PRAGMA foreign_keys = OFF; UPDATE rating SET episode = 99999 WHERE id = 1',
        };
        for (const [attack, sql] of Object.entries(attacks)) {
            const file = aDatabase();
            alter(file, sql);
            expect(() => openRunDatabase(file, stranger), attack).toThrow(/nothing was read from it/);
        }
        const untouched = openRunDatabase(aDatabase(), stranger);
        expect(lastUpdate(untouched)?.number).toBe(5);
        untouched.close();
    });
});

describe('a disk that is full', () => {
    it('refuses the update whole, keeps all before it, and goes on when there is space again', () => {
        const folder = aRunFolder();
        const lease = aLease(folder);
        const written = episodesOf(1);
        recordUpdate(lease, anUpdate(1), written, ratingsOf(written));
        const pages = Number(lease.db.pragma('page_count', { simple: true }));
        lease.db.pragma(`max_page_count = ${pages + 2}`); // SQLite then says what it says of a full disk
        const many = episodesOf(2, 300);
        let fault: unknown;
        try {
            recordUpdate(lease, anUpdate(2, 'w', 300), many, ratingsOf(many));
        } catch (error) {
            fault = faultOf(error);
        }
        expect(fault).toEqual({ kind: 'disk-full', path: folder.database });
        expect(lastUpdate(lease.db)?.number).toBe(1);
        lease.db.pragma('max_page_count = 1000000');
        expect(recordUpdate(lease, anUpdate(2, 'w', 300), many, ratingsOf(many)).outcome).toBe('stored');
        expect(lease.db.pragma('integrity_check', { simple: true })).toBe('ok');
    });

    it('is the same fault when the file system says it', ({ skip }) => {
        if (!fs.existsSync('/dev/full')) skip('this machine has no /dev/full');
        expect(() => fs.writeFileSync('/dev/full', 'x')).toThrow('ENOSPC');
        try {
            fs.writeFileSync('/dev/full', 'x');
        } catch (error) {
            expect(faultOf(error).kind).toBe('disk-full');
        }
    });
});
