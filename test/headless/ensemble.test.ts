/** A run with several teachers: it learns from their mean, and what each of them said can be looked at. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readAll } from '../../src/main/store/connection/statements.ts';
import { readyStudent } from '../support/ready-student.ts';
import { storyloop, succeeding, temporaryHome, tinyLearning } from './command-line.ts';

const home = temporaryHome(afterAll);
let run = '';
let judges: unknown;
beforeAll(async () => {
    const checkpoint = await readyStudent(home);
    const learning = ['--teacher', 'rules+random', ...tinyLearning, '--evaluation-judge', 'length'];
    const end = await succeeding(home, 'learn', '--from', checkpoint, '--name', 'both', ...learning);
    run = end['run'] as string;
    judges = end['judges'];
});

function read<Row>(sql: string): readonly Row[] {
    const db = openRunDatabase(join(run, 'run.sqlite'), { readonly: true });
    try {
        return readAll<Row>(db, sql);
    } finally {
        db.close();
    }
}

it('keeps the ratings of each member beside the mean that was paid', () => {
    const apart = read<{ mean: number; members: number; spread: number; half: number; count: number }>(
        `SELECT mean.total AS mean, avg(member.total) AS members, mean.disagreement AS spread, count(*) AS count,
             (max(member.total) - min(member.total)) / 2 AS half
         FROM rating AS mean JOIN rating AS member
             ON (member.episode = mean.episode OR member.sample = mean.sample) AND member.rater IN ('rules', 'random')
         WHERE mean.rater LIKE 'ensemble-%' GROUP BY mean.id`,
    );
    expect(apart).toHaveLength(3 * 8 + 2 * 8);
    for (const { mean, members, spread, half, count } of apart) {
        expect(count).toBe(2);
        expect(mean).toBeCloseTo(members, 9);
        expect(spread).toBeCloseTo(half, 9);
    }
    expect(new Set(apart.map(({ spread }) => spread)).size).toBeGreaterThan(20);
});

it('is judged by somebody who rewarded nothing, and by no member', () => {
    expect(judges).toMatchObject([{ name: 'length', pairs: 8, most: 9 }]);
    const [counted] = read<{ stories: number }>("SELECT count(*) AS stories FROM rating WHERE rater = 'length'");
    expect(counted).toEqual({ stories: 16 });
});

it('is judged by the mean alone: lists, sums and people’s agreement see each teacher as who it is', async () => {
    const [first] = read<{ rater: string }>('SELECT rater FROM rating ORDER BY id LIMIT 1');
    expect(first!.rater).toMatch(/^ensemble-[0-9a-f]{12}$/);
    const means = read<{ number: number; recorded: number; mean: number }>(
        `SELECT recorded.number, recorded.score_mean AS recorded, avg(rating.total) AS mean
         FROM current_update AS recorded JOIN episode ON episode.update_id = recorded.id
         JOIN rating ON rating.episode = episode.id AND rating.rater LIKE 'ensemble-%' GROUP BY recorded.number`,
    );
    expect(means).toHaveLength(3);
    for (const { recorded, mean } of means) expect(recorded).toBeCloseTo(mean, 6);
    const { lines } = await storyloop(home, 'runs', '--json');
    expect(lines.find(({ name }) => name === 'both')).toMatchObject({ state: 'finished' });
});
