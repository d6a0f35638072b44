/** Which benchmarks a folder holds, and what is said about one that is not whole. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBenchmarks, longestFileBytes, readTask } from '../../src/main/benchmarks/find-tasks.ts';
import { officialData } from './official-data.ts';

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmarks-'));
});
afterEach(() => {
    rmSync(folder, { recursive: true });
});

const put = (path: string, content: string | Uint8Array): string => {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return full;
};
const blimp = (uid: string): string =>
    `${JSON.stringify({ sentence_good: 'A.', sentence_bad: 'B.', field: 'syntax', linguistics_term: 't', UID: uid })}\n`;
const supplement = '{"sentence_good": "A.", "sentence_bad": "B."}\n';

describe('an official folder', () => {
    it('is known by what is in its files, read in the order of their names, and what it lacks is said', () => {
        put('full_eval/blimp_filtered/b.jsonl', blimp('b'));
        put('full_eval/blimp_filtered/a.jsonl', blimp('a'));
        put('full_eval/supplement_filtered/s.jsonl', supplement);
        put('full_eval/glue_filtered/rte.train.jsonl', '{"premise": "p", "label": 1}\n'); // known, and no zero-shot task
        put('README.md', 'text');
        const { tasks, missing, remarks } = findBenchmarks(folder);
        expect(tasks.map(({ task, set, dataset, files }) => [task, set, dataset, files.length])).toEqual([
            ['blimp', 'full', 'blimp_filtered', 2],
            ['supplement', 'full', 'supplement_filtered', 1],
        ]);
        expect(readTask(tasks[0]!).items.map(({ uid }) => uid)).toEqual(['a', 'b']);
        expect(missing).toEqual(['ewok', 'entity_tracking', 'comps', 'wug_adj', 'wug_past', 'reading', 'aoa']);
        expect(remarks).toEqual([
            'BLiMP has 2 of 67 files; those are used. Numbers cannot be compared with published ones until the folder is whole.',
            'BLiMP supplement has 1 of 5 files; those are used. Numbers cannot be compared with published ones until the folder is whole.',
        ]);
    });

    it('of both halves the full one is used; each can be chosen by itself', () => {
        put('full_eval/blimp_filtered/a.jsonl', blimp('full'));
        put('fast_eval/blimp_fast/a.jsonl', blimp('fast'));
        const both = findBenchmarks(folder);
        expect(both.tasks.map(({ dataset }) => dataset)).toEqual(['blimp_filtered']);
        expect(both.remarks[0]).toContain('the full one is used');
        for (const place of ['fast_eval', 'fast_eval/blimp_fast'])
            expect(findBenchmarks(join(folder, place)).tasks).toMatchObject([{ set: 'fast', dataset: 'blimp_fast' }]);
    });

    it('tells a number of items that is not the official one', () => {
        put('full_eval/wug_past_tense/wug_past_tense.jsonl', '{"sentences": "a\\tb", "ratio": 1}\n');
        const [task] = findBenchmarks(folder).tasks;
        expect(readTask(task!).remarks).toEqual([
            'wug_past_tense has 1 item and the official folder 50; what is there is used. Numbers cannot be compared with published ones.',
        ]);
    });
});

describe('one sentence each, and the rest goes on', () => {
    it('a file that is no benchmark, an empty one, one that is no text, one that is packed', () => {
        put('supplement/good.jsonl', supplement);
        put('supplement/other.jsonl', '{"question": "?"}\n');
        put('supplement/empty.jsonl', '');
        put('supplement/image.jsonl', Uint8Array.of(0x89, 0x50, 0, 0));
        put('supplement/ewok_fast.zip', Uint8Array.of(0x50, 0x4b, 3, 4));
        const { tasks, remarks } = findBenchmarks(folder);
        expect(tasks).toMatchObject([{ task: 'supplement', files: [join(folder, 'supplement/good.jsonl')] }]);
        expect(remarks).toEqual([
            'ewok_fast.zip is packed and was not opened; the other files are used. Unpack it with the password that the BabyLM page gives, then choose the folder again.',
            'empty.jsonl is empty; the other files are used. Get the file again.',
            'image.jsonl is of no benchmark known here; it is left out and the other files are used. Get the file again if it should be one.',
            'other.jsonl is of no benchmark known here; it is left out and the other files are used. Get the file again if it should be one.',
        ]);
    });

    it('a file too large for any benchmark is left out', () => {
        put('supplement/huge.jsonl', supplement + ' '.repeat(longestFileBytes));
        put('supplement/padded.jsonl', supplement + ' '.repeat(70_000));
        const { tasks, remarks } = findBenchmarks(folder);
        expect(tasks[0]!.files).toEqual([join(folder, 'supplement/padded.jsonl')]);
        expect(remarks).toEqual([
            'huge.jsonl has more than 64 MB, larger than any file of a benchmark; it is left out and the other files are used. Get the file again.',
        ]);
    });

    it('a link out of the folder is not followed', () => {
        const outside = mkdtempSync(join(tmpdir(), 'outside-'));
        writeFileSync(join(outside, 'secret.jsonl'), supplement);
        put('supplement/good.jsonl', supplement);
        symlinkSync(join(outside, 'secret.jsonl'), join(folder, 'supplement/link.jsonl'));
        symlinkSync(join(outside, 'gone.jsonl'), join(folder, 'supplement/loose.jsonl'));
        symlinkSync(folder, join(folder, 'supplement/round')); // to where we are: no endless walk
        const { tasks, remarks } = findBenchmarks(folder);
        rmSync(outside, { recursive: true });
        expect(tasks[0]!.files).toHaveLength(1);
        expect(remarks).toEqual([
            'link.jsonl is a link that leads out of the folder; it was not followed and the other files are used. Put the file itself there.',
            'loose.jsonl is a link that leads nowhere; it was not followed and the other files are used. Put the file itself there.',
        ]);
    });

    it.skipIf(process.getuid?.() === 0)('a folder or file that may not be opened', () => {
        put('supplement/good.jsonl', supplement);
        chmodSync(put('supplement/locked.jsonl', supplement), 0);
        put('private/a.jsonl', supplement);
        chmodSync(join(folder, 'private'), 0);
        const { tasks, remarks } = findBenchmarks(folder);
        chmodSync(join(folder, 'private'), 0o700);
        expect(tasks[0]!.files).toHaveLength(1);
        expect(remarks).toEqual([
            'The folder private cannot be opened; it is left out and the other files are used. Look whether you may open it.',
            'locked.jsonl cannot be read; it is left out and the other files are used. Look whether you may open it.',
        ]);
    });

    it('a file that is gone or changed after it was found, and one in another encoding', () => {
        const gone = put('supplement/gone.jsonl', supplement);
        const changed = put('supplement/changed.jsonl', supplement);
        put('supplement/latin.jsonl', Buffer.from('{"sentence_good": "é.", "sentence_bad": "e."}', 'latin1'));
        const [task] = findBenchmarks(folder).tasks;
        rmSync(gone);
        writeFileSync(changed, Uint8Array.of(0, 1, 2));
        const { items, remarks } = readTask(task!);
        expect(items).toMatchObject([{ uid: 'latin', texts: [{ text: 'é.' }, {}] }]);
        expect(remarks).toEqual([
            'changed.jsonl is not text, whatever its name says; it is left out and the other files are used. Get the file again.',
            'gone.jsonl cannot be read any more; it is left out and the other files are used. Look whether it is still there.',
            'latin.jsonl is written in Latin-1 and not in UTF-8; it was read as that and is used. Look at a few of its items if it holds accents.',
        ]);
    });

    it('the head of a long file may end within a character without looking like another encoding', () => {
        const line = JSON.stringify({ sentence_good: `${'é'.repeat(40_000)}.`, sentence_bad: 'e.' });
        put('supplement/long.jsonl', `${supplement}${line}\n`);
        expect(findBenchmarks(folder).tasks[0]!.files).toHaveLength(1);
    });

    it('a folder without a benchmark is an answer, one that is not there a refusal', () => {
        put('notes.txt', 'one line\nanother\n');
        expect(findBenchmarks(folder)).toMatchObject({
            tasks: [],
            missing: [],
            remarks: [expect.stringContaining('There is no benchmark in this folder')],
        });
        expect(() => findBenchmarks(join(folder, 'nowhere'))).toThrow('There is no folder');
        expect(() => findBenchmarks(join(folder, 'notes.txt'))).toThrow('There is no folder');
    });
});

const data = officialData();
describe.skipIf(data === null)('the files of the benchmarks themselves', () => {
    it('reads every item of the subset, and says that it is one', () => {
        const { tasks, missing } = findBenchmarks(join(data!, 'mini'));
        const read = tasks.map((task) => ({ task: task.task, ...readTask(task) }));
        expect(read.map(({ task, items }) => [task, new Set(items.map(({ uid }) => uid)).size])).toEqual([
            ['blimp', 67],
            ['supplement', 5],
            ['wug_adj', 1],
            ['reading', 1],
        ]);
        expect(missing).toEqual(['ewok', 'entity_tracking', 'comps', 'wug_past', 'aoa']);
        for (const { remarks } of read)
            expect(remarks.every((remark) => remark.includes('and the official folder'))).toBe(true);
        const reading = read[3]!.items;
        expect(reading).toHaveLength(300);
        expect(reading.filter(({ texts }) => texts.length === 2)).toHaveLength(44); // first words have none before them
    });

    it('reads every made-up item', () => {
        const { tasks } = findBenchmarks(join(data!, 'synthetic'));
        const counted = tasks.map((task) => [task.task, readTask(task).items.length]);
        expect(counted).toEqual([
            ['ewok', 120],
            ['entity_tracking', 360],
            ['comps', 32],
            ['wug_past', 10],
            ['aoa', expect.any(Number)],
        ]);
    });

    it('reads Zorro as pairs of which the second line is right', () => {
        const { tasks, remarks } = findBenchmarks(join(data!, 'zorro'));
        expect(tasks.map(({ task, files }) => [task, files.length])).toEqual([['zorro', 16]]);
        expect(readTask(tasks[0]!)).toMatchObject({ items: { length: 32_000 }, remarks: [] });
        expect(remarks).toEqual([]);
    });
});
