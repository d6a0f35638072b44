/**
 * Reads ratings from a CSV in long form, one score per line: `story,rater,criterion,score`, and where known `kind`
 * (person or teacher), `words` and `stage` of the story, `repeat` (0; from 1 on where the same rater rated the story
 * again) and `blind`. Packages for agreement in R and Python use this form, and rating sets are exported in it.
 */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { badInput } from '../../../shared/faults.ts';
import { isSameName, nameKey } from '../../../shared/text/names.ts';
import { oneLine } from '../../../shared/text/one-line.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import { widestScale } from '../../learning/agreement/confusion.ts';
import type { RatingTable, TableRating, TableStory } from '../../learning/agreement/rating-table.ts';

export interface CsvOptions {
    /** The lowest and the highest possible score; undefined: the lowest and the highest there are. */
    readonly scale?: { readonly min: number; readonly max: number };
    /**
     * The raters that are people; all others are teachers. Undefined: as the column `kind` says, else by their names.
     */
    readonly people?: readonly string[];
    /** Counts ratings, too, that were not given blind according to the column `blind`. */
    readonly all?: boolean;
}

const required = ['story', 'rater', 'criterion', 'score'] as const;
const optional = ['kind', 'words', 'stage', 'repeat', 'blind'] as const;
type RatingColumn = (typeof required)[number] | (typeof optional)[number];

/** How published data sets name people. */
const personName = /^(human|person|people|annotator|expert|crowd|participant)/i;
const mostWords = 1e7; // of a story
const latestStage = 1e15; // updates, words or tokens of training
const mostRepeats = 1000;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const noScore = new Set(['', 'na', 'nan', 'null', 'n/a']); // how spreadsheets, R and pandas write a missing value

interface Line {
    readonly number: number;
    readonly cell: (column: RatingColumn) => string;
}

/** The ratings in a file. @throws bad input that names the line */
export function readRatingsCsv(file: string, { scale, people, all = false }: CsvOptions): RatingTable {
    if (scale && scale.max - scale.min > widestScale)
        throw badInput(
            `A scale from ${scale.min} to ${scale.max} is too wide to count scores on; nothing was computed. It may span ${widestScale} at most.`,
        );
    const name = basename(file);
    const lines = linesOf(file, name);
    const stories = new Places<{ words: number | null; stage: number | null }>();
    const raters = new Places<{ kind: string }>();
    const criteria = new Places<{ min: number; max: number }>();
    const ratings = new Map<
        string,
        {
            readonly story: number;
            readonly rater: number;
            readonly isRepeat: boolean;
            readonly scores: Record<string, number>;
        }
    >();
    const seen = new Map<string, number>();
    for (const { number, cell } of lines) {
        const refuse = (what: string): Error =>
            badInput(`Line ${number} of ${name} ${what}; nothing was computed. Correct the line and try again.`);
        for (const column of ['story', 'rater', 'criterion'] as const) checkName(cell(column), column, refuse);
        const score = numberIn(cell('score'));
        if (score === undefined) throw refuse(`has "${cell('score')}" for a score, which is not a number`);
        const countIn = (column: 'words' | 'stage' | 'repeat', most: number): number | null => {
            const value = numberIn(cell(column));
            if (value === undefined) throw refuse(`has "${cell(column)}" for ${column}, which is not a number`);
            if (value !== null && !(value >= 0 && value <= most))
                throw refuse(`has ${value} for ${column}; it must be from 0 to ${most}`);
            return value;
        };
        const repeat = countIn('repeat', mostRepeats) ?? 0;
        const saysBlind = cell('blind').toLowerCase();
        if (!['', 'true', 'false', '0', '1'].includes(saysBlind))
            throw refuse(`has "${saysBlind}" for blind, not true or false`);
        const isBlind = saysBlind !== 'false' && saysBlind !== '0';
        if (!all && !isBlind) continue;
        const story = stories.place(cell('story'), { words: null, stage: null });
        const rater = raters.place(cell('rater'), { kind: '' });
        const criterion = criteria.place(cell('criterion'), { min: Infinity, max: -Infinity });
        // a blind rating and a later one that was not blind may both be there; the later one replaces it
        const key = JSON.stringify([story, rater, criterion, repeat, isBlind]);
        const before = seen.get(key);
        if (before !== undefined) throw refuse(`rates what line ${before} rates: the same story, rater and criterion`);
        seen.set(key, number);
        for (const column of ['words', 'stage'] as const) {
            const value = countIn(column, column === 'words' ? mostWords : latestStage);
            if (value !== null) stories.of(story)[column] = value;
        }
        const kind = cell('kind').toLowerCase();
        if (!['', 'person', 'teacher'].includes(kind))
            throw refuse(`calls its rater a "${kind}", not person or teacher`);
        const known = raters.of(rater);
        if (known.kind !== '' && kind !== '' && known.kind !== kind)
            throw refuse(`calls "${cell('rater')}" a ${kind}, which was a ${known.kind} before`);
        if (kind !== '') known.kind = kind;
        if (score === null) continue;
        if (scale && (score < scale.min || score > scale.max))
            throw refuse(`has the score ${score}, outside the scale ${scale.min}–${scale.max}`);
        const range = criteria.of(criterion);
        range.min = Math.min(range.min, score);
        range.max = Math.max(range.max, score);
        if (range.max - range.min > widestScale)
            throw refuse(`has the score ${score}, more than ${widestScale} away from another of ${cell('criterion')}`);
        const of = JSON.stringify([story, rater, repeat]);
        const rating = ratings.get(of) ?? { story, rater, isRepeat: repeat > 0, scores: {} };
        rating.scores[criteria.nameOf(criterion)] = score;
        ratings.set(of, rating);
    }
    return {
        criteria: criteria.entries().map(([id, range]): Criterion => {
            const { min, max } = scale ?? { min: Math.floor(range.min), max: Math.ceil(range.max) };
            return { id, name: id, means: '', min, max, weight: 1 };
        }),
        raters: kindsOf(raters.entries(), people, name),
        stories: stories.entries().map(([id, { words, stage }]): TableStory => ({ id, words, stage })),
        ratings: [...ratings.values()] satisfies readonly TableRating[],
    };
}

/** Numbers names in the order in which they appear, with what is known of each; names that look alike are one. */
class Places<Known> {
    readonly #places = new Map<string, number>();
    readonly #names: string[] = []; // as they were first written
    readonly #known: Known[] = [];

    place(name: string, fresh: Known): number {
        const key = nameKey(name);
        const found = this.#places.get(key);
        if (found !== undefined) return found;
        this.#places.set(key, this.#known.length);
        this.#names.push(oneLine(name));
        return this.#known.push(fresh) - 1;
    }

    nameOf(place: number): string {
        return this.#names[place]!;
    }

    of(place: number): Known {
        return this.#known[place]!;
    }

    entries(): readonly (readonly [string, Known])[] {
        return this.#names.map((name, place) => [name, this.#known[place]!]);
    }
}

function linesOf(file: string, name: string): readonly Line[] {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
        throw badInput(`There is no file ${file}; nothing was computed. Check the path.`);
    const { text, delimiter } = inDialect(textOf(file, name));
    let rows: readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
    try {
        rows = parse(text, {
            delimiter,
            record_delimiter: ['\r\n', '\n', '\r'],
            info: true,
            trim: true,
            skip_empty_lines: true,
        }) as unknown as typeof rows;
    } catch (error) {
        if (!(error instanceof CsvError)) throw error;
        throw badInput(
            `${name} is not a table that can be read (${error.message}); nothing was computed. Export it again, with commas, semicolons or tabs between its cells.`,
        );
    }
    const header = rows[0]?.record.map((cell) => cell.toLowerCase()) ?? [];
    const absent = required.filter((column) => !header.includes(column));
    if (absent.length > 0)
        throw badInput(
            `${name} has no column ${absent.map((column) => `"${column}"`).join(', ')}; nothing was computed. Its first line must be story,rater,criterion,score, and each line after it holds one score.`,
        );
    const twice = header.find((column, i) => isKnown(column) && header.indexOf(column) !== i);
    if (twice !== undefined)
        throw badInput(`${name} has two columns "${twice}"; nothing was computed. Leave one of them out.`);
    if (rows.length === 1)
        throw badInput(`${name} holds no ratings, only a header; nothing was computed. Choose another file.`);
    const at = Object.fromEntries([...required, ...optional].map((column) => [column, header.indexOf(column)]));
    const lines = rows.slice(1).map(({ record, info }): Line => ({
        number: info.lines,
        cell: (column) => record[at[column]!] ?? '',
    }));
    return delimiter === ',' ? lines : withDecimalPoints(lines, delimiter, name);
}

/** The separators that spreadsheets write, the usual one first. */
const delimiters = [',', ';', '\t', '|'] as const;

/**
 * The table without the line "sep=;" that Excel puts before it, and the separator of its cells: the one in that line,
 * else the one by which the first line has all columns that are needed.
 */
function inDialect(text: string): { readonly text: string; readonly delimiter: string } {
    const separatorLine = /^sep=([,;|\t])[ \t]*(?=\r?\n)/i.exec(text);
    if (separatorLine) return { text: text.slice(separatorLine[0].length), delimiter: separatorLine[1]! };
    const header = /^\s*(.*)/.exec(text)![1]!.toLowerCase();
    const delimiter = delimiters.find((each) => {
        const cells = header.split(each).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
        return required.every((column) => cells.includes(column));
    });
    return { text, delimiter: delimiter ?? ',' };
}

const numeric: ReadonlySet<RatingColumn> = new Set(['score', 'words', 'stage', 'repeat']);
const decimalComma = /^[+-]?\d+,\d+$/;

/** Where commas do not separate cells they may be decimal commas; a table with both kinds of numbers is refused. */
function withDecimalPoints(lines: readonly Line[], delimiter: string, name: string): readonly Line[] {
    const places = lines.flatMap(({ number, cell }) => [...numeric].map((column) => ({ number, text: cell(column) })));
    const comma = places.find(({ text }) => decimalComma.test(text));
    if (comma === undefined) return lines;
    const point = places.find(({ text }) => /\d\.\d/.test(text));
    if (point)
        throw badInput(
            `${name} writes ${comma.text} on line ${comma.number} and ${point.text} on line ${point.number}, so a comma may mean two things; nothing was computed. Write all decimals with a point.`,
        );
    const isThousands = (text: string): boolean => /^[+-]?[1-9]\d{0,2},\d{3}$/.test(text);
    if (delimiter !== ';' && places.every(({ text }) => !decimalComma.test(text) || isThousands(text)))
        throw badInput(
            `${name} writes ${comma.text} on line ${comma.number}, which may be ${comma.text.replace(',', '.')} or ${comma.text.replace(',', '')}; nothing was computed. Write decimals with a point, and thousands without a sign.`,
        );
    return lines.map(({ number, cell }) => ({
        number,
        cell: (column) => {
            const text = cell(column);
            return numeric.has(column) && decimalComma.test(text) ? text.replace(',', '.') : text;
        },
    }));
}

const isKnown = (column: string): boolean => [...required, ...optional].some((each) => each === column);

function textOf(file: string, name: string): string {
    const bytes = readFileSync(file);
    // UTF-16: what Excel calls "Unicode text"
    if (bytes[0] === 0xff && bytes[1] === 0xfe && bytes.length % 2 === 0) return bytes.toString('utf16le').slice(1);
    if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
        return bytes.swap16().toString('utf16le').slice(1);
    if (!isUtf8(bytes))
        throw badInput(`${name} is not UTF-8 text; nothing was computed. Save it again as CSV in UTF-8.`);
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** The number in a cell; null where it is missing, undefined where it is no number. */
function numberIn(cell: string): number | null | undefined {
    if (noScore.has(cell.toLowerCase())) return null;
    const value = decimal.test(cell) ? Number(cell) : NaN;
    return Number.isFinite(value) ? value : undefined;
}

/** Refuses names that are empty or could not be shown in a terminal or be the key of a record. */
function checkName(name: string, column: string, refuse: (what: string) => Error): void {
    if (nameKey(name) === '') throw refuse(`names no ${column}`);
    if (/\p{Cc}/u.test(name)) throw refuse(`has a ${column} with control characters`);
    if (nameKey(name) === '__proto__') throw refuse(`has a ${column} called ${name}`);
}

function kindsOf(
    raters: readonly (readonly [string, { readonly kind: string }])[],
    people: readonly string[] | undefined,
    file: string,
): RatingTable['raters'] {
    const unknown = people?.find((person) => !raters.some(([id]) => isSameName(id, person)));
    if (unknown !== undefined)
        throw badInput(
            `${file} has no rater "${unknown}"; nothing was computed. Name some of: ${raters.map(([id]) => id).join(', ')}.`,
        );
    const areToldByName = raters.some(([id]) => personName.test(id));
    return raters.map(([id, { kind }]) => {
        if (people) return { id, kind: people.some((person) => isSameName(person, id)) ? 'person' : 'teacher' };
        if (kind !== '') return { id, kind: kind === 'teacher' ? 'teacher' : 'person' };
        return { id, kind: areToldByName && !personName.test(id) ? 'teacher' : 'person' };
    });
}
