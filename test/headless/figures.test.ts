/** `figures`: pictures, numbers and captions of a run, and published results that may be anything. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import { storyloopHere, succeeding, temporaryHome, tinyLearning } from './command-line.ts';

const published = {
    checkpoints_M: [20, 90],
    score_before_10batches: [0.1, 0.7],
    score_after_10batches: [0.2, 2.3],
    length_before_approx: [30, 38],
    length_after_approx: [88, 86],
    nats_per_token_start_approx: [5.6, 4.5],
    nats_per_token_end_approx: [5.8, 4.4],
    babylm: { metrics: ['BLiMP', 'Wug'], before: [77, 0.5], note: 'no list' },
};

it('draws what a run has, beside what was published, and refuses a file that is none', async () => {
    const home = temporaryHome();
    await readyStudent(home);
    await succeeding(home, 'learn', '--from', 'tiny', '--name', 'taught', ...tinyLearning);
    const file = (name: string, text: string): string => {
        writeFileSync(join(home, name), text);
        return join(home, name);
    };
    const out = join(home, 'out');
    const draw = ['figures', 'taught', '--out', out];
    const good = file('good.json', JSON.stringify(published));
    for (const [bad, why] of [
        [file('text.json', 'Once upon a time'), /is no JSON; nothing was drawn/u],
        [
            file('short.json', JSON.stringify({ ...published, length_after_approx: [1] })),
            /length_after_approx: has another/u,
        ],
        [file('odd.json', JSON.stringify({ ...published, checkpoints_M: ['20'] })), /does not hold published results/u],
        [join(home, 'nowhere.json'), /is no file; nothing was drawn/u],
    ] as const) {
        const { code, err } = await storyloopHere(home, ...draw, '--published', bad);
        expect(code).toBe(1);
        expect(err).toMatch(why);
    }

    const { code, out: said } = await storyloopHere(home, ...draw, '--published', good);
    expect(code).toBe(0);
    expect(said).toMatch(/\d figures in/u);
    const names = readdirSync(out);
    for (const id of ['dynamics', 'surface', 'phase', 'shares', 'entropy'])
        for (const ending of ['svg', 'csv', 'txt']) expect(names).toContain(`${id}.${ending}`);
    expect(readFileSync(join(out, 'phase.svg'), 'utf8')).toContain('published, 90 M words');
    expect(readFileSync(join(out, 'dynamics.csv'), 'utf8').trim().split('\n')).toHaveLength(4); // three updates
    const shares = readFileSync(join(out, 'shares.csv'), 'utf8').trim().split('\n').slice(1);
    const total = shares.reduce((sum, line) => sum + Number(line.split(',').at(-1)), 0);
    expect(total).toBeCloseTo(9, 6); // three updates, three criteria

    mkdirSync(join(home, 'full'));
    writeFileSync(join(home, 'full/mine.txt'), 'mine');
    const { err } = await storyloopHere(home, 'figures', 'taught', '--out', join(home, 'full'));
    expect(err).toContain('holds something already; nothing was drawn.');
});
