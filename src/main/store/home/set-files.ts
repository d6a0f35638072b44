/**
 * Creates, finds, exports and imports rating sets: one folder each under `sets/`, and one file when colleagues exchange
 * it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { badInput, badInputAbout, commandLine, describeFault, faultOf } from '../../../shared/faults.ts';
import { isSameName } from '../../../shared/text/names.ts';
import { checkForeignSet } from '../sets/foreign-set.ts';
import { givenPath } from './given-path.ts';
import { createSetDatabase, openSetDatabase, type OpenOptions } from '../connection/open.ts';
import {
    addRatings,
    mergeSet,
    readSetHead,
    setRaters,
    writeNewSet,
    type Merged,
    type NewSet,
    type SetRater,
    type SetRating,
} from '../sets/rating-set.ts';
import { storeFault } from '../connection/sqlite-faults.ts';
import { transaction, write } from '../connection/statements.ts';
import { makeFolder, requireWritable } from '../connection/places.ts';
import type { RunDatabase } from '../connection/statements.ts';

export type SetOnDisk<Content> =
    | { readonly kind: 'set'; readonly file: string; readonly content: Content }
    | { readonly kind: 'unreadable'; readonly file: string; readonly problem: string };

function setsFolder(home: string): string {
    return path.join(home, 'sets');
}

function setFile(home: string, id: string): string {
    return path.join(setsFolder(home), id, 'set.sqlite');
}

/** Makes `sets/<id>/set.sqlite`. It is prepared under a hidden name and moved into place. */
export function createSet(home: string, set: NewSet): string {
    return putInPlace(home, set.id, (draft) => {
        const db = createSetDatabase(draft);
        try {
            writeNewSet(db, set);
        } finally {
            db.close();
        }
    });
}

function putInPlace(home: string, id: string, fill: (draft: string) => void): string {
    const folder = path.join(setsFolder(home), `.${id}`);
    requireWritable(home);
    try {
        fs.rmSync(folder, { recursive: true, force: true });
        makeFolder(folder);
        fill(path.join(folder, 'set.sqlite'));
        fs.renameSync(folder, path.join(setsFolder(home), id));
        return setFile(home, id);
    } catch (error) {
        fs.rmSync(folder, { recursive: true, force: true });
        throw storeFault(error, folder);
    }
}

/** What is read of each set, the oldest first; of one that cannot be read, why. Drafts are hidden. */
export function listSets<Content>(home: string, read: (db: RunDatabase) => Content): readonly SetOnDisk<Content>[] {
    const sets = setsFolder(home);
    if (!fs.existsSync(sets)) return [];
    return fs
        .readdirSync(sets)
        .filter((name) => !name.startsWith('.'))
        .sort()
        .map((id) => {
            const file = setFile(home, id);
            try {
                return { kind: 'set', file, content: withSet(file, { readonly: true }, read) };
            } catch (error) {
                return { kind: 'unreadable', file, problem: describeFault(faultOf(error)) };
            }
        });
}

/**
 * The file of the set a person means: a path, an id, or a name that only one has.
 * @throws bad input where no set is meant, or several are
 */
export function findSet(home: string, wanted: string): string {
    for (const file of [givenPath(wanted), path.join(givenPath(wanted), 'set.sqlite')])
        if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    const sets = listSets(home, readSetHead).filter((set) => set.kind === 'set');
    const found = sets.filter(({ content: { id, name } }) => id === wanted.toUpperCase() || isSameName(name, wanted));
    if (found.length === 1) return found[0]!.file;
    if (found.length === 0)
        throw badInputAbout(
            'no-such-set',
            `There is no rating set "${wanted}"; nothing was changed.`,
            `List them with: ${commandLine} sets`,
        );
    throw badInput(
        `Several rating sets are called "${wanted}"; nothing was changed. Name one of them by its id: ${found.map(({ content }) => content.id).join(', ')}.`,
    );
}

/** Runs the work on an open set and closes it. */
export function withSet<T>(file: string, options: OpenOptions, work: (db: RunDatabase) => T): T {
    const db = openSetDatabase(file, options);
    try {
        return work(db);
    } finally {
        db.close();
    }
}

/** The anonymous name of a rater in exports: the end of its random id, the same in every export. */
export function pseudonym(id: string): string {
    return `rater ${id.slice(-4)}`;
}

/**
 * Writes the set as one file without people's names; the target must not exist yet. Works while somebody rates.
 * @throws bad input where the target exists; a store fault where it cannot be written
 */
export function exportSet(file: string, target: string): void {
    if (fs.existsSync(target))
        throw badInput(`${target} exists already and was left as it is. Choose another name for the copy.`);
    const partial = `${target}.partial`;
    fs.rmSync(partial, { force: true });
    try {
        withSet(file, { readonly: true }, (db) => db.prepare('VACUUM INTO ?').run(partial));
        withSet(partial, { readonly: false }, (db) => {
            transaction(db, () => {
                setRaters(db).forEach(({ id }) => {
                    write(db, 'UPDATE rater SET name = @name WHERE id = @id', { id, name: pseudonym(id) });
                });
            });
            db.exec('VACUUM'); // also wipes the names from free pages
            db.pragma('journal_mode = DELETE'); // one file, nothing beside it
        });
        withSet(partial, { readonly: true }, readSetHead);
        fs.renameSync(partial, target);
    } catch (error) {
        for (const ending of ['', '-wal', '-shm', '-journal']) fs.rmSync(partial + ending, { force: true });
        throw storeFault(error, target);
    }
}

export type SetImport =
    | { readonly kind: 'new'; readonly file: string }
    | { readonly kind: 'merged'; readonly file: string; readonly merged: Merged };

/**
 * Takes a colleague's file in: a set that is not here is added, of one that is here the ratings are merged.
 * @param called what sentences call the file
 * @throws bad input where the file is no set, was altered, or belongs to another version
 */
export function importSet(home: string, source: string, called = source): SetImport {
    const other = openSetDatabase(source, { readonly: true, untrusted: true, called });
    try {
        checkForeignSet(other);
        const { id } = readSetHead(other);
        const file = setFile(home, id);
        if (fs.existsSync(file))
            return { kind: 'merged', file, merged: withSet(file, { readonly: false }, (db) => mergeSet(db, other)) };
        const put = putInPlace(home, id, (draft) => {
            other.pragma('query_only = OFF'); // on where an older file is read from memory; a copy changes nothing
            other.prepare('VACUUM INTO ?').run(draft);
            withSet(draft, { readonly: false, called }, (db) => mergeSet(db, other)); // reads and checks every rating
        });
        return { kind: 'new', file: put };
    } finally {
        other.close();
    }
}

/** The set of this id; null where it is not here. */
export function setOfId(home: string, id: string): string | null {
    const file = setFile(home, id);
    return fs.existsSync(file) ? file : null;
}

/**
 * Adds one person's ratings to a set, which is made of `fresh` where it is not here yet: both or nothing.
 * @param called what sentences call the file that they come from
 */
export function takeRatings(
    home: string,
    set: { readonly file: string } | { readonly fresh: NewSet },
    rater: SetRater,
    ratings: readonly SetRating[],
    called: string,
): SetImport {
    const add = (db: RunDatabase): Merged => addRatings(db, [rater], ratings, called);
    if ('file' in set) return { kind: 'merged', file: set.file, merged: withSet(set.file, { readonly: false }, add) };
    const merged: Merged[] = [];
    const file = putInPlace(home, set.fresh.id, (draft) => {
        const db = createSetDatabase(draft);
        try {
            writeNewSet(db, set.fresh);
            merged.push(add(db));
        } finally {
            db.close();
        }
    });
    return { kind: 'merged', file, merged: merged[0]! };
}
