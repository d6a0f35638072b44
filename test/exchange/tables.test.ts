/** Tables leave exactly: the current line of history, the same columns in every row, whatever the stories hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { csvLine, CsvRowCount } from '../../src/main/exchange/tables/csv.ts';
import { JsonLineCount } from '../../src/main/exchange/tables/jsonl.ts';
import { checkParquet, writeParquet } from '../../src/main/exchange/tables/parquet.ts';
import { writeTable, type TableFormat } from '../../src/main/exchange/tables/table-files.ts';
import { chooseStories } from '../../src/main/store/tables/chosen-stories.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readColumn, readOne, type RunDatabase } from '../../src/main/store/connection/statements.ts';
import { episodeTable, metricTable, ratingTable, type Table } from '../../src/main/store/tables/tables.ts';
import { recordEvaluation } from '../../src/main/store/run/evaluations.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { aLease, aRunFolder } from '../store/a-run.ts';
import { anEvaluation, anUpdate, episodesOf, prompt, ratingOf, ratingsOf, samplesOf } from '../store/records.ts';
import { aSupervisor } from './a-supervisor.ts';

/**
 * What breaks tables: formulas, quotes, every kind of line break, separators, emptiness, other scripts, halves of
 * pairs.
 */
const hostile = [
    '=HYPERLINK("http://x")',
    '+1',
    '-1',
    '@SUM(A1)',
    ' =1',
    'a "quoted" word',
    'one\ntwo\r\nthree\rfour',
    'a,b;c\td',
    '',
    "'",
    'Ñandú 日本 🦉',
    'a\u2028line\u0085end',
    '"',
];

/** Three plain updates, one whose stories are hostile, and an evaluation; a superseded update that must not show. */
function aRun(): { readonly db: RunDatabase; readonly target: (name: string) => string } {
    const run = aRunFolder();
    const lease = aLease(run);
    for (let number = 1; number <= 3; number++) {
        const written = episodesOf(number);
        const extras = number === 2 ? { extras: { extra: 7 } } : {};
        recordUpdate(lease, { ...anUpdate(number), ...extras }, written, ratingsOf(written));
    }
    recordUpdate(lease, anUpdate(3, 'other'), episodesOf(3, 4, ' again'), ratingsOf(episodesOf(3)));
    const told = hostile.map((story, i) => ({
        ...episodesOf(4, hostile.length)[i]!,
        number: 13 + i,
        story,
        reward: -0.5,
    }));
    const ratings = told.map(({ number }) => ratingOf(number, 2));
    recordUpdate(lease, anUpdate(4, 'hostile', hostile.length), told, ratings);
    recordEvaluation(lease, anEvaluation('before', 0), samplesOf('early'), [ratingOf(0, 1)]);
    const db = openRunDatabase(run.database, { readonly: true });
    onTestFinished(() => void db.close());
    return { db, target: (name) => join(run.folder, name) };
}

async function written(table: Table, format: TableFormat, target: (name: string) => string): Promise<string> {
    const path = target(`table.${format}`);
    const { rows } = await writeTable(path, table, format, 'Storyloop test', aSupervisor());
    expect(rows).toBe(table.count);
    return path;
}

describe('a table of episodes', () => {
    it('is the current line of history, exact in JSON lines, with a completion to every prompt', async () => {
        const { db, target } = aRun();
        const lines = readFileSync(await written(episodeTable(db), 'jsonl', target), 'utf8')
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(lines.map(({ attempt, update }) => `${attempt as number} ${update as number}`).slice(0, 13)).toEqual([
            ...Array(4).fill('1 1'),
            ...Array(4).fill('1 2'),
            ...Array(4).fill('2 3'),
            '2 4',
        ]);
        expect(lines[11]).toEqual({
            attempt: 2,
            number: 12,
            update: 3,
            prompt,
            completion: episodesOf(3, 4, ' again')[3]!.story,
            words: 15,
            finished: true,
            reward: 0.4,
            kl: 0.75,
            total: 1.75,
            reply: null,
            scores: { readability: 0, coherence: 1.5, creativity: 0.25 },
            stages: { scores: 0.5, length: 0.2, scaled: 0.4 },
        });
        expect(lines.slice(12).map(({ completion }) => completion)).toEqual(hostile);
    });

    it('keeps every story through CSV, but for the apostrophe before a formula', async () => {
        const { db, target } = aRun();
        const rows = parse(readFileSync(await written(episodeTable(db), 'csv', target)), {
            columns: true,
        }) as unknown as readonly Record<string, string>[];
        expect(rows).toHaveLength(12 + hostile.length);
        expect(rows.slice(12).map(({ story }) => story)).toEqual(
            hostile.map((story, i) => (i < 5 ? `'${story}` : story)),
        );
        // numbers stay numbers
        expect(rows.at(-1)).toMatchObject({ reward: '-0.5', 'scores.coherence': '1.5', reply: '' });
    });

    it('means the same to DuckDB as CSV and as Parquet: counts and sums of every column', async () => {
        const { db, target } = aRun();
        const table = episodeTable(db);
        const duck = await (await DuckDBInstance.create(':memory:')).connect();
        const sums = async (source: string): Promise<unknown> => {
            const columns = ['number', 'update', 'words', 'reward', 'kl', 'total', 'scores.coherence', 'stages.scaled'];
            const sql = `SELECT count(*) AS n, sum(length(prompt)) AS prompt, count(*) FILTER (finished) AS finished,
                ${columns.map((name) => `sum("${name}")::DOUBLE AS "${name}"`).join(', ')} FROM ${source}`;
            return (await duck.runAndReadAll(sql)).getRowObjectsJson();
        };
        const [csv, parquet] = [await written(table, 'csv', target), await written(table, 'parquet', target)];
        const fromParquet = await sums(`'${parquet}'`);
        expect(await sums(`read_csv('${csv}', header = true, quote = '"', escape = '"', new_line = '\\r\\n')`)).toEqual(
            fromParquet,
        );
        const ours = readOne<{ n: number; words: number }>(
            db,
            'SELECT count(*) AS n, sum(words) AS words FROM episode WHERE update_id IN (SELECT id FROM current_update)',
        );
        expect(fromParquet).toMatchObject([{ n: String(ours!.n), words: ours!.words }]);
        const stories = await duck.runAndReadAll(`SELECT story FROM '${parquet}' WHERE update = 4 ORDER BY number`);
        expect(stories.getRows().flat()).toEqual(hostile);
        duck.closeSync();
    });
});

describe('a choice of stories', () => {
    const numbersIn = (table: Table): readonly unknown[] => {
        const at = table.columns.findIndex(({ name }) => name === 'number');
        const rows = [...table.rows()].map((row) => row[at]);
        expect(rows).toHaveLength(table.count);
        return rows;
    };

    it('is those that fit, of episodes and of their ratings, in the order of writing', () => {
        const { db } = aRun();
        const fit = chooseStories(db, { fits: { fromUpdate: 3, text: 'again' } });
        expect(numbersIn(episodeTable(db, fit))).toEqual([9, 10, 11, 12]);
        expect(numbersIn(ratingTable(db, fit))).toEqual([9, 10, 11, 12]);
    });

    it('is those that are named, each once', () => {
        const { db } = aRun();
        const [first, , third] = readColumn<number>(db, 'SELECT id FROM episode ORDER BY id');
        expect(numbersIn(episodeTable(db, chooseStories(db, { episodes: [third!, first!, third!] })))).toEqual([1, 3]);
        const again = chooseStories(db, { numbers: [12, 9] }); // of update 3, which was written twice
        expect(numbersIn(episodeTable(db, again))).toEqual([9, 12]);
        expect([...episodeTable(db, again).rows()].map(([attempt]) => attempt)).toEqual([2, 2]);
    });

    it('is refused where nothing fits, and where a story is not of the line that counts', () => {
        const { db } = aRun();
        expect(() => chooseStories(db, { fits: { text: 'zzzzz' } })).toThrow(
            /No story of the run fits; nothing was written/,
        );
        const [superseded] = readColumn<number>(
            db,
            'SELECT id FROM episode WHERE update_id NOT IN (SELECT id FROM current_update)',
        );
        expect(() => chooseStories(db, { episodes: [1, superseded!] })).toThrow(
            /^1 of the 2 stories are not in this run/,
        );
    });
});

it('ratings leave with what they are about, those of evaluations too, and with the id of their rater only', async () => {
    const { db, target } = aRun();
    const lines = readFileSync(await written(ratingTable(db), 'jsonl', target), 'utf8')
        .trimEnd()
        .split('\n');
    expect(lines).toHaveLength(12 + hostile.length + 1);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
        of: 'sample',
        number: 0,
        update: 0,
        phase: 'before',
        completion: 'a early tale of lamp 0',
        rater: 'rules-1',
        scores: { readability: 1 },
    });
    expect(lines.join()).not.toContain('"Rules"');
});

it('metrics have the same columns in every row, whatever else one update measured', async () => {
    const { db, target } = aRun();
    const rows = parse(readFileSync(await written(metricTable(db), 'csv', target))) as string[][];
    expect(rows.map((row) => row.at(-1))).toEqual(['extras.extra', '', '7', '', '']);
});

it('a row group holds whole updates, and reading back finds a changed byte', async () => {
    const { db, target } = aRun();
    const table = episodeTable(db);
    const path = target('e.parquet');
    const groups: number[] = [];
    const sums = await writeParquet(path, table, {
        createdBy: 'test',
        rowsInGroup: 5,
        onGroup: async (rows) => void groups.push(rows),
    });
    expect(groups).toEqual([8, 12 + hostile.length]);
    expect(await checkParquet(path, table.columns, sums, async () => {})).toBe(12 + hostile.length);
    const wrong = sums.map((tally, i) => (i === 5 ? { ...tally, sum: tally.sum + 1 } : tally));
    await expect(checkParquet(path, table.columns, wrong, async () => {})).rejects.toThrow(
        /damaged in the column "words"/,
    );
});

describe('CSV', () => {
    it('no cell can become a formula, and numbers stay numbers', () => {
        expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1'])).toBe(
            `'=1+1,'+1,'-1,'@SUM(A1),"'\t=1",' =1,'＝1\r\n`,
        );
        expect(csvLine([-0.5, true, null, 'a "b", c', 'line\nbreak', 'plain'])).toBe(
            '-0.5,true,,"a ""b"", c","line\nbreak",plain\r\n',
        );
    });

    it('is read back by its quotes, wherever its pieces end: a line break inside them is no row, one that never closes is damage', () => {
        const rowsIn = (text: string, pieceBytes: number): number | null => {
            const count = new CsvRowCount();
            const bytes = Buffer.from(text);
            for (let at = 0; at < bytes.length; at += pieceBytes) count.take(bytes.subarray(at, at + pieceBytes));
            return count.rows();
        };
        for (const pieceBytes of [1, 2, 3, 5, 1000]) {
            expect(rowsIn('a,b\r\n1,"x\r\ny ""z"""\r\n2,3\r\n', pieceBytes)).toBe(2);
            expect(rowsIn('a\r\n"open\r\n', pieceBytes)).toBeNull();
        }
    });
});

it('JSON lines are read back wherever their pieces end, in any script; a line cut off is damage', () => {
    const lines = '{"a":"日本 🦉"}\n{"a":"\\u2028"}\n{"a":null}\n';
    for (const pieceBytes of [1, 2, 3, 7, 1000]) {
        const [whole, cut] = [new JsonLineCount(), new JsonLineCount()];
        const bytes = Buffer.from(lines);
        for (let at = 0; at < bytes.length; at += pieceBytes) whole.take(bytes.subarray(at, at + pieceBytes));
        expect(whole.rows()).toBe(3);
        cut.take(bytes.subarray(0, -2));
        expect(cut.rows()).toBeNull();
    }
    expect(() => new JsonLineCount().take(Buffer.from('{"a":}\n'))).toThrow(SyntaxError);
});
