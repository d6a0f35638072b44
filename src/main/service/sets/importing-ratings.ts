/**
 * Brings in what a reader said in the rating form of a report. The file comes from anywhere, so everything in it is
 * checked before anything is written; whatever is refused, the file still holds it.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { badInput } from '../../../shared/faults.ts';
import {
    ratingsFileSchema,
    ratingsFileType,
    ratingsFileVersion,
    type RatingsFile,
} from '../../../shared/ratings/ratings-file.ts';
import { nameKey } from '../../../shared/text/names.ts';
import { oneLine } from '../../../shared/text/one-line.ts';
import { setOfId, takeRatings, withSet, type SetImport } from '../../store/home/set-files.ts';
import { readSetHead, setItems, setStories, type NewSet, type SetRating } from '../../store/sets/rating-set.ts';
import { inRun } from './making-sets.ts';
import { composeReportSet, reportSetDigest } from './report-set.ts';
import { jsonOf } from '../../../shared/text/json.ts';

const largest = 16 * 2 ** 20; // bytes
const longestRaterName = 100; // characters, as at the desk

/** A file of ratings is JSON; a set is a database, which never begins so. */
export function isRatingsFile(file: string): boolean {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
    const first = Buffer.alloc(64);
    const opened = openSync(file, 'r');
    try {
        const read = readSync(opened, first, 0, first.length, 0);
        return /^\uFEFF?\s*[{[]/u.test(first.toString('utf8', 0, read));
    } finally {
        closeSync(opened);
    }
}

/**
 * @param databaseOf finds a run by its id; null where it is not on this computer
 * @throws bad input where it is no such file, its run is not here, its stories changed, or it holds what nobody can say
 */
export function importRatings(
    home: string,
    file: string,
    called: string,
    databaseOf: (run: string) => string | null,
): SetImport {
    const given = readRatingsFile(file, called);
    const name = oneLine(given.rater.name);
    if (nameKey(name) === '' || name.length > longestRaterName)
        throw refused(called, 'the name of its rater cannot be read', 'Ask for it to be saved again with a name.');
    const set = setOf(home, given, called, databaseOf);
    const items = 'file' in set ? withSet(set.file, { readonly: true }, setItems).length : set.fresh.order.length;
    const ratings = given.ratings.map(({ position, number, kind, scores, at, dwellMs }): SetRating => {
        if (position > items) throw refused(called, `it rates item ${position} of ${items}`, 'Ask for another copy.');
        return {
            position,
            number,
            kind,
            scores,
            at,
            dwellMs,
            rater: given.rater.id,
            flagged: false,
            note: '',
            blind: true,
        };
    });
    refuseGaps(ratings, called);
    return takeRatings(home, set, { id: given.rater.id, name }, ratings, called);
}

function readRatingsFile(file: string, called: string): RatingsFile {
    if (statSync(file).size > largest)
        throw refused(called, `it is larger than ${largest / 2 ** 20} MB`, 'Ask for another copy.');
    const json = jsonOf(readFileSync(file, 'utf8').replace(/^\uFEFF/u, ''));
    const head = json as { readonly type?: unknown; readonly version?: unknown } | null | undefined;
    if (head?.type !== ratingsFileType)
        throw badInput(
            `${called} is neither a rating set nor ratings from the form of a report; nothing was changed. Choose the file that was saved there.`,
        );
    if (typeof head.version === 'number' && head.version > ratingsFileVersion)
        throw refused(called, 'a newer Storyloop wrote its report', 'Bring it in with that one.');
    const read = ratingsFileSchema.safeParse(json);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw refused(called, `“${issue!.path.join('.') || 'it'}” is not what a form saves`, 'Ask for another copy.');
}

/** The set that was rated: as it is here, or composed again from its run. */
function setOf(
    home: string,
    { run, runName, set, wanted, digest }: RatingsFile,
    called: string,
    databaseOf: (run: string) => string | null,
): { readonly file: string } | { readonly fresh: NewSet } {
    const here = setOfId(home, set);
    if (here !== null) {
        const known = withSet(here, { readonly: true }, (db) => ({
            rubric: readSetHead(db).rubric,
            stories: setStories(db),
            order: setItems(db).map(({ story }) => story),
        }));
        if (reportSetDigest(known) !== digest) throw otherStories(called);
        return { file: here };
    }
    const database = databaseOf(run);
    if (database === null)
        throw refused(
            called,
            `its run “${oneLine(runName).slice(0, 60)}” is not on this computer`,
            'Bring the run in first, then import the ratings again.',
        );
    const fresh = inRun(database, (db) => composeReportSet(db, wanted));
    if (fresh.id !== set || reportSetDigest(fresh) !== digest) throw otherStories(called);
    return { fresh };
}

/** Answers to an item are counted from 1, and the last one counts. */
function refuseGaps(ratings: readonly SetRating[], called: string): void {
    for (const [position, answers] of Map.groupBy(ratings, (rating) => rating.position)) {
        const numbers = answers.map(({ number }) => number).toSorted((a, b) => a - b);
        if (numbers.some((number, i) => number !== i + 1))
            throw refused(called, `its answers to item ${position} are not in order`, 'Ask for another copy.');
    }
}

function otherStories(called: string): Error {
    return refused(
        called,
        'the stories of its run are not those that were rated, for the run went on, was evaluated again, or the file was changed',
        'Write a new report and ask for ratings of that one.',
    );
}

function refused(called: string, why: string, what: string): Error {
    return badInput(
        `The ratings in ${called} cannot be taken in: ${why}. Nothing was changed, and the file still holds them. ${what}`,
    );
}
