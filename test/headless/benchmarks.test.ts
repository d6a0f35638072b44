/** `evaluate --tasks` and `benchmarks`: read, paused, gone on with, counted and taken out, on texts of our own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderOf, pairs, tracked } from '../support/benchmark-folder.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    oneThread,
    start,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
} from './command-line.ts';

it('reads what is there, says what is not or too long, counts it and takes it out', async () => {
    const home = temporaryHome();
    const data = folderOf(home, {
        'full_eval/blimp_filtered/own_agreement.jsonl': `${pairs(60)}\nthis is no line of JSON\n`,
        'full_eval/entity_tracking/regular.jsonl': tracked(40),
        'full_eval/notes.txt': 'Nothing that anybody reads.',
    });
    const { code, out, err } = await storyloop(home, 'evaluate', '--tasks', data, ...oneThread);
    expect(code).toBe(0);
    expect(out).toMatch(/BLiMP +\d+\.\d +\[\d+\.\d, \d+\.\d\] +50 +60 +0/u);
    expect(out).toMatch(/Entity tracking .* 20 +30 /u);
    expect(out).toContain('10 items are longer than this student reads and are left out.');
    expect(err).toContain('own_agreement.jsonl');

    const { lines } = await storyloopHere(home, 'benchmarks', 'show', 'shipped', '--counting', 'official', '--json');
    expect(lines.map(({ task, items, chance }) => ({ task, items, chance }))).toEqual([
        { task: 'blimp', items: 60, chance: 50 },
        { task: 'entity_tracking', items: 30, chance: 20 },
    ]);

    await succeeding(home, 'benchmarks', 'export', 'shipped', '--to', join(home, 'out'), '--json');
    const file = join(home, 'out/results/shipped/main/zero_shot/causal/blimp/blimp_filtered/predictions.json');
    const { own_agreement: predictions } = JSON.parse(readFileSync(file, 'utf8')) as Record<
        string,
        { readonly predictions: readonly { readonly id: string; readonly pred: string }[] }
    >;
    expect(predictions!.predictions).toHaveLength(60);
    expect(predictions!.predictions[7]!.id).toBe('own_agreement_7');
    const right = predictions!.predictions.filter(({ pred }) => pred.includes(' sleep ')).length;
    expect(lines[0]!['score']).toBeCloseTo((100 * right) / 60, 9);
});

it('goes on where it was paused, to the same numbers', async () => {
    const home = temporaryHome();
    const student = await readyStudent(home); // tiny: what it reads in a second is more than a stretch
    const data = folderOf(home, { 'blimp_filtered/own_agreement.jsonl': pairs(12_000) });
    const command = ['evaluate', '--from', student, '--tasks', data, '--json', ...oneThread];
    const started = start(home, command);
    await started.line(({ type, done }) => type === 'progress' && (done as number) > 0);
    started.process.kill('SIGINT');
    expect((await started.ended).code).toBe(130);
    const { lines: listed } = await storyloopHere(home, 'benchmarks', '--json');
    const [{ done }] = listed[0]!['tasks'] as [{ done: number }];
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(12_000);
    const score = await succeeding(home, ...command);
    expect(score).toMatchObject({ type: 'score', task: 'blimp', items: 12_000 });
    expect((await storyloopHere(home, 'benchmarks', '--json')).lines).toHaveLength(1);

    const undisturbed = await succeeding(home, ...command); // the first is finished: this one begins anew
    expect((await storyloopHere(home, 'benchmarks', '--json')).lines).toHaveLength(2);
    expect({ ...undisturbed, benchmark: '' }).toEqual({ ...score, benchmark: '' });
});

it('compares two students item by item, in words', async () => {
    const home = temporaryHome();
    const data = folderOf(home, { 'blimp_filtered/own_agreement.jsonl': pairs(80) });
    const read = ['evaluate', '--tasks', data, '--json', ...oneThread];
    const [one, other] = [await succeeding(home, ...read), await succeeding(home, ...read)];
    const ids = [one['benchmark'], other['benchmark']] as string[];
    const { out } = await storyloopHere(home, 'benchmarks', 'compare', ...ids);
    expect(out).toMatch(
        /BLiMP went from (\d+\.\d) to \1 \(0 \[0, 0\], 80 pairs; p 1\.00\): the difference could be chance\./u,
    );
    const odd = await storyloopHere(home, 'benchmarks', 'compare', ids[0]!);
    expectSentence(odd.err, /^Benchmarks are compared in pairs/u);
});

it.each([
    ['a folder that is not there', ['--tasks', '/nowhere'], /^There is no folder/u],
    ['a task that nobody knows', ['--tasks', '.', '--only', 'chess'], /^--only cannot hold "chess"/u],
])('refuses %s in one sentence and keeps nothing', async (_, options, sentence) => {
    const home = temporaryHome();
    const { code, err } = await storyloopHere(home, 'evaluate', ...options);
    expect(code).toBe(1);
    expectSentence(err, sentence);
    expect((await storyloopHere(home, 'benchmarks', '--json')).lines).toEqual([]);
});

it('reads pairs of its own without a folder, and the shipped student knows most of what they ask', async () => {
    const home = temporaryHome();
    const score = await succeeding(home, 'evaluate', '--only', 'grammar', '--json', ...oneThread);
    expect(score).toMatchObject({ type: 'score', task: 'grammar', items: 400, chance: 50 });
    const groups = score['groups'] as readonly { interval: { low: number } }[];
    expect(groups.filter(({ interval }) => interval.low > 50).length).toBeGreaterThanOrEqual(6);

    const refused = await storyloopHere(home, 'evaluate', '--only', 'blimp');
    expect(refused.code).not.toBe(0);
    expectSentence(refused.err, /--only chooses among the tasks of a folder/u);
});
