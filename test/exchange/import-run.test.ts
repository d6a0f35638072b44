/** Runs from elsewhere come in whole and checked, or not at all. */
import {
    cpSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { listRuns, openWorkshop } from '../../src/main/store/home/workshop.ts';
import { eventsAfter } from '../../src/main/store/run/attempts.ts';
import { recordCheckpoint } from '../../src/main/store/run/checkpoints.ts';
import { episodesIn } from '../store/run/all-episodes.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readSummary } from '../../src/main/store/run/run.ts';
import { recordUpdate, updatesAfter } from '../../src/main/store/run/updates.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { noOrigin, readCheckpoint, writeCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { writeSafetensors } from '../../src/main/student/checkpoints/safetensors.ts';
import { initialWeights, languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { initialTokens, specialTokens, Tokenizer } from '../../src/main/text/tokenizer/tokenizer.ts';
import { aLease, aRunFolder, temporaryFolder } from '../store/a-run.ts';
import { anUpdate, episodesOf, ratingsOf, start } from '../store/records.ts';
import { expectRefusal, exporting, importing } from './jobs.ts';

const tokenizer = new Tokenizer({
    tokens: [...initialTokens()],
    specials: new Map(specialTokens.map((token, id) => [token, id])),
    merges: [],
});
const config = { layers: 1, width: 8, heads: 2, vocabulary: tokenizer.vocabularySize, context: 16 };
const student = {
    config,
    weights: initialWeights(config, languageModelParameters(config), new RandomStream('import')),
    tokenizer,
    origin: noOrigin,
};

/** A run folder as another machine has it: two updates, a checkpoint to start from, its lease still held. */
function aForeignRun(): { readonly home: string; readonly folder: string; readonly database: string } {
    const [elsewhere, home] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(home, 'runs'));
    const { folder, database } = aRunFolder(elsewhere);
    const lease = aLease({ folder, database, checkpoints: '', log: '' });
    const digest = writeCheckpoint(join(folder, 'checkpoints', 'start'), student);
    recordCheckpoint(lease, { path: 'checkpoints/start', kind: 'initial', at: start, words: 0, update: 0, digest });
    for (const number of [1, 2])
        recordUpdate(lease, anUpdate(number), episodesOf(number), ratingsOf(episodesOf(number)));
    return { home, folder, database };
}

function read(folder: string): { readonly summary: ReturnType<typeof readSummary>; readonly rows: unknown } {
    const db = openRunDatabase(join(folder, 'run.sqlite'), { readonly: true, untrusted: true });
    const found = { summary: readSummary(db, start), rows: [updatesAfter(db, 0), episodesIn(db)] };
    db.close();
    return found;
}

/** Changes the database behind the store's back. */
function tamper(database: string, sql: string): void {
    const db = new Database(database);
    db.exec(sql);
    db.close();
}

describe('a run folder', () => {
    it('comes in with its record and checkpoints, free to go on from its own start', async () => {
        const { home, folder } = aForeignRun();
        const imported = await importing(home, folder);
        const [original, copy] = [read(folder), read(imported.folder)];
        expect(copy.rows).toEqual(original.rows);
        expect(copy.summary).toMatchObject({
            id: original.summary.id,
            name: 'night owl',
            state: 'interrupted',
            holder: null,
        });
        expect(readCheckpoint(join(imported.folder, 'checkpoints', 'start')).weights).toEqual(student.weights);
        expect(imported.notes).toContain('1 checkpoint, with the weights that the record names');
        expect(JSON.parse(readFileSync(join(imported.folder, 'source.json'), 'utf8'))).toEqual({
            version: 1,
            kind: 'learn',
            source: join(imported.folder, 'checkpoints', 'start'),
        });
    });

    it('is recognised where it is here already, and comes in under another id where it went on elsewhere', async () => {
        const { home, folder } = aForeignRun();
        const first = await importing(home, folder);
        const known = { id: read(first.folder).summary.id, database: join(first.folder, 'run.sqlite') };
        await expectRefusal(
            home,
            folder,
            /The run "night owl" is here already, with the same record \(.*night-owl\); nothing was imported\./,
            { knownRuns: [known] },
        );
        tamper(join(folder, 'run.sqlite'), "UPDATE update_metrics SET digest = 'went on' WHERE number = 2");
        const second = await importing(home, folder, { knownRuns: [known] });
        expect(read(second.folder).summary.id).not.toBe(known.id);
    });

    it('of a newer Storyloop comes in to be read, as it came; what it cannot know is refused', async () => {
        const { home, folder, database } = aForeignRun();
        const original = read(folder);
        tamper(
            database,
            `ALTER TABLE episode ADD COLUMN mood TEXT; CREATE TABLE weather (day INTEGER) STRICT; PRAGMA user_version = 99`,
        );
        const imported = await importing(home, folder);
        expect(imported.notes.join()).toMatch(/a newer Storyloop wrote it, so it can be read here but not continued/);
        const copy = read(imported.folder);
        expect(copy.rows).toEqual(original.rows);
        const place = join(imported.folder, 'run.sqlite');
        expect(() => openRunDatabase(place, { readonly: false })).toThrow(/written by a newer Storyloop \(version 99/);
        const workshop = openWorkshop(home);
        expect(listRuns(workshop, start)).toMatchObject([{ kind: 'run', summary: { episodes: 8 } }]);
        workshop.db.close();
        await exporting(place, [{ what: 'episodes', as: 'csv' }], join(home, 'tables'));
        await expect(exporting(place, [{ what: 'database', as: 'sqlite' }], join(home, 'copy'))).rejects.toThrow(
            /written by a newer Storyloop: what it may tell of this computer is not known here; nothing was written/,
        );
        expect(readdirSync(home)).not.toContain('copy');
        await expectRefusal(home, folder, /Another state|is here already/, {
            knownRuns: [{ id: original.summary.id, database: place }],
        });
        tamper(database, 'DROP VIEW current_update; CREATE VIEW current_update AS SELECT * FROM update_metrics');
        await expectRefusal(home, folder, /written by a newer Storyloop \(version 99, this one knows \d+\)/);
    });

    it('gets a new id where its own is taken, and says so in its log', async () => {
        const { home, folder, database } = aForeignRun();
        const { id } = read(folder).summary;
        const imported = await importing(home, folder, { knownRuns: [{ id, database }], name: 'mine' });
        expect(read(imported.folder).summary).toMatchObject({ name: 'mine' });
        expect(read(imported.folder).summary.id).not.toBe(id);
        const db = openRunDatabase(join(imported.folder, 'run.sqlite'), { readonly: true });
        expect(eventsAfter(db, 0).at(-1)).toMatchObject({
            kind: 'imported',
            message: expect.stringContaining(id) as string,
        });
        db.close();
    });

    it('run → export → import → equal, from the database alone', async () => {
        const { home, folder, database } = aForeignRun();
        const to = join(home, 'out');
        await exporting(database, [{ what: 'database', as: 'sqlite' }], to);
        for (const source of [to, join(to, 'run.sqlite')])
            expect(read((await importing(home, source)).folder).rows).toEqual(read(folder).rows);
    });
});

describe('what is refused', () => {
    const tampered: readonly (readonly [string, string, RegExp])[] = [
        [
            'an altered table',
            'ALTER TABLE run ADD COLUMN evil TEXT',
            /run\.sqlite is not a plain run \(its tables were altered\); nothing was read/,
        ],
        [
            'a trigger of its own',
            'CREATE TRIGGER evil AFTER UPDATE ON run BEGIN DELETE FROM episode; END',
            /its tables were altered/,
        ],
        [
            'a newer schema that changed what was',
            'ALTER TABLE episode RENAME COLUMN kl TO drift; PRAGMA user_version = 99',
            /run\.sqlite was written by a newer Storyloop \(version 99/,
        ],
        ['a newer configuration', 'UPDATE run SET config_version = 99', /newer|version/],
        ['another program’s database', 'PRAGMA application_id = 7', /run\.sqlite is not a run of Storyloop/],
        [
            'rows that point nowhere',
            "PRAGMA foreign_keys = OFF; UPDATE rating SET rater = 'nobody' WHERE id = 1",
            /is damaged \(a row that refers to a missing rater in its table "rating"\)/,
        ],
        [
            'a checkpoint outside of its folder',
            "UPDATE checkpoint SET path = '../../../etc'",
            /names a checkpoint outside of its folder \("\.\.\/\.\.\/\.\.\/etc"\); nothing was imported/,
        ],
        [
            'a checkpoint of other weights',
            "UPDATE checkpoint SET digest = 'other'",
            /The weights in .* are not those that its record names/,
        ],
        ['no run', 'DELETE FROM run', /is not the record of a run \(it holds none\); nothing was imported/],
        [
            'an id that is a path',
            "UPDATE run SET id = '../../x'",
            /its id or its name is not valid\); nothing was imported/,
        ],
        ['tags that are none', `UPDATE run SET tags = '{"a":1}'`, /\(tags cannot be read\); nothing was imported/],
        ['a year that no calendar has', 'UPDATE run SET created_at = 8640000000000001', /\(a time cannot be read\)/],
        [
            'a time before all',
            'UPDATE update_metrics SET at = -1',
            /\(a number out of all bounds in its table "update_metrics"\)/,
        ],
        ['criteria that are none', "UPDATE rubric SET criteria = '[1,2]'", /\(criteria of a rubric cannot be read\)/],
        ['an endless number', 'UPDATE score SET value = 9e999', /\(a number out of all bounds in its table "score"\)/],
        [
            'a fault of its own',
            `UPDATE attempt SET fault = '{"kind":"evil"}', ended_at = 1, reason = 'failed'`,
            /\(a fault cannot be read\)/,
        ],
        [
            'a setting that cannot be',
            `UPDATE config SET value = '"x"' WHERE key = 'ppo.batch'`,
            /run\.sqlite is not the record of a run \(the value of --ppo-batch is impossible\); nothing was imported\. Ask/,
        ],
        [
            'a setting too many',
            "INSERT INTO config VALUES ('evil', '1')",
            /\(its configuration cannot be read\); nothing was imported/,
        ],
        [
            'rewards in words',
            `DROP TRIGGER episode_is_append_only; UPDATE episode SET stages = '{"scores":"high"}';
             CREATE TRIGGER episode_is_append_only BEFORE UPDATE ON episode
BEGIN SELECT RAISE(ABORT, 'episodes never change'); END`,
            /\(stages of a reward cannot be read\)/,
        ],
    ];
    it.each(tampered)('%s', async (_, sql, says) => {
        const { home, folder, database } = aForeignRun();
        tamper(database, sql);
        await expectRefusal(home, folder, says);
    });

    it('what a name does to a terminal or a page, which leaves the name itself', async () => {
        const { home, folder, database } = aForeignRun();
        tamper(database, "UPDATE run SET name = 'owl' || char(27) || '[31m' || char(10) || char(8238) || '<b>gpj.'");
        const imported = await importing(home, folder);
        expect(imported).toMatchObject({ name: 'owl [31m <b>gpj.' });
        expect(read(imported.folder).summary.name).toBe(imported.name);
    });

    it('a database that was cut off, and a file that is none', async () => {
        const { home, database } = aForeignRun();
        const cut = join(home, 'cut.sqlite');
        tamper(database, 'PRAGMA wal_checkpoint(TRUNCATE)');
        cpSync(database, cut);
        truncateSync(cut, 20_000);
        await expectRefusal(home, cut, /cut\.sqlite is (damaged|not a)/);
        writeFileSync(join(home, 'notes.sqlite'), 'dear diary');
        await expectRefusal(home, join(home, 'notes.sqlite'), /cannot be imported/);
        await expectRefusal(home, join(home, 'nowhere'), /There is nothing at .*nowhere; nothing was imported/);
    });

    it('links, in place of the folder, of a file and of a checkpoint', async () => {
        const { home, folder } = aForeignRun();
        symlinkSync(folder, join(home, 'link'));
        await expectRefusal(home, join(home, 'link'), /is a link; nothing was imported/);
        const config = join(folder, 'checkpoints', 'start', 'config.json');
        rmSync(config);
        symlinkSync('/etc/hostname', config);
        await expectRefusal(home, folder, /config\.json is not a plain file; nothing was imported/);
        rmSync(join(folder, 'checkpoints', 'start'), { recursive: true });
        symlinkSync('/etc', join(folder, 'checkpoints', 'start'));
        await expectRefusal(home, folder, /start is not a folder; nothing was imported/);
    });

    it('an archive, whatever names it holds', async () => {
        const home = temporaryFolder();
        writeFileSync(join(home, 'run.zip'), 'PK\u0003\u0004../../evil');
        await expectRefusal(home, join(home, 'run.zip'), /is an archive; nothing was imported\. Unpack it/);
    });
});

describe('a student', () => {
    function aFolder(): { readonly home: string; readonly folder: string } {
        const home = temporaryFolder();
        const folder = join(home, 'my gpt2');
        writeCheckpoint(folder, student);
        return { home, folder };
    }

    it('comes in under its name, ours byte for byte; a second time it is recognised, and taken under another name', async () => {
        const { home, folder } = aFolder();
        const first = await importing(home, folder);
        expect(first).toMatchObject({ kind: 'student', folder: join(home, 'students', 'my-gpt2') });
        expect(readFileSync(join(first.folder, 'storyloop.json'))).toEqual(
            readFileSync(join(folder, 'storyloop.json')),
        );
        await expectRefusal(home, folder, /^This student is here already, as "my-gpt2"; nothing was imported\./);
        expect((await importing(home, folder, { name: 'my gpt2' })).name).toBe('my-gpt2-2');
    });

    it('from Hugging Face comes in with every file that a student has', async () => {
        const { home, folder } = aFolder();
        rmSync(join(folder, 'storyloop.json'));
        rmSync(join(folder, 'generation_config.json'));
        const imported = await importing(home, folder, { name: 'hub' });
        expect(readCheckpoint(imported.folder).weights).toEqual(student.weights);
        expect(readFileSync(join(imported.folder, 'generation_config.json'), 'utf8')).toContain('eos_token_id');
    });

    it('with lying offsets, missing files or a changed weight is refused', async () => {
        const { home, folder } = aFolder();
        const weights = join(folder, 'model.safetensors');
        const good = readFileSync(weights);
        const bytes = Buffer.from(good);
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(weights, bytes);
        await expectRefusal(home, folder, /is not the file that was saved \(its digest differs\)/);
        rmSync(join(folder, 'storyloop.json'));
        const lying = good
            .toString('latin1')
            .replace(/"data_offsets":\[0,(\d+)\]/, (all, to: string) =>
                all.replace(to, String(Number(to) + 8).padStart(to.length)),
            );
        writeFileSync(weights, Buffer.from(lying, 'latin1'));
        await expectRefusal(home, folder, /model\.safetensors is damaged or no safetensors file \(/);
        writeSafetensors(weights, new Map([['x', { dims: [1], values: new Float32Array(1) }]]), {
            type: 'F32',
            metadata: {},
        });
        await expectRefusal(home, folder, /lacks 'transformer\./);
        rmSync(join(folder, 'config.json'));
        await expectRefusal(home, folder, /it has no config\.json/);
    });
});

it('a cancel in the middle of an export leaves nothing', async () => {
    const { home, database } = aForeignRun();
    mkdirSync(join(home, 'exports'));
    const to = join(home, 'exports', 'out');
    const parts = [
        { what: 'episodes', as: 'csv' },
        { what: 'ratings', as: 'parquet' },
        { what: 'database', as: 'sqlite' },
    ] as const;
    for (const turns of [0, 1, 2, 3, 4]) await expect(exporting(database, parts, to, { turns })).rejects.toThrow();
    expect(readdirSync(join(home, 'exports'))).toEqual([]);
    await exporting(database, parts, to);
    expect(readdirSync(to).sort()).toEqual(['episodes.csv', 'manifest.json', 'ratings.parquet', 'run.sqlite']);
});
