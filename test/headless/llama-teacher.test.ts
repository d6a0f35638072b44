/** A language model as teacher, through the whole of Storyloop: command line, service, engine, process, record. */
import Database from 'better-sqlite3';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeModel } from '../teacher/llama/tiny-llama.ts';
import {
    alone,
    childrenOf,
    expectSentence,
    oneThread,
    runsIn,
    start,
    storyloop,
    succeeding,
    temporaryHome,
} from './command-line.ts';

let home: string;
let model: string;
let rubric: string;
beforeAll(() => {
    home = temporaryHome(afterAll);
    model = writeModel(home);
    rubric = join(home, 'mine.md');
    writeFileSync(rubric, '---\nwit: Wit, 0 to 4\nplot: Plot, 1 to 3, weight 2\n---\n{{student_completion}}\nAnswer:');
});
const teacher = (): string[] => [
    ...['--teacher', model, '--teacher-rubric', rubric, '--teacher-device', 'cpu', '--teacher-threads', '1'],
    ...['--teacher-story-tokens', '400', '--teacher-side-by-side', '4'],
];
const learning = (name: string, updates = 2): string[] => [
    ...['learn', '--name', name, '--preset', 'quick', '--json', ...oneThread, ...teacher()],
    ...['--ppo-batch', '8', '--ppo-minibatch', '4', '--rollout-max-new-tokens', '12', '--evaluation-stories', '8'],
    ...[...alone, '--budget-updates', String(updates)],
];
const rowsOf = (folder: string, sql: string): readonly Record<string, unknown>[] => {
    const db = new Database(join(folder, 'run.sqlite'), { readonly: true });
    try {
        return db.prepare(sql).all() as Record<string, unknown>[];
    } finally {
        db.close();
    }
};
const folderOf = (name: string): string => runsIn(home).find((folder) => folder.endsWith(name))!;

it('learns from its ratings and records who rated, by which rubric, and how sure it was', async () => {
    const end = await succeeding(home, ...learning('taught'));
    expect(end['peakRssMB']).toBeGreaterThan(350); // command line, engine and teacher, each of more than a hundred
    const folder = folderOf('taught');
    const [rater] = rowsOf(folder, 'SELECT id, name, details FROM rater');
    expect(rater).toMatchObject({ name: 'random llama · expected' });
    expect(rater!['id']).toMatch(/^llama-[0-9a-f]{12}-expected-[0-9a-f]{8}$/);
    expect(JSON.parse(String(rater!['details']))).toMatchObject({ file: 'tiny.gguf', rubric: 'mine', threads: 1 });
    const ratings = rowsOf(
        folder,
        'SELECT total, entropy, off_format_mass AS mass FROM rating WHERE episode IS NOT NULL',
    );
    expect(ratings).toHaveLength(16);
    for (const { total, entropy, mass } of ratings) {
        expect(total).toBeGreaterThan(2);
        expect(total).toBeLessThan(10);
        expect(entropy).toBeGreaterThan(0);
        expect(mass).toBeGreaterThan(0);
    }
    const scores = rowsOf(folder, "SELECT probabilities FROM score WHERE criterion = 'wit'");
    for (const { probabilities } of scores) expect(JSON.parse(String(probabilities))).toHaveLength(5);
    // the run keeps the rubric's text, and no place on this machine
    expect(rowsOf(folder, 'SELECT id, text FROM rubric')).toEqual([
        { id: 'mine', text: '{{student_completion}}\nAnswer:' },
    ]);
    expect(readFileSync(join(folder, 'rubric.md'), 'utf8')).toBe(readFileSync(rubric, 'utf8'));
    expect(JSON.stringify(rowsOf(folder, 'SELECT * FROM config'))).not.toContain(home);
});

it('says to a person where the teacher runs, and scores out of what the rubric allows', async () => {
    const forPeople = learning('for people', 1).filter((word) => word !== '--json');
    const { code, out, err } = await storyloop(home, ...forPeople);
    expect(code).toBe(0);
    expect(err).toMatch(
        /^The teacher random llama · expected runs on the processor with one thread, because it was asked for\.$/m,
    );
    expect(err).toMatch(/update 1 · score \d\.\d\d of 10 ·/); // wit up to 4, and plot up to 3 twice
    expect(out).toMatch(/^Sum +10 /m);
});

it('goes on after its process was killed in the middle of the run: the result is the same', async ({ skip }) => {
    if (!existsSync('/proc/self/task')) return skip('without /proc nobody finds the process');
    const untouched = folderOf('taught');
    // what was remembered would answer in its place
    const killed = start(home, [...learning('killed'), '--teacher-cache', 'off']);
    await killed.line(({ type }) => type === 'update');
    const children = childrenOf(killed.process.pid!);
    const teachers = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('teacher.js'));
    expect(teachers).toHaveLength(1);
    process.kill(teachers[0]!, 'SIGKILL');
    const { code, lines } = await killed.ended;
    expect(code).toBe(0);
    expect(lines.map((line) => line['text']).join()).toMatch(
        /The process of the teacher tiny\.gguf was lost \(signal SIGKILL\)/,
    );
    const digests = (folder: string): unknown =>
        rowsOf(folder, 'SELECT number, digest FROM current_update ORDER BY number');
    expect(digests(folderOf('killed'))).toEqual(digests(untouched));
});

it('is checked in one command, for people and for machines', async () => {
    const check = ['teacher', 'check', model, '--rubric', rubric, '--teacher-device', 'cpu', '--teacher-threads', '1'];
    const report = await succeeding(home, ...check, '--teacher-story-tokens', '700', '--json');
    expect(report).toMatchObject({
        type: 'checked',
        name: 'random llama · expected',
        stories: 160,
        unreadable: 0,
        retest: { again: 0 },
    });
    // a model of random weights knows nothing, and the check says so
    const { overShuffledWords } = report['order'] as { overShuffledWords: { low: number; high: number } };
    expect(overShuffledWords.low).toBeLessThan(0.6);
    expect(overShuffledWords.high).toBeGreaterThan(0.4);

    const { out } = await storyloop(home, ...check, '--teacher-story-tokens', '700');
    expect(out).toMatch(/^runs on the processor with one thread, because it was asked for$/m);
    const examples = out.split('\n\n')[1]!.split('\n');
    expect(
        examples.filter((line) => /^(whole|sentences shuffled|words shuffled) +\d\.\d\d {2}/.test(line)),
    ).toHaveLength(3);
    // five scores of wit, three of plot
    expect(examples.filter((line) => /^ {2}wit +\d\.\d\d {2}\((\d+ %, ){4}\d+ %\)$/.test(line))).toHaveLength(3);
    expect(examples.filter((line) => /^ {2}plot +\d\.\d\d {2}\((\d+ %, ){2}\d+ %\)$/.test(line))).toHaveLength(3);

    const short = await storyloop(home, ...check, '--teacher-story-tokens', '8');
    expect(short.out).toMatch(
        /^160 of 160 stories could not be rated; of the first the teacher said “the story has \d+ tokens and the teacher reads 8”$/m,
    );
    expect(short.out).toMatch(/^Whether it can tell stories apart stays open/m);
    expect(short.out).not.toMatch(/scores differ|hours/);

    const refused = await storyloop(home, ...check, '--teacher-story-tokens', '5000');
    expect(refused.code).toBe(1);
    expectSentence(
        refused.err.split('\n').at(-2)!,
        /tiny\.gguf cannot be the teacher: it reads 1024 tokens, and the rubric/,
    );
});
