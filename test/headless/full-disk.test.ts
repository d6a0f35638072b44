/** A disk that fills up while a run is under way costs nothing that was recorded. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import { expectSentence, start, succeeding, temporaryHome, tinyLearning } from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
const smallDisk = join(temporaryHome(afterAll));

/** Mounting takes Linux and its root, which a container may not have. */
function mounts(): boolean {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
    try {
        execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', smallDisk], { stdio: 'ignore' });
    } catch {
        return false;
    }
    afterAll(() => {
        execFileSync('/bin/umount', [smallDisk]);
    });
    return true;
}

function fill(path: string): void {
    const file = openSync(path, 'w');
    try {
        for (const block of [1 << 16, 1 << 12, 1]) while (writesAll(file, Buffer.alloc(block)));
    } finally {
        closeSync(file);
    }
}

function writesAll(file: number, block: Buffer): boolean {
    try {
        return writeSync(file, block) === block.length;
    } catch {
        return false;
    }
}

it.skipIf(!mounts())(
    'pauses when the disk is full and goes on once there is room (needs root, to mount a small disk)',
    async () => {
        const checkpoint = await readyStudent(home);
        const learning = ['learn', '--from', checkpoint, ...tinyLearning, '--budget-updates', '30'];
        const undisturbed = await succeeding(home, ...learning);

        const started = start(smallDisk, learning);
        await started.line(({ type }) => type === 'update');
        fill(join(smallDisk, 'filler'));
        const { code, err, lines } = await started.ended;
        expectSentence(
            err,
            /^The disk is full \(.*\); everything recorded before is safe\. Free some space, then resume the run\.$/m,
        );
        expect({ code, last: lines.at(-1) }).toMatchObject({ code: 1, last: { type: 'fault', kind: 'disk-full' } });
        const folder = lines[0]!['run'] as string;
        const recorded = recordedRun(folder, 'start').updates.length;
        expect(recorded).toBeGreaterThanOrEqual(lines.filter(({ type }) => type === 'update').length);
        expect(recorded).toBeLessThan(30);

        // nor can another begin
        const refused = await start(smallDisk, ['learn', '--from', checkpoint, ...tinyLearning]).ended;
        expectSentence(refused.err, /^The disk is full/);
        const there = join(smallDisk, 'out');
        const before = readdirSync(smallDisk, { recursive: true }).sort();
        for (const [data, args] of [
            [home, ['export', undisturbed['run'] as string, '--what', 'all', '--to', there]],
            [smallDisk, ['import', undisturbed['run'] as string]],
        ] as const) {
            const exchange = await start(data, [...args, '--json']).ended;
            expectSentence(
                exchange.err,
                /^The disk is full \(.*\); (nothing was left behind|everything recorded before is safe)/m,
            );
            expect(readdirSync(smallDisk, { recursive: true }).sort()).toEqual(before);
        }

        rmSync(join(smallDisk, 'filler'));
        await succeeding(smallDisk, 'resume', folder, '--json');
        expect(recordedRun(folder)).toEqual(recordedRun(undisturbed['run'] as string));
    },
);
