import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agreementOfCsv } from '../../../src/main/service/sets/agreement.ts';
import { readRatingsCsv, type CsvOptions } from '../../../src/main/service/sets/ratings-csv.ts';

function fileWith(text: string | Buffer): string {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-csv-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'ratings.csv');
    writeFileSync(file, text);
    return file;
}
const header = 'story,rater,criterion,score\n';
const good = `${header}1,ada,plot,0\n2,ada,plot,3\n1,ben,plot,1\n2,ben,plot,3\n`;
const read = (text: string | Buffer, options: CsvOptions = {}): ReturnType<typeof readRatingsCsv> =>
    readRatingsCsv(fileWith(text), options);

const rows = (delimiter: string, decimal = '.'): string =>
    good.replaceAll(',', delimiter).replace(/1$/m, `1${decimal}5`).replace(/3$/m, `2${decimal}25`);

describe('tables as spreadsheets save them', () => {
    it.each([
        ['semicolons', rows(';')],
        ['tabs', rows('\t')],
        ['bars', rows('|')],
        ['semicolons and decimal commas', rows(';', ',')],
        ['tabs and decimal commas', rows('\t', ',')],
        ['a line that says what divides the cells', `sep=;\r\n${rows(';', ',')}`],
        ['the same of commas', `\ufeffSEP=,\n${rows(',')}`],
        ['a quoted header', rows(';').replace('story;rater', '"story"; "Rater"')],
        ['UTF-16, as "Unicode text" is', Buffer.from(`\ufeff${rows('\t', ',')}`, 'utf16le')],
    ])('are read with %s', (_, text) => {
        const wanted = read(rows(',')).ratings;
        expect(wanted.map(({ scores }) => scores['plot'])).toEqual([0, 2.25, 1.5, 3]);
        expect(read(text).ratings).toEqual(wanted);
    });

    it('keep the numbers of their lines', () => {
        expect(() => read(`sep=;\n${rows(';')}3;ada;plot;good\n`)).toThrow(/^Line 7 of ratings\.csv has "good"/);
    });

    it('are refused where a comma may mean two things', () => {
        expect(() => read(`${rows('\t', '.')}3\tada\tplot\t2,5\n`)).toThrow(
            /writes 2,5 on line 6 and 2\.25 on line 3, so a comma may mean two things/,
        );
        expect(() => read('story\trater\tcriterion\tscore\twords\n1\tada\tplot\t1\t1,234\n')).toThrow(
            /writes 1,234 on line 2, which may be 1\.234 or 1234; nothing was computed/,
        );
        expect(read('story;rater;criterion;score\n1;ada;plot;3,333\n').ratings[0]!.scores).toEqual({ plot: 3.333 });
    });
});

describe('ratings in long form', () => {
    it('are read in any order of columns and rows, with a byte order mark, quotes and columns of others', () => {
        const table = read(
            '\ufeff"Score",note,Story,Words,Rater,Criterion,stage\r\n2,"a, b",s1,40,ada,plot,1\r\n1,,s2,55,ada,plot,2\r\n3,,s1,40,ben,plot,1\r\n',
        );
        expect(table.stories).toEqual([
            { id: 's1', words: 40, stage: 1 },
            { id: 's2', words: 55, stage: 2 },
        ]);
        expect(table.raters).toEqual([
            { id: 'ada', kind: 'person' },
            { id: 'ben', kind: 'person' },
        ]);
        expect(table.ratings.map(({ story, rater, scores }) => [story, rater, scores['plot']])).toEqual([
            [0, 0, 2],
            [1, 0, 1],
            [0, 1, 3],
        ]);
    });

    it('know names that look alike as one, and show them as they were first written', () => {
        const table = read(
            `${header}caf\u00e9,Ana\u00ef,plot,0\ncafe\u0301,ben,plot,1\n2,Anai\u0308\u200b,pl\u00adot,2\n2,ben,plot,3\n`,
            { people: ['\ufeffAna\u00ef'] },
        );
        expect(table.stories.map(({ id }) => id)).toEqual(['caf\u00e9', '2']);
        expect(table.raters).toEqual([
            { id: 'Ana\u00ef', kind: 'person' },
            { id: 'ben', kind: 'teacher' },
        ]);
        expect(table.criteria.map(({ id }) => id)).toEqual(['plot']);
        expect(table.ratings.map(({ scores }) => scores['plot'])).toEqual([0, 1, 2, 3]);
        expect(() => read(`${good}1,ad\u200ba,plot,2\n`)).toThrow(/Line 6 .* rates what line 2 rates/);
    });

    it('have gaps where a score is empty or NA', () => {
        expect(read(`${good}3,ada,plot,\n3,ben,plot,NA\n`).ratings).toHaveLength(4);
    });

    it.each([
        { how: 'by the option', options: { people: ['ben'] }, text: good, people: ['ben'] },
        { how: 'by names that say so', options: {}, text: good.replaceAll('ada', 'human_1'), people: ['human_1'] },
        {
            how: 'by the column kind',
            options: {},
            text: 'story,rater,criterion,score,kind\n1,ada,plot,0,teacher\n1,ben,plot,1,person\n',
            people: ['ben'],
        },
        { how: 'all of them, where nothing says otherwise', options: {}, text: good, people: ['ada', 'ben'] },
    ])('know who is a person: $how', ({ options, text, people }) => {
        expect(read(text, options).raters.flatMap(({ id, kind }) => (kind === 'person' ? id : []))).toEqual(people);
    });
});

const scale = { min: 1, max: 5 };
it.each<{ what: string; text: string | Buffer; options?: CsvOptions; says: RegExp }>([
    { what: 'an empty file', text: '', says: /has no column "story", "rater", "criterion", "score"/ },
    { what: 'a column missing', text: 'story,rater,score\n1,ada,2\n', says: /has no column "criterion"/ },
    { what: 'a header alone', text: header, says: /holds no ratings, only a header/ },
    { what: 'a quote left open', text: `${good}3,"ada,plot,1\n`, says: /is not a table that can be read/ },
    { what: 'a line too short', text: `${good}3,ada\n`, says: /is not a table that can be read.*line 6/ },
    { what: 'no rater', text: `${good}3,,plot,1\n`, says: /Line 6 of ratings\.csv names no rater/ },
    { what: 'a score in words', text: `${good}3,ada,plot,good\n`, says: /Line 6 .* has "good" for a score/ },
    { what: 'an endless score', text: `${good}3,ada,plot,Infinity\n`, says: /Line 6 .* has "Infinity" for a score/ },
    {
        what: 'a scale too wide to count on',
        text: 'story,rater,criterion,score\n1,ada,plot,2\n',
        options: { scale: { min: 0, max: 1e9 } },
        says: /^A scale from 0 to 1000000000 is too wide .* 1000 at most/,
    },
    ...(
        [
            ['words', -1],
            ['words', 1e300],
            ['stage', -5],
            ['repeat', 1e6],
        ] as const
    ).map(([column, value]) => ({
        what: `${column} of ${value}`,
        text: `story,rater,criterion,score,${column}\n1,ada,plot,2,${value}\n`,
        says: new RegExp(`^Line 2 .* for ${column}; it must be from 0 to`),
    })),
    {
        what: 'a score outside the scale',
        text: good,
        options: { scale },
        says: /Line 2 .* score 0, outside the scale 1–5/,
    },
    { what: 'the same rating twice', text: `${good}1,ada,plot,2\n`, says: /Line 6 .* rates what line 2 rates/ },
    { what: 'a score in sixteens', text: `${good}3,ada,plot,0x10\n`, says: /Line 6 .* has "0x10" for a score/ },
    {
        what: 'scores too far apart to count',
        text: `${good}3,ada,plot,1e308\n`,
        says: /Line 6 .* has the score 1e\+308, more than 1000 away from another of plot/,
    },
    {
        what: 'a rater who moves the cursor',
        text: `${good}3,\u001b[31mada,plot,1\n`,
        says: /Line 6 .* has a rater with control characters/,
    },
    {
        what: 'a criterion that is no key',
        text: good.replaceAll('plot', '__proto__'),
        says: /Line 2 .* has a criterion called __proto__/,
    },
    {
        what: 'two columns of scores',
        text: 'story,rater,criterion,score,Score\n1,ada,plot,0,1\n',
        says: /has two columns "score"; nothing was computed/,
    },
    {
        what: 'a spreadsheet’s other encodings',
        text: Buffer.from(good.replaceAll('ada', 'Gérard'), 'latin1'),
        says: /is not UTF-8 text; nothing was computed\. Save it again as CSV in UTF-8/,
    },
    { what: 'an unknown person', text: good, options: { people: ['eve'] }, says: /no rater "eve".*ada, ben/ },
    {
        what: 'a rater of two kinds',
        text: 'story,rater,criterion,score,kind\n1,ada,plot,0,teacher\n2,ada,plot,1,person\n',
        says: /Line 3 .* calls "ada" a person, which was a teacher/,
    },
])('refuses $what in one sentence', ({ text, options = {}, says }) => {
    expect(() => read(text, options)).toThrow(says);
});

it('refuses a folder and a file that is not there in one sentence', () => {
    const folder = fileWith(good).replace(/ratings\.csv$/, '');
    for (const path of [folder, join(folder, 'none.csv')])
        expect(() => readRatingsCsv(path, {})).toThrow(
            /^There is no file .*; nothing was computed\. Check the path\.$/,
        );
});

it.each([
    { what: 'one rater', text: `${header}1,ada,plot,0\n2,ada,plot,3\n`, says: /Only "ada" rated these stories/ },
    { what: 'no score at all', text: `${header}1,ada,plot,\n`, says: /no ratings to compare/ },
    { what: 'a rater called mean', text: good.replaceAll('ben', 'mean'), says: /call them something else/ },
    { what: 'a criterion called sum', text: good.replaceAll('plot', 'sum'), says: /call them something else/ },
])('finds nothing to compare with $what', async ({ text, says }) => {
    await expect(agreementOfCsv(fileWith(text), {})).rejects.toThrow(says);
});
