/**
 * Reads and writes a rating set: its stories and people's ratings. Ratings are only added. Whoever adds one says how
 * many it knows of, so that the second of two windows on one item is told, and nothing is overwritten.
 */
import { ulid } from 'ulid';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import { isSameName, nameKey } from '../../../shared/text/names.ts';
import { oneLine } from '../../../shared/text/one-line.ts';
import { nameOf } from '../connection/frozen.ts';
import { rubricSchema, type Criterion, type CriterionId, type Rubric } from '../../../shared/ratings/rubric.ts';
import { readAll, readOne, transaction, write } from '../connection/statements.ts';
import type { RunDatabase } from '../connection/statements.ts';
import { jsonOf } from '../../../shared/text/json.ts';

/**
 * Agreement: stories of training, chosen by score and time. Gain: a random sample of the stories before and after
 * learning. Known truth: sound stories and their twins with a planted defect.
 */
export type SetPurpose = 'agreement' | 'gain' | 'known-truth';

export interface SetStory {
    readonly id: number;
    /** Keys of the story in its run.sqlite. */
    readonly run: string;
    readonly attempt: number;
    readonly episode: number;
    /** The stretch of its run's training, from 1. */
    readonly stage: number;
    readonly prompt: string;
    readonly story: string;
    readonly words: number;
    /** Of a gain set: before or after; of known truth: sound, or the planted defect; else null. */
    readonly part: string | null;
    /** 1: it ended by itself, 0: it was cut off; null where nobody noted it. */
    readonly finished: 0 | 1 | null;
}

export interface SetHead {
    readonly id: string;
    readonly name: string;
    readonly seed: number;
    readonly createdAt: number;
    readonly rubric: Rubric;
    readonly purpose: SetPurpose;
}

export interface NewSet extends SetHead {
    readonly stories: readonly SetStory[];
    /** Ids of stories in the order in which they are shown; the second time a story is a silent repeat. */
    readonly order: readonly number[];
}

export interface SetItem {
    readonly position: number; // from 1
    readonly story: number;
    readonly isRepeat: boolean;
}

export interface SetRater {
    readonly id: string;
    readonly name: string;
}

export interface NewSetRating {
    readonly position: number;
    readonly rater: string;
    /** Counts this rater's ratings of this item from 1: one more than are known to whoever rates. */
    readonly number: number;
    readonly kind: 'scored' | 'skipped' | 'withdrawn';
    /** One score a criterion where the kind is `scored`, else none. */
    readonly scores: Readonly<Record<CriterionId, number>>;
    readonly at: number;
    readonly dwellMs: number;
    readonly flagged: boolean;
    readonly note: string;
}

export interface SetRating extends NewSetRating {
    /** Given before its rater saw what teachers said of the story. */
    readonly blind: boolean;
}

export function writeNewSet(db: RunDatabase, set: NewSet): void {
    const { id, name, seed, createdAt, rubric, purpose, stories, order } = set;
    transaction(db, () => {
        write(
            db,
            `INSERT INTO rating_set (only, id, name, seed, created_at, rubric, rubric_text, criteria, purpose)
             VALUES (1, @id, @name, @seed, @createdAt, @rubric, @text, @criteria, @purpose)`,
            {
                id,
                name,
                seed,
                createdAt,
                purpose,
                rubric: rubric.id,
                text: rubric.text,
                criteria: JSON.stringify(rubric.criteria),
            },
        );
        for (const story of stories)
            write(
                db,
                `INSERT INTO story (id, run, attempt, episode, stage, prompt, story, words, part, finished)
                 VALUES (@id, @run, @attempt, @episode, @stage, @prompt, @story, @words, @part, @finished)`,
                { ...story },
            );
        order.forEach((story, i) => {
            write(db, 'INSERT INTO item (position, story) VALUES (@position, @story)', { position: i + 1, story });
        });
    });
}

/**
 * What the set is: its name and rubric, and when and from which seed it was made.
 * @throws bad input where the file holds no rating set; a damaged file where its rubric cannot be read
 */
export function readSetHead(db: RunDatabase): SetHead {
    type Row = Omit<SetHead, 'rubric'> & { readonly rubric: string; readonly text: string; readonly criteria: string };
    const row = readOne<Row>(
        db,
        'SELECT id, name, seed, created_at AS createdAt, rubric, rubric_text AS text, criteria, purpose FROM rating_set',
    );
    if (!row) throw badInput(`${nameOf(db)} holds no rating set; nothing was changed. Choose another file.`);
    const { rubric, text, criteria, ...head } = row;
    const parsed = rubricSchema.safeParse({ id: rubric, text, criteria: jsonOf(criteria) });
    if (!parsed.success) throw altered(db, 'its rubric cannot be read');
    return { ...head, rubric: parsed.data };
}

export function setStories(db: RunDatabase): readonly SetStory[] {
    return readAll(
        db,
        'SELECT id, run, attempt, episode, stage, prompt, story, words, part, finished FROM story ORDER BY id',
    );
}

export function setItems(db: RunDatabase): readonly SetItem[] {
    const seen = new Set<number>();
    return readAll<{ position: number; story: number }>(db, 'SELECT position, story FROM item ORDER BY position').map(
        ({ position, story }) => {
            const isRepeat = seen.has(story);
            seen.add(story);
            return { position, story, isRepeat };
        },
    );
}

export function setRaters(db: RunDatabase): readonly SetRater[] {
    return readAll(db, 'SELECT id, name FROM rater ORDER BY id');
}

/** The rater of this name, made known where there was none. @throws bad input where the name is empty */
export function raterNamed(db: RunDatabase, name: string, now: number): SetRater {
    const wanted = oneLine(name);
    if (nameKey(wanted) === '') throw badInput('A rater needs a name; nothing was changed. It stays on this machine.');
    return transaction(db, () => {
        const known = setRaters(db).find((rater) => isSameName(rater.name, wanted));
        if (known) return known;
        const rater = { id: ulid(now), name: wanted };
        write(db, 'INSERT INTO rater (id, name) VALUES (@id, @name)', rater);
        return rater;
    });
}

/** Every rating ever given, in the order of items; of one rater or of all. */
export function setRatings(db: RunDatabase, rater: string | null = null): readonly SetRating[] {
    type Row = Omit<SetRating, 'scores' | 'blind' | 'flagged'> & {
        readonly scores: string;
        readonly blind: number;
        readonly flagged: number;
    };
    return readAll<Row>(
        db,
        `SELECT position, rater, number, kind, scores, at, dwell_ms AS dwellMs, blind, flagged, note FROM rating
         WHERE @rater IS NULL OR rater = @rater ORDER BY position, rater, number`,
        { rater },
    ).map((row) => ({
        ...row,
        scores: scoresOf(db, row.scores),
        blind: row.blind === 1,
        flagged: row.flagged === 1,
    }));
}

const scoresSchema = z.record(z.string(), z.number());

function scoresOf(db: RunDatabase, json: string): Readonly<Record<CriterionId, number>> {
    const parsed = scoresSchema.safeParse(jsonOf(json));
    if (!parsed.success) throw altered(db, 'it holds scores that are not numbers');
    return parsed.data;
}

function altered(db: RunDatabase, how: string): Error {
    return badInput(`${nameOf(db)} was altered (${how}); nothing was changed. Ask for another copy.`);
}

/**
 * Adds a rating. `recorded`: it is on the disk. `taken`: this rater rated the item meanwhile, as in another window;
 * nothing was changed.
 */
export function addSetRating(db: RunDatabase, rating: NewSetRating): 'recorded' | 'taken' {
    return transaction(db, () => {
        const { position, rater, number } = rating;
        checkScores(readSetHead(db).rubric.criteria, rating);
        const item = readOne<{ story: number }>(db, 'SELECT story FROM item WHERE position = @position', { position });
        if (!item) throw badInput(`The set has no item ${position}; nothing was recorded.`);
        const { last } = readOne<{ last: number }>(
            db,
            'SELECT coalesce(max(number), 0) AS last FROM rating WHERE position = @position AND rater = @rater',
            { position, rater },
        )!;
        if (number !== last + 1) return 'taken';
        insertRating(db, { ...rating, blind: unblindedAt(db, item.story, rater) === null });
        return 'recorded';
    });
}

/** When the rater was shown what teachers said of the story; null where never. */
export function unblindedAt(db: RunDatabase, story: number, rater: string): number | null {
    const sql = 'SELECT at FROM unblinding WHERE story = @story AND rater = @rater';
    return readOne<{ at: number }>(db, sql, { story, rater })?.at ?? null;
}

/** Notes that the rater is about to see what teachers said of the story. */
export function recordUnblinding(db: RunDatabase, story: number, rater: string, at: number): void {
    write(db, 'INSERT OR IGNORE INTO unblinding (story, rater, at) VALUES (@story, @rater, @at)', { story, rater, at });
}

/** What happened to each rating of a merged file. */
export interface Merged {
    readonly raters: number;
    readonly added: number;
    readonly known: number;
    /** Ratings of the same rater, item and number that say something else; ours were kept. */
    readonly conflicts: readonly { readonly ours: SetRating; readonly theirs: SetRating }[];
}

/**
 * Adds the ratings of another copy of the same set. What both have is left alone; where they differ, ours stays and
 * both are told. All or nothing. @throws bad input where the other is a copy of another set, or was altered
 */
export function mergeSet(db: RunDatabase, other: RunDatabase): Merged {
    const [ours, theirs] = [db, other].map((each) =>
        JSON.stringify([{ ...readSetHead(each), name: '' }, setStories(each), setItems(each)]),
    );
    if (ours !== theirs)
        throw badInput(
            `${nameOf(other)} is not a copy of this set: its rubric, stories or order differ; nothing was changed. Ask for a copy of the set that was sent.`,
        );
    return transaction(db, () => {
        const merged = addRatings(db, setRaters(other), setRatings(other), nameOf(other));
        for (const seen of readAll<{ story: number; rater: string; at: number }>(
            other,
            'SELECT story, rater, at FROM unblinding',
        ))
            recordUnblinding(db, seen.story, seen.rater, seen.at);
        return merged;
    });
}

/**
 * Adds ratings that were given elsewhere. What is here already is left alone; where they differ, ours stays and both
 * are told. All or nothing.
 * @param file names where they come from, in sentences
 * @throws bad input where a score is missing, foreign or out of range
 */
export function addRatings(
    db: RunDatabase,
    raters: readonly SetRater[],
    ratings: readonly SetRating[],
    file: string,
): Merged {
    const { criteria } = readSetHead(db).rubric;
    return transaction(db, () => {
        const known = new Map(setRatings(db).map((rating) => [keyOf(rating), rating]));
        let newRaters = 0;
        for (const { id, name } of raters)
            newRaters += write(db, 'INSERT OR IGNORE INTO rater (id, name) VALUES (@id, @name)', { id, name }).changes;
        let added = 0;
        const conflicts: { ours: SetRating; theirs: SetRating }[] = [];
        for (const rating of ratings) {
            checkScores(criteria, rating, ` of ${file}`);
            const here = known.get(keyOf(rating));
            if (here === undefined) {
                insertRating(db, rating);
                added++;
            } else if (!isSameRating(here, rating)) conflicts.push({ ours: here, theirs: rating });
        }
        return { raters: newRaters, added, known: ratings.length - added - conflicts.length, conflicts };
    });
}

/** Whatever order their scores were written in. */
function isSameRating(one: SetRating, other: SetRating): boolean {
    const [a, b] = [one, other].map(({ scores, ...rest }) =>
        JSON.stringify([Object.entries(rest).toSorted(byName), Object.entries(scores).toSorted(byName)]),
    );
    return a === b;
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const keyOf = ({ position, rater, number }: SetRating): string => JSON.stringify([position, rater, number]);

function insertRating(db: RunDatabase, { scores, blind, flagged, ...rating }: SetRating): void {
    const { position, rater, number, kind, at, dwellMs, note } = rating;
    write(
        db,
        `INSERT INTO rating (position, rater, number, kind, scores, at, dwell_ms, blind, flagged, note)
         VALUES (@position, @rater, @number, @kind, @scores, @at, @dwellMs, @blind, @flagged, @note)`,
        {
            position,
            rater,
            number,
            kind,
            at,
            dwellMs,
            note,
            scores: JSON.stringify(scores),
            blind: Number(blind),
            flagged: Number(flagged),
        },
    );
}

/**
 * One score per criterion, none missing, none foreign, none out of range; none at all where nothing was scored.
 * @param ofFile names the file that the rating comes from, in sentences
 */
function checkScores(criteria: readonly Criterion[], { kind, scores, position }: NewSetRating, ofFile = ''): void {
    const wanted = kind === 'scored' ? criteria : [];
    for (const { id, min, max } of wanted) {
        const score = scores[id];
        if (score === undefined || !Number.isInteger(score) || score < min || score > max)
            throw badInput(
                `Item ${position}${ofFile} got ${score ?? 'no score'} for "${id}", which takes whole numbers from ${min} to ${max}; nothing was recorded.`,
            );
    }
    if (Object.keys(scores).length !== wanted.length)
        throw badInput(
            `Item ${position}${ofFile} was scored by criteria that the set does not have; nothing was recorded.`,
        );
}
