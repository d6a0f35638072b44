import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import {
    addSetRating,
    mergeSet,
    raterNamed,
    readSetHead,
    recordUnblinding,
    setItems,
    setRaters,
    setRatings,
    setStories,
} from '../../../src/main/store/sets/rating-set.ts';
import { exportSet, findSet, importSet, listSets } from '../../../src/main/store/home/set-files.ts';
import { readOne, write } from '../../../src/main/store/connection/statements.ts';
import { aRunFolder, temporaryFolder } from '../a-run.ts';
import { aNewSet, anAnswer, aSetFile, inFolder, opened, setId } from './a-set.ts';
import { rubric, start } from '../records.ts';

describe('a rating set', () => {
    it('reads back what it was made of, and knows the second time of a story', () => {
        const db = opened(aSetFile());
        const { stories, order, ...head } = aNewSet();
        expect(readSetHead(db)).toEqual(head);
        expect(setStories(db)).toEqual(stories);
        expect(setItems(db).map(({ story }) => story)).toEqual(order);
        expect(setItems(db).map(({ isRepeat }) => isRepeat)).toEqual([false, false, false, false, true, false]);
    });

    it('keeps every answer, in the order of numbers, and tells who comes second', () => {
        const db = opened(aSetFile());
        const { id } = raterNamed(db, ' ada ', start);
        expect(raterNamed(db, 'ada', start + 1).id).toBe(id);
        expect(raterNamed(db, '\ufeffa\u200bda', start + 1)).toEqual({ id, name: 'ada' });
        expect(addSetRating(db, anAnswer(id, 2))).toBe('recorded');
        expect(addSetRating(db, anAnswer(id, 2, { scores: { readability: 0, coherence: 0, creativity: 0 } }))).toBe(
            'taken',
        );
        expect(addSetRating(db, anAnswer(id, 2, { number: 2, kind: 'withdrawn', scores: {} }))).toBe('recorded');
        expect(addSetRating(db, anAnswer(id, 2, { number: 4 }))).toBe('taken');
        expect(setRatings(db).map(({ number, kind }) => [number, kind])).toEqual([
            [1, 'scored'],
            [2, 'withdrawn'],
        ]);
        expect(() => write(db, 'UPDATE rating SET number = 9')).toThrow(/never change/);
        expect(() => write(db, 'DELETE FROM rating')).toThrow(/are kept/);
    });

    it('marks what is rated after looking, in the silent repeat of the story too', () => {
        const db = opened(aSetFile());
        const { id } = raterNamed(db, 'ada', start);
        addSetRating(db, anAnswer(id, 1));
        recordUnblinding(db, 3, id, start);
        addSetRating(db, anAnswer(id, 1, { number: 2 }));
        addSetRating(db, anAnswer(id, 5));
        addSetRating(db, anAnswer(id, 2));
        expect(setRatings(db).map(({ position, number, blind }) => [position, number, blind])).toEqual([
            [1, 1, true],
            [1, 2, false],
            [2, 1, true],
            [5, 1, false],
        ]);
    });

    it.each([
        {
            what: 'a score outside the range',
            scores: { readability: 4, coherence: 1, creativity: 1 },
            says: /got 4 for "readability".*from 0 to 3/,
        },
        { what: 'half a point', scores: { readability: 0.5, coherence: 1, creativity: 1 }, says: /whole numbers/ },
        {
            what: 'a criterion without a score',
            scores: { readability: 1, coherence: 1 },
            says: /no score for "creativity"/,
        },
        {
            what: 'a foreign criterion',
            scores: { readability: 1, coherence: 1, creativity: 1, wit: 1 },
            says: /criteria that the set does not have/,
        },
    ])('refuses $what', ({ scores, says }) => {
        const db = opened(aSetFile());
        const { id } = raterNamed(db, 'ada', start);
        expect(() => addSetRating(db, anAnswer(id, 1, { scores: scores as Record<string, number> }))).toThrow(says);
        expect(setRatings(db)).toEqual([]);
    });

    it('refuses an item it does not have and a rater without a name', () => {
        const db = opened(aSetFile());
        for (const nobody of ['  ', '\u200b\u2060'])
            expect(() => raterNamed(db, nobody, start)).toThrow(/needs a name/);
        const { id } = raterNamed(db, 'ada', start);
        expect(() => addSetRating(db, anAnswer(id, 7))).toThrow(/no item 7/);
    });

    it('is found by id, by name and by path, and asks where a name has two', () => {
        const home = temporaryFolder();
        const file = aSetFile(home);
        for (const wanted of [setId, setId.toLowerCase(), 'trial', 'tri\u200bal', file, path.dirname(file)])
            expect(findSet(home, wanted)).toBe(file);
        expect(() => findSet(home, 'other')).toThrow(/no rating set "other"/);
        aSetFile(home, { id: setId.replace('01M', '01N') });
        expect(() => findSet(home, 'trial')).toThrow(/Several rating sets/);
        fs.writeFileSync(file, 'no database');
        expect(listSets(home, readSetHead).map(({ kind }) => kind)).toEqual(['unreadable', 'set']);
    });
});

describe('one file between colleagues', () => {
    it('carries the ratings and no name, in no byte of it', () => {
        const file = aSetFile();
        const db = opened(file);
        const { id } = raterNamed(db, 'Ada Lovelace', start);
        addSetRating(db, anAnswer(id, 1));
        const target = inFolder('sent.sqlite');
        exportSet(file, target);
        expect(fs.readdirSync(path.dirname(target))).toEqual(['sent.sqlite']);
        expect(fs.readFileSync(target).includes('Lovelace')).toBe(false);
        const sent = opened(target, { readonly: true });
        expect(setRaters(sent)).toEqual([{ id, name: `rater ${id.slice(-4)}` }]);
        expect(setRatings(sent)).toEqual(setRatings(db));
        expect(() => exportSet(file, target)).toThrow(/exists already/);
    });

    it('comes back with the colleague’s ratings, keeps names at home, and may come twice', () => {
        const [here, there] = [temporaryFolder(), temporaryFolder()];
        const mine = opened(aSetFile(here));
        const ada = raterNamed(mine, 'Ada', start);
        addSetRating(mine, anAnswer(ada.id, 1));
        const [sent, back] = [inFolder('sent.sqlite'), inFolder('back.sqlite')];
        exportSet(mine.name, sent);

        const theirs = importSet(there, sent);
        expect(theirs.kind).toBe('new');
        const colleague = opened(theirs.file);
        const ben = raterNamed(colleague, 'Ben', start);
        addSetRating(colleague, anAnswer(ben.id, 2));
        recordUnblinding(colleague, 1, ben.id, start);
        exportSet(theirs.file, back);

        const merged = importSet(here, back);
        expect(merged).toMatchObject({ kind: 'merged', merged: { raters: 1, added: 1, known: 1, conflicts: [] } });
        expect(
            setRaters(mine)
                .map(({ name }) => name)
                .sort(),
        ).toEqual(['Ada', `rater ${ben.id.slice(-4)}`]);
        expect(setRatings(mine)).toHaveLength(2);
        expect(readOne(mine, 'SELECT story, rater FROM unblinding')).toEqual({ story: 1, rater: ben.id });
        expect(importSet(here, back)).toMatchObject({ merged: { raters: 0, added: 0, known: 2, conflicts: [] } });
    });

    it('shows what differs and overwrites nothing', () => {
        const [here, there] = [temporaryFolder(), temporaryFolder()];
        const mine = opened(aSetFile(here));
        const ada = raterNamed(mine, 'Ada', start);
        const sent = inFolder('sent.sqlite');
        exportSet(mine.name, sent);
        const colleague = opened(importSet(there, sent).file);
        addSetRating(mine, anAnswer(ada.id, 1));
        addSetRating(colleague, anAnswer(ada.id, 1, { scores: { readability: 3, coherence: 3, creativity: 3 } }));
        const before = setRatings(mine);
        const { added, conflicts } = mergeSet(mine, colleague);
        expect(added).toBe(0);
        expect(conflicts.map(({ ours, theirs }) => [ours.scores['coherence'], theirs.scores['coherence']])).toEqual([
            [1, 3],
        ]);
        expect(setRatings(mine)).toEqual(before);
    });

    it.each<{ what: string; spoil: (db: Database.Database) => void; says: RegExp }>([
        {
            what: 'with another rubric',
            spoil: (db) => db.exec("UPDATE rating_set SET rubric_text = 'be kind'"),
            says: /not a copy of this set/,
        },
        {
            what: 'with another story',
            spoil: (db) => db.exec("UPDATE story SET story = 'the owl stayed at home.' WHERE id = 2"),
            says: /not a copy of this set/,
        },
        { what: 'with a table more', spoil: (db) => db.exec('CREATE TABLE guest (a)'), says: /tables were altered/ },
        {
            what: 'with a trigger less',
            spoil: (db) => db.exec('DROP TRIGGER rating_is_kept'),
            says: /tables were altered/,
        },
        { what: 'of a newer version', spoil: (db) => db.pragma('user_version = 9'), says: /newer Storyloop/ },
        {
            what: 'of another program',
            spoil: (db) => db.pragma('application_id = 7'),
            says: /not a rating set of Storyloop/,
        },
        {
            what: 'with a score outside the range',
            spoil: (db) =>
                db.exec(`INSERT INTO rater VALUES ('r', 'x'); INSERT INTO rating VALUES
                         (9, 1, 'r', 1, 'scored', '{"readability":9,"coherence":1,"creativity":1}', 0, 0, 1, 0, '')`),
            says: /got 9 for "readability"/,
        },
        {
            what: 'with scores that are no numbers',
            spoil: (db) =>
                db.exec(`INSERT INTO rater VALUES ('r', 'x'); INSERT INTO rating VALUES
                         (9, 1, 'r', 1, 'scored', '["many"]', 0, 0, 1, 0, '')`),
            says: /was altered/,
        },
        {
            what: 'with nothing in it',
            spoil: (db) => db.exec('DELETE FROM item; DELETE FROM story'),
            says: /is not a rating set that can be rated \(it is empty\); nothing was changed\. Ask for another copy\.$/,
        },
        {
            what: 'with a gap in its order',
            spoil: (db) => db.exec('DELETE FROM item WHERE position = 1'),
            says: /\(the order of its stories cannot be read\)/,
        },
        {
            what: 'with a time that no calendar has',
            spoil: (db) => db.exec('UPDATE rating_set SET created_at = 8640000000000001'),
            says: /\(a time cannot be read\)/,
        },
        {
            what: 'with a name that moves the cursor',
            spoil: (db) => db.exec("UPDATE rating_set SET name = char(27) || '[31mx'"),
            says: /\(a name in it is "\\u001b\[31mx"\)/,
        },
        {
            what: 'with a rater without a name',
            spoil: (db) => db.exec("INSERT INTO rater VALUES ('r', ' ')"),
            says: /\(a name in it is " "\)/,
        },
        {
            what: 'with answers that begin at seven',
            spoil: (db) =>
                db.exec(`INSERT INTO rater VALUES ('r', 'x'); INSERT INTO rating VALUES
                         (9, 1, 'r', 7, 'scored', '{"readability":1,"coherence":1,"creativity":1}', 0, 0, 1, 0, '')`),
            says: /\(the order of its ratings cannot be read\)/,
        },
    ])('is refused $what, and nothing here changes', ({ spoil, says }) => {
        const home = temporaryFolder();
        const file = aSetFile(home);
        const sent = inFolder('sent.sqlite');
        exportSet(file, sent);
        const db = new Database(sent);
        spoil(db);
        db.close();
        expect(() => importSet(home, sent)).toThrow(says);
        expect(setRatings(opened(file))).toEqual([]);
        expect(setRaters(opened(file))).toEqual([]);
    });

    it('is refused where it is a run, a text, or not there', () => {
        const home = temporaryFolder();
        expect(() => importSet(home, aRunFolder().database)).toThrow(/not a rating set/);
        const text = inFolder('text.sqlite');
        fs.writeFileSync(text, 'once upon a time, '.repeat(100));
        expect(() => importSet(home, text)).toThrow(/not a database of Storyloop/);
        expect(() => importSet(home, inFolder('none.sqlite'))).toThrow(/no rating set at/);
        expect(() => importSet(home, aSetFile(temporaryFolder(), { id: '..' + setId.slice(2) }))).toThrow();
        expect(listSets(home, readSetHead)).toEqual([]);
    });
});

const rater = path.join(import.meta.dirname, 'rater-process.ts');
const manyStories = {
    stories: Array.from({ length: 60 }, (_, i) => ({ ...aNewSet().stories[0]!, id: i + 1, episode: i + 1 })),
    order: Array.from({ length: 60 }, (_, i) => i + 1),
    rubric,
};

it('loses no answer when the rater is killed, many times over', async () => {
    const file = aSetFile(temporaryFolder(), manyStories);
    let reported = 0;
    for (let kill = 0; kill < 5; kill++) {
        const child = spawn(process.execPath, [rater, file], { stdio: ['ignore', 'pipe', 'inherit'] });
        const ended = once(child, 'close');
        const firstWord = new Promise<void>((resolve) => {
            createInterface(child.stdout).on('line', () => {
                reported++;
                resolve();
            });
        });
        await Promise.race([firstWord, ended]);
        await wait((kill * 37) % 101);
        child.kill('SIGKILL');
        await ended;
        const db = openSetDatabase(file, { readonly: true, untrusted: true });
        const answers = setRatings(db).length;
        db.close();
        expect(answers).toBeGreaterThanOrEqual(reported);
        expect(answers).toBeLessThanOrEqual(reported + 1); // at most one was recorded and not yet reported
        reported = answers;
    }
    expect(reported).toBeGreaterThan(5);
});

it('lets two windows rate one set without losing or doubling an answer', async () => {
    const file = aSetFile(temporaryFolder(), manyStories);
    const said: string[] = [];
    await Promise.all(
        [1, 2].map(async () => {
            const child = spawn(process.execPath, [rater, file, 'once'], { stdio: ['ignore', 'pipe', 'inherit'] });
            createInterface(child.stdout).on('line', (line) => said.push(line));
            expect(await once(child, 'close')).toEqual([0, null]);
        }),
    );
    const db = openSetDatabase(file, { readonly: true, untrusted: true });
    expect(setRatings(db).map(({ position, number }) => [position, number])).toEqual(
        manyStories.order.map((position) => [position, 1]),
    );
    expect(setRaters(db)).toHaveLength(1);
    db.close();
    expect(said.filter((line) => line.startsWith('recorded'))).toHaveLength(60);
});
