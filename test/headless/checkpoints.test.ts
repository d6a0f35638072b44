/** `evaluate --run`: every kept checkpoint once, by a teacher and by benchmarks, and never the same work twice. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readyStudent } from '../support/ready-student.ts';
import {
    oneThread,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStudent,
} from './command-line.ts';

const evaluated = ({ lines }: Awaited<ReturnType<typeof storyloop>>): unknown[] =>
    lines
        .filter(({ type }) => type === 'evaluated')
        .map(({ run, checkpoint, feedbackWords, wasThere }) => [run, checkpoint, feedbackWords, wasThere]);

const pairs = (verb: string): string =>
    Array.from({ length: 12 }, (_, i) =>
        JSON.stringify({
            sentence_good: `The ${i} owls ${verb}.`,
            sentence_bad: `The ${i} owls ${verb}s.`,
            field: 'morphology',
            linguistics_term: 'agreement',
            UID: verb,
            pairID: `${i}`,
        }),
    ).join('\n');

it('evaluates what is not there yet, checkpoint by checkpoint', async () => {
    const home = temporaryHome();
    await readyStudent(home);
    await succeeding(home, 'learn', '--from', 'tiny', '--name', 'taught', ...tinyLearning);
    const command = ['evaluate', '--run', 'tiny', 'taught', '--preset', 'quick', '--json', ...oneThread];

    const stories = [...command, '--evaluation-stories', '8']; // prompt and length are the learning run's
    const first = await storyloop(home, ...stories);
    expect(first.code).toBe(0);
    const words = (first.lines.at(-1) as unknown as { feedbackWords: number }).feedbackWords;
    expect(words).toBeGreaterThan(0);
    const checkpoints = [
        ['tiny', 'final', 0],
        ['taught', 'start', 0], // the temperature of learning is in its weights
        ['taught', 'final', words],
    ];
    expect(evaluated(first)).toEqual(checkpoints.map((each) => [...each, false]));
    expect(evaluated(await storyloop(home, ...stories))).toEqual(checkpoints.map((each) => [...each, true]));
    const others = await storyloop(home, ...stories, '--evaluation-seed', '7');
    expect(evaluated(others)).toEqual(checkpoints.map((each) => [...each, false]));

    const data = join(home, 'evaluation_data');
    mkdirSync(join(data, 'blimp_filtered'), { recursive: true });
    writeFileSync(join(data, 'blimp_filtered/one.jsonl'), pairs('sleep'));
    const tasks = [...command, '--tasks', data];
    expect(evaluated(await storyloop(home, ...tasks))).toEqual(checkpoints.map((each) => [...each, false]));
    expect(evaluated(await storyloop(home, ...tasks))).toEqual(checkpoints.map((each) => [...each, true]));
    expect((await storyloopHere(home, 'benchmarks', '--json')).lines).toHaveLength(3);
});

it('shows checkpoints as series, and what feedback was worth in words of reading', async () => {
    const home = temporaryHome();
    await readyStudent(home);
    await succeeding(home, 'learn', '--from', 'tiny', '--name', 'taught', ...tinyLearning);
    const alone = await storyloopHere(home, 'benchmarks', 'equivalence', 'tiny');
    expect(alone.err).toMatch(
        /^Fewer than two checkpoints of these runs were measured alike|^Of checkpoints that only read/u,
    );

    const longer = [...tinyStudent, '--pretrain-epochs', '6'];
    expect((await storyloop(home, 'pretrain', '--name', 'longer', ...longer)).code).toBe(0);
    const evaluate = ['evaluate', '--run', 'tiny', 'longer', 'taught', '--preset', 'quick', '--json', ...oneThread];
    await succeeding(home, ...evaluate, '--evaluation-stories', '20');

    const { lines } = await storyloopHere(home, 'benchmarks', 'series', 'tiny', 'longer', 'taught', '--json');
    const points = lines.map((line) => (line as unknown as { points: { update: number; change: unknown }[] }).points);
    expect(points.map(({ length }) => length)).toEqual([1, 1, 2]); // one seed each: no series of seeds
    expect(points.flat().map(({ change }) => change !== null)).toEqual([false, false, false, true]);

    const table = join(home, 'worth.csv');
    const { out, code } = await storyloopHere(home, 'benchmarks', 'equivalence', 'tiny', 'longer', '--csv', table);
    expect(code).toBe(0);
    expect(out).toMatch(/words of feedback after [\d.]+ k words of reading (brought|left) the teacher’s score/u);
    expect(out).toMatch(/FLOP .* ≙ .*\[.*, .*\]/u);
    const [header, row, ...rest] = readFileSync(table, 'utf8').trim().split('\n');
    expect(rest).toEqual([]);
    expect(row!.split(',')).toHaveLength(header!.split(',').length);
    expect((await storyloopHere(home, 'benchmarks', 'equivalence', 'tiny', 'longer', '--csv', table)).err).toContain(
        'is there already; it was left as it is.',
    );
    expect((await storyloopHere(home, 'benchmarks', 'series', 'tiny', '--of', 'chess')).code).toBe(1);
});

it('refuses a run that is not there, in words', async () => {
    const { code, err } = await storyloopHere(temporaryHome(), 'evaluate', '--run', 'nobody');
    expect(code).toBe(1);
    expect(err).toMatch(/^There is no run "nobody"; nothing was changed\. /u);
});
