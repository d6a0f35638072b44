/** A line of a file becomes the item that the official pipeline makes of it. */
import { describe, expect, it } from 'vitest';
import type { FileTask } from '../../src/shared/benchmarks/benchmarks.ts';
import { decodeText } from '../../src/main/benchmarks/tasks/decode.ts';
import { parseCsv } from '../../src/main/benchmarks/tasks/csv.ts';
import { readTaskFiles } from '../../src/main/benchmarks/tasks/read-task.ts';

const lines = (...objects: readonly object[]): string => objects.map((object) => JSON.stringify(object)).join('\n');
const read = (task: FileTask, name: string, text: string): ReturnType<typeof readTaskFiles> =>
    readTaskFiles(task, [{ name, text }]);
const whole = (text: string): object => ({ kind: 'span', text, from: 0 });

describe('one line of each task', () => {
    it('BLiMP: two whole sentences, the good one first; the field is spelled as in the reports', () => {
        const line = {
            sentence_good: 'The cats sleep.',
            sentence_bad: 'The cats sleeps.',
            field: 'syntax_semantics',
            linguistics_term: 'agreement',
            UID: 'made_up_1',
            pair_id: 7,
        };
        expect(read('blimp', 'made_up_1.jsonl', lines(line, line))).toEqual({
            items: [0, 1].map((index) => ({
                task: 'blimp',
                uid: 'made_up_1',
                index,
                labels: { field: 'syntax/semantics', linguistics_term: 'agreement' },
                texts: [whole('The cats sleep.'), whole('The cats sleeps.')],
                human: {},
            })),
            remarks: [],
        });
    });

    it('supplement: the file is the group, and a line end within a sentence stays', () => {
        const line = { sentence_good: 'A: Who?\nB: Me.', sentence_bad: 'A: Who?\nB: It rains.' };
        const { items } = read('supplement', 'made_up.jsonl', lines(line));
        expect(items[0]).toMatchObject({ uid: 'made_up', texts: [whole('A: Who?\nB: Me.'), {}] });
        expect(items[0]!.labels).toEqual({ field: 'supplement', linguistics_term: 'supplement' });
    });

    it('EWoK: the target is scored with the space before it', () => {
        const line = {
            Domain: 'made-up',
            ContextType: 'direct',
            ContextDiff: 'antonym',
            TargetDiff: 'swap',
            Context1: 'It is day.',
            Context2: 'It is night.',
            Target1: 'It is bright.',
            Target2: 'It is dark.',
        };
        const [item] = read('ewok', 'made-up.jsonl', lines(line)).items;
        expect(item!.texts).toEqual([
            { kind: 'span', text: 'It is day. It is bright.', from: 10 },
            { kind: 'span', text: 'It is day. It is dark.', from: 10 },
        ]);
        expect(item!.labels).toEqual({ context_type: 'direct', context_contrast: 'antonym', target_contrast: 'swap' });
    });

    it('entity tracking: five ends of one beginning; groups by split and operations, each counted from 0', () => {
        const line = (numops: number, last: string): object => ({
            numops,
            input_prefix: 'Box 1 has ',
            options: ['a hat.', 'a cup.', last],
        });
        const text = lines(line(0, 'a pen.'), line(0, 'nothing.'), line(1, 'a pen.'));
        const { items } = read('entity_tracking', 'regular.jsonl', text);
        expect(items.map(({ uid, index }) => `${uid}_${index}`)).toEqual([
            'regular_0_ops_0',
            'regular_0_ops_1',
            'regular_1_ops_0',
        ]);
        expect(items[0]!.texts[1]).toEqual({ kind: 'span', text: 'Box 1 has a cup.', from: 10 });
        expect(items[2]!.labels).toEqual({ split: 'regular', operations: '1', nothing: 'no' });
        const kept = readTaskFiles('entity_tracking', [{ name: 'regular.jsonl', text }], 'without-nothing').items;
        expect(kept.map(({ uid, index }) => `${uid}_${index}`)).toEqual(['regular_0_ops_0', 'regular_1_ops_0']);
    });

    it.each([
        ['comps_base', 'base'],
        ['comps_wugs', 'wugs'],
        ['comps_wugs_dist-before', 'wugs_dist_before'],
        ['comps_wugs_dist-in-between', 'wugs_dist_in_between'],
    ])('COMPS: %s is the group %s, and the property is scored without the space before it', (stem, uid) => {
        const line = { prefix_acceptable: 'A crow', prefix_unacceptable: 'A mug', property_phrase: 'flies.' };
        const [item] = read('comps', `${stem}.jsonl`, lines(line)).items;
        expect(item).toMatchObject({
            uid,
            texts: [
                { text: 'A crow flies.', from: 7 },
                { text: 'A mug flies.', from: 6 },
            ],
        });
    });

    it('wug: two sentences parted by a tab; a line with one or three is no item', () => {
        const { items, remarks } = read(
            'wug_past',
            'wug_past_tense.jsonl',
            lines({ sentences: 'I zam.\tI zamp.', ratio: '0.25' }, { sentences: 'I zam.', ratio: 0.5 }),
        );
        expect(items).toEqual([
            {
                task: 'wug_past',
                uid: 'wug_past',
                index: 0,
                labels: {},
                texts: [whole('I zam.'), whole('I zamp.')],
                human: { ratio: 0.25 },
            },
        ]);
        expect(remarks).toEqual([
            'Line 2 of wug_past_tense.jsonl is not two sentences with what people chose; it is left out and the other 1 is used. Get the file again for numbers that can be compared with others.',
        ]);
    });

    it('reading: the word and the one before it, as published and with a space; gaps in numbers are left out', () => {
        const header =
            'item,word,prev_word,prev_item,prev_length,length,Subtlex_log10,RTfirstfix,self_paced_reading_time';
        const rows = [
            '"He sat, then",rose,then,"He sat,",4,4,,210.5,300',
            'He,sat,,,-1,3,5.5,nan,301',
            ',He,,,-1,2,7,190,',
        ];
        const { items } = read('reading', 'reading_data.csv', [header, ...rows].join('\r\n'));
        expect(items[0]!.texts).toEqual([
            { kind: 'word', context: 'He sat, then', word: 'rose' },
            { kind: 'word', context: 'He sat,', word: 'then' },
            { kind: 'word', context: 'He sat, then', word: ' rose' },
            { kind: 'word', context: 'He sat,', word: ' then' },
        ]);
        expect(items[0]!.human).toEqual({ prev_length: 4, length: 4, RTfirstfix: 210.5, self_paced_reading_time: 300 });
        expect(items[1]!.texts.map((text) => (text.kind === 'word' ? text.word : ''))).toEqual(['sat', ' sat']);
        expect(items[1]!.human).not.toHaveProperty('RTfirstfix');
        expect(items[2]).toMatchObject({
            index: 2,
            labels: { context: 'none', row: '2' },
            texts: [{ context: 'None' }, {}],
        });
    });

    it('age of acquisition: a word in each of its contexts, with the children; one-letter words are left out', () => {
        const contexts = {
            cat: [{ context: ' I see a ', context_id: 0 }, { context: '' }],
            I: [{ context: 'am' }],
            owl: [],
        };
        const { items, remarks } = readTaskFiles('aoa', [
            { name: 'cdi_childes.json', text: JSON.stringify(contexts) },
            { name: 'cdi_human.csv', text: 'word,category,16,17,30\ncat,animals,0.1,,0.9\ncat,again,1,1,1\n' },
        ]);
        expect(items.map(({ texts }) => texts[0])).toEqual([
            { kind: 'span', text: 'I see a cat', from: 8 },
            { kind: 'span', text: ' cat', from: 1 },
        ]);
        expect(items[1]).toMatchObject({ uid: 'cat', index: 1, human: { 16: 0.1, 30: 0.9 } });
        expect(items[1]!.human).not.toHaveProperty('17');
        expect(remarks).toEqual([]);
    });

    it('Zorro: the second line of two is the grammatical one', () => {
        const { items, remarks } = read('zorro', 'made-up-verbs.txt', 'he go .\nhe goes .\nit am .\n');
        expect(items).toMatchObject([{ uid: 'made-up-verbs', labels: { phenomenon: 'made-up' } }]);
        expect(items[0]!.texts).toEqual([whole('he goes .'), whole('he go .')]);
        expect(remarks[0]).toContain('The last line of made-up-verbs.txt has no second one');
    });
});

describe('files that are not as they should be', () => {
    it('a broken line is left out, counted and said once a file', () => {
        const good = JSON.stringify({ sentence_good: 'Yes.', sentence_bad: 'Yess.' });
        const { items, remarks } = read(
            'supplement',
            'x.jsonl',
            [good, '{"sentence_good": "Y', '[]', '', good].join('\n'),
        );
        expect(items.map(({ index }) => index)).toEqual([0, 1]);
        expect(remarks).toEqual([
            '2 lines of x.jsonl are not a pair of sentences, the first is line 2; they are left out and the other 2 are used. Get the file again for numbers that can be compared with others.',
        ]);
    });

    it('marks, line ends and encodings of other programs change nothing', () => {
        const text = '{"a": "é"}\r\n{"a": "b"}';
        const encodings: readonly (readonly [Uint8Array, string | null])[] = [
            [new TextEncoder().encode(text), null],
            [new TextEncoder().encode(`\ufeff${text}`), null],
            [Buffer.from(`\ufeff${text}`, 'utf16le'), 'UTF-16'],
            [Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'UTF-16'],
            [Buffer.from(text, 'latin1'), 'Latin-1'],
        ];
        for (const [bytes, otherEncoding] of encodings) expect(decodeText(bytes)).toEqual({ text, otherEncoding });
        expect(decodeText(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0))).toBeNull();
    });

    it('tables: quotes, commas and line ends within cells; a row of another length is told', () => {
        expect(parseCsv('a,b\r\n"1, ""one""\n",2\n\n3\n4,\n')).toEqual({
            columns: ['a', 'b'],
            rows: [{ a: '1, "one"\n', b: '2' }, undefined, { a: '4', b: '' }],
        });
    });

    it('contexts alone can be scored; children alone cannot', () => {
        const contexts = { name: 'cdi_childes.json', text: '{"cat": [{"context": "a"}]}' };
        expect(readTaskFiles('aoa', [contexts])).toMatchObject({
            items: [{ human: {} }],
            remarks: [expect.stringContaining('The ages of children')],
        });
        expect(readTaskFiles('aoa', [{ name: 'cdi_human.csv', text: 'word,16\n' }])).toMatchObject({
            items: [],
            remarks: [expect.stringContaining('The contexts of the words')],
        });
    });
});
