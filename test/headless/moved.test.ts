/** The folder of a run that is renamed, moved away or deleted while the run is at work. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    runsIn,
    start,
    storyloop,
    succeeding,
    temporaryHome,
    tinyLearning,
    type Ended,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
const isLinux = process.platform === 'linux';
let checkpoint = '';
beforeAll(async () => {
    checkpoint = await readyStudent(home);
});

/** Lets a run record its first update, does something to its folder, and waits for its end. */
async function disturbed(act: (run: string) => void): Promise<Ended & { readonly run: string }> {
    const started = start(home, ['learn', '--from', checkpoint, ...tinyLearning, '--budget-updates', '60']);
    const { run } = (await started.line(({ type }) => type === 'run'))! as unknown as { run: string };
    await started.line(({ type }) => type === 'update');
    act(run);
    return { ...(await started.ended), run };
}

describe.skipIf(process.platform === 'win32')('the folder of a run at work', () => {
    it.each([
        ['renamed', () => join(home, 'runs', 'elsewhere')],
        [
            'put into a bin',
            () => {
                const bin = join(home, 'bin', 'files');
                mkdirSync(bin, { recursive: true });
                return join(bin, 'learning.2');
            },
        ],
    ])('is %s: the run pauses, loses nothing and goes on there', async (_, place) => {
        const there = place();
        const { code, err, lines } = await disturbed((run) => renameSync(run, there));
        expectSentence(err, /^The run’s folder was moved.* while the run was at work; the run is paused/);
        if (isLinux) expect(err).toContain(`moved to ${there} while`);
        expect({ code, last: lines.at(-1) }).toMatchObject({
            code: 1,
            last: { type: 'fault', kind: 'run-folder-moved' },
        });
        const recorded = recordedRun(there, 'start').updates.length;
        expect(recorded).toBeGreaterThanOrEqual(lines.filter(({ type }) => type === 'update').length);
        expect(recorded).toBeLessThan(60);
        const listed = (await storyloop(home, 'runs', '--json')).lines.find(({ run }) => run === there);
        if (there.startsWith(join(home, 'runs'))) expect(listed).toMatchObject({ state: 'paused' });
        await succeeding(home, 'resume', there, '--json');
        expect(recordedRun(there).updates).toHaveLength(60);
    });

    it.each([
        ['deleted', (run: string) => rmSync(run, { recursive: true, maxRetries: 5 })],
        ['emptied', (run: string) => rmSync(join(run, 'run.sqlite'))],
    ])('is %s: nobody says that all is safe', async (_, act) => {
        const { code, err, run } = await disturbed(act);
        expectSentence(err, /^The run’s folder was deleted while the run was at work .* its record is gone;/);
        expect(err).not.toMatch(/resume|nothing is lost/i);
        expect(code).toBe(1);
        rmSync(run, { recursive: true, force: true });
        expect(runsIn(home)).not.toContain(run);
    });
});
