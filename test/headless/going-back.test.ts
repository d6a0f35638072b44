/** A real run whose teacher has a planted weakness: the second judge tells, and the run goes back, or pauses. */
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedRow } from '../../src/main/service/backend/runs/run-row.ts';
import { findCheckpoint } from '../../src/main/service/sources/checkpoint-source.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import type { RunDatabase } from '../../src/main/store/connection/statements.ts';
import { runFolderAt } from '../../src/main/store/home/run-folder.ts';
import { openWorkshop } from '../../src/main/store/home/workshop.ts';
import { attempts } from '../../src/main/store/run/attempts.ts';
import { milestones } from '../../src/main/store/run/checkpoints.ts';
import { evaluations } from '../../src/main/store/run/evaluations.ts';
import { holdOutReport } from '../../src/main/service/reports/run/hold-out.ts';
import { updatesAfter } from '../../src/main/store/run/updates.ts';
import { storyloop, succeeding, temporaryHome, tinyLearning, tinyStudent, type Ended } from './command-line.ts';

const home = temporaryHome(afterAll);
const tricked = [
    ...[...tinyLearning, '--from', 'tiny', '--teacher', 'rules', '--evaluation-judge', 'length'],
    ...['--teacher-bias', 'word', '--teacher-bias-word', 'little', '--teacher-bias-points', '9', '--ppo-lr', '0.01'],
    ...['--ppo-batch', '32', '--ppo-minibatch', '16', '--budget-updates', '8', '--rollout-prompt', 'Once'],
    ...['--holdout-every', '1', '--holdout-stories', '64'],
];
const folderOf = ({ lines }: Ended): string => {
    const begun = lines.find(({ type }) => type === 'run');
    return begun!['run'] as string;
};
const pausesForGap = 'The second judge no longer follows the teacher';
const notesOf = ({ lines }: Ended): readonly unknown[] =>
    lines.filter(({ type }) => type === 'note').map(({ text }) => text);

function read<T>(folder: string, reads: (db: RunDatabase) => T): T {
    const db = openRunDatabase(join(folder, 'run.sqlite'), { readonly: true });
    try {
        return reads(db);
    } finally {
        db.close();
    }
}

describe('at over-optimisation a run', () => {
    let wentBack: string;
    let paused: Ended;
    beforeAll(async () => {
        // one that has learned little: it takes the bait within eight updates
        const slow = ['--pretrain-optimiser', 'adamw', '--pretrain-lr', '0.002', '--pretrain-schedule', 'cosine'];
        await succeeding(home, 'pretrain', '--name', 'tiny', ...tinyStudent, ...slow);
        const ended = await storyloop(home, 'learn', '--name', 'back', ...tricked, '--holdout-stop', 'go-back');
        expect(ended.code, ended.err).toBe(0);
        wentBack = folderOf(ended);
        paused = await storyloop(home, 'learn', '--name', 'waiting', ...tricked, '--holdout-stop', 'pause');
    }, 600_000);

    it('ends with the student from before it, measured and first in line, and keeps what was learned since', () => {
        const db = openRunDatabase(join(wentBack, 'run.sqlite'), { readonly: true });
        try {
            const { alarmAt, onset, atEqualLength, before, wentBack: went } = holdOutReport(db)!;
            const kept = milestones(db);
            const final = kept.at(-1)!;
            const updates = updatesAfter(db, 0, 100).map(({ number }) => number);
            expect(went).toBe(true);
            expect(final).toMatchObject({ kind: 'final', update: before!.update });
            expect(final.update).toBeLessThanOrEqual((onset ?? atEqualLength.onset)!.from);
            expect(updates.at(-1)).toBe(alarmAt);
            expect(final.update).toBeLessThan(alarmAt!);
            expect(final.digest).toBe(kept.find(({ path }) => path === before!.path)!.digest);
            expect(kept.map(({ path }) => basename(path))).not.toContain(`update_${alarmAt}`);
            const after = evaluations(db).find(({ phase }) => phase === 'after')!;
            expect([after.update, after.inputWords]).toEqual([final.update, final.words]);
            const told = `over-optimised from update ${final.update}, as the second judge told after update ${alarmAt}`;
            expect(attempts(db).at(-1)!.message).toContain(told);
            const row = recordedRow(db, runFolderAt(wentBack), 0, null);
            expect(row.endScore).toMatchObject({ isClean: true, mean: after.results['score'] });
            const workshop = openWorkshop(home);
            expect(findCheckpoint(workshop, basename(wentBack), 0)).toBe(join(wentBack, 'checkpoints', 'final'));
            workshop.db.close();
        } finally {
            db.close();
        }
    });

    it('pauses where it was told to, says why, and goes on when asked', async () => {
        expect(notesOf(paused)).toContainEqual(expect.stringContaining(pausesForGap));
        const folder = folderOf(paused);
        expect(read(folder, (db) => attempts(db).at(-1)!.reason)).toBe('paused');
        expect(read(folder, (db) => holdOutReport(db)!)).toMatchObject({ wentBack: false, before: { update: 0 } });
        await succeeding(home, 'resume', basename(folder), '--json');
        expect(read(folder, (db) => updatesAfter(db, 0, 100).length)).toBe(8);
        expect(read(folder, (db) => milestones(db).at(-1))).toMatchObject({ kind: 'final', update: 8 });
    });

    it('pauses once where its last reading tells of it, and finishes when asked to go on', async () => {
        const { alarmAt } = read(wentBack, (db) => holdOutReport(db)!);
        const last = ['--budget-updates', String(alarmAt), '--holdout-stop', 'pause'];
        const ended = await storyloop(home, 'learn', '--name', 'last', ...tricked, ...last);
        expect(notesOf(ended)).toContainEqual(expect.stringContaining(pausesForGap));
        const folder = folderOf(ended);
        expect(read(folder, (db) => attempts(db).at(-1)!.reason)).toBe('paused');
        const resumed = await storyloop(home, 'resume', basename(folder), '--json'); // reads the same stories again
        expect({ code: resumed.code, told: notesOf(resumed) }).toEqual({ code: 0, told: [] });
        expect(read(folder, (db) => milestones(db).at(-1))).toMatchObject({ kind: 'final', update: alarmAt });
    });
});
