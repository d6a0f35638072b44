/**
 * Somebody with a telling name exports everything: the name is in no file, however it is stored. The run has it
 * wherever a run can have it: home, corpus, the teacher's model, notes, a checkpoint's past, a person who rates.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openHome } from '../../src/main/service/sources/home.ts';
import { openRatingSets } from '../../src/main/service/sets/rating-sets.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { changeNotes } from '../../src/main/store/run/run.ts';
import { chatServer, countingJudge } from '../teacher/chat-server.ts';
import { start, temporaryHome, tinyLearning, tinyStories, tinyStudent, type JsonLine } from './command-line.ts';

const user = 'zebrafinch';
const person = join(temporaryHome(afterAll), user);
const home = join(person, 'Storyloop');
const rubric = join(person, 'mine.md');
const outside = join('/media', user, 'stories');
const closing: (() => void)[] = [];
let run = '';

/** As this person at the shell: home, data folder and name are all their own. */
async function asPerson(...args: readonly string[]): Promise<JsonLine> {
    const { code, err, lines } = await start('', args, {}, { HOME: person, USER: user, LOGNAME: user }).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return lines.at(-1)!;
}

beforeAll(async () => {
    mkdirSync(person);
    const corpus = join(person, 'corpus');
    mkdirSync(corpus);
    for (let file = 0; file < 20; file++) {
        const animal = ['fox', 'owl', 'hare', 'wren'][file % 4]!;
        const lines = Array.from(
            { length: 40 },
            (_, i) => `The ${animal} ran home ${i} times and told it to the moon.`,
        );
        writeFileSync(join(corpus, `${animal} ${file}.txt`), lines.join('\n'));
    }
    writeFileSync(rubric, readFileSync(new URL('../../resources/rubrics/storyteller-v1.md', import.meta.url)));
    const text = ['--corpus', corpus, '--pretrain-packing', 'documents'];
    const student = await asPerson('pretrain', '--name', 'small', ...tinyStudent, ...text);
    const model = join(person, 'models', 'judge.gguf'); // llama-server and vLLM name a model by its path
    const server = await chatServer(countingJudge, [model], (close) => closing.push(close));
    const teacher = ['--teacher', server.address, '--teacher-rubric', rubric];
    const from = ['--from', student['checkpoint'] as string];
    const named = ['--name', `in ${outside}`];
    const learned = await asPerson('learn', ...named, ...from, ...tinyLearning, ...tinyStories, ...teacher);
    run = learned['run'] as string;
    const db = openRunDatabase(join(run, 'run.sqlite'), { readonly: false });
    const notes = `By ${user} on ${hostname()}: see ${person}/notes.txt, C:\\Users\\${user}\\x and ${outside}.`;
    changeNotes(db, { notes, tags: [`from ${outside}`] });
    db.close();
});
afterAll(() => {
    for (const close of closing) close();
    vi.unstubAllEnvs();
});

/** Every text in a file by the means of those who read it, and its bytes. */
async function everythingIn(file: string): Promise<string> {
    const bytes = readFileSync(file).toString('latin1');
    if (file.endsWith('.parquet')) {
        const duck = await (await DuckDBInstance.create(':memory:')).connect();
        const rows = (await duck.runAndReadAll(`SELECT * FROM '${file}'`)).getRowsJson();
        duck.closeSync();
        return bytes + JSON.stringify(rows);
    }
    return file.endsWith('.sqlite') ? bytes + cellsOf(file) : bytes;
}

/** Also those of the search index, which keeps words in pieces. */
function cellsOf(file: string): string {
    const db = new Database(file, { readonly: true });
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    const cells = tables.map((table) => JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).raw().all()));
    db.close();
    return cells.join('\n');
}

/** What may not be found: as it is, and as this machine's own account has it. */
function secrets(): readonly RegExp[] {
    const escaped = (text: string): string => RegExp.escape(text);
    const own = userInfo();
    return [
        new RegExp(escaped(user), 'i'),
        ...(own.homedir.length > 1 ? [new RegExp(`(?<![\\w.])${escaped(own.homedir)}(?!\\w)`)] : []),
        new RegExp(`[/\\\\@]${escaped(own.username)}(?!\\w)`),
        ...(hostname().length > 3 ? [new RegExp(escaped(hostname()), 'i')] : []),
    ];
}

async function expectNameless(folder: string, files: number): Promise<void> {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    expect(names).toHaveLength(files);
    for (const { parentPath, name } of names) {
        const text = await everythingIn(join(parentPath, name));
        const found = secrets().flatMap((secret) => {
            const at = text.search(secret);
            return at < 0 ? [] : [text.slice(Math.max(0, at - 60), at + 60)];
        });
        expect({ name, found }).toEqual({ name, found: [] });
    }
}

it('a run and its student, in every format', async () => {
    const told = await everythingIn(join(run, 'run.sqlite'));
    for (const secret of [person, outside]) expect(told).toContain(secret); // what is looked for can be found
    const to = join(person, 'out');
    const formats = 'csv,jsonl,parquet,authors,hf,gguf';
    const { files } = await asPerson('export', run, '--what', 'all', '--as', formats, '--to', to, '--json');
    expect(readdirSync(to).sort()).toEqual([
        ...['episodes.csv', 'episodes.jsonl', 'episodes.parquet', 'manifest.json', 'meta_data'],
        ...['metrics.csv', 'metrics.jsonl', 'metrics.parquet', 'ratings.csv', 'ratings.jsonl', 'ratings.parquet'],
        ...['run.json', 'run.md', 'run.sqlite', 'student', 'student-F16.gguf'],
    ]);
    await expectNameless(to, (files as number) + 1);
});

it('a run of pretraining, whose corpus lies at home', async () => {
    const to = join(person, 'pretraining');
    const { files } = await asPerson('export', 'small', '--what', 'all', '--to', to, '--json');
    await expectNameless(to, (files as number) + 1);
});

it('a rating set and its agreement, with the name of who rated', async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    const data = openHome();
    const sets = openRatingSets(data);
    const { id } = sets.make({ runs: [run], name: 'trial', stories: 12, seed: 1 });
    const desk = sets.desk(id, user);
    const { criteria, items } = desk.view();
    items.forEach((_, i) => {
        const scores = Object.fromEntries(criteria.map((each) => [each.id, i % 4]));
        desk.answer({ position: i + 1, number: 1, kind: 'scored', scores, dwellMs: 900, flagged: false, note: '' });
    });
    desk.close();
    data.close();
    const to = join(person, 'set');
    const { files } = await asPerson(
        'export',
        'trial',
        '--what',
        'all',
        '--as',
        'csv,jsonl,parquet',
        '--to',
        to,
        '--json',
    );
    await expectNameless(to, (files as number) + 1);
});
