/** A disk that is full while something is exported: one fault, nothing under any name, and the run as it was. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { faultOf } from '../../src/shared/faults.ts';
import { shippedStudentFolder } from '../parity/shipped-student.ts';
import { aLease, aRunFolder } from '../store/a-run.ts';
import { anUpdate, episodesOf, ratingsOf } from '../store/records.ts';
import { exporting } from './jobs.ts';

const smallDisk = mkdtempSync(join(tmpdir(), 'storyloop-small-disk-'));
afterAll(() => rmSync(smallDisk, { recursive: true, force: true }));

/** Mounting takes Linux and its root, which a container may not have. */
function mounts(): boolean {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
    try {
        execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', smallDisk], { stdio: 'ignore' });
    } catch {
        return false;
    }
    afterAll(() => {
        execFileSync('/bin/umount', [smallDisk]);
    });
    return true;
}

/** Leaves room for a folder and a beginning. */
function fillBut(kilobytes: number): void {
    const file = openSync(join(smallDisk, 'filler'), 'w');
    for (let written = 0; written < 2048 - kilobytes; written += 4) writeSync(file, Buffer.alloc(4096));
    closeSync(file);
}

function incompressible(number: number): string {
    return [1, 2, 3].map((part) => createHash('sha256').update(`${number} ${part}`).digest('hex')).join('');
}

it.skipIf(!mounts())('leaves nothing behind in any format (needs root, to mount a small disk)', async () => {
    const { database } = aRunFolder();
    const lease = aLease({ folder: '', database, checkpoints: '', log: '' });
    const written = episodesOf(1, 400).map((episode) => ({ ...episode, story: incompressible(episode.number) }));
    recordUpdate(lease, anUpdate(1, 'w', 400), written, ratingsOf(written));
    fillBut(32);
    const parts = [
        { what: 'database', as: 'sqlite' },
        { what: 'episodes', as: 'csv' },
        { what: 'episodes', as: 'jsonl' },
        { what: 'ratings', as: 'parquet' },
        { what: 'episodes', as: 'authors' },
        { what: 'student', as: 'hf' },
        { what: 'student', as: 'gguf' },
    ] as const;
    const checkpoint = shippedStudentFolder();
    for (const part of parts) {
        const error: unknown = await exporting(database, [part], join(smallDisk, 'out'), { checkpoint }).catch(
            (reason: unknown) => reason,
        );
        expect({ ...part, fault: faultOf(error).kind, left: readdirSync(smallDisk) }).toEqual({
            ...part,
            fault: 'disk-full',
            left: ['filler'],
        });
    }
});
