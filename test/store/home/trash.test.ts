/** What is deleted lies in the trash until that is emptied, and nothing is lost between two steps of it. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BenchmarkItem } from '../../../src/shared/benchmarks/benchmarks.ts';
import { composeConfig } from '../../../src/shared/run/config.ts';
import { configVersion } from '../../../src/shared/run/stored-config.ts';
import { openBenchmarks, type Benchmarks } from '../../../src/main/store/home/benchmarks.ts';
import { emptyTrash, moveToTrash, takeBack, trashedThings } from '../../../src/main/store/home/trash.ts';
import { temporaryFolder } from '../a-run.ts';

const thing = { kind: 'run', name: '2026-11-22-owl', label: 'owl' } as const;
function aHome(): string {
    const home = temporaryFolder();
    fs.mkdirSync(path.join(home, 'runs', thing.name, 'checkpoints'), { recursive: true });
    fs.writeFileSync(path.join(home, 'runs', thing.name, 'run.sqlite'), '12345');
    return home;
}
const contentOf = (home: string): string => fs.readFileSync(path.join(home, 'runs', thing.name, 'run.sqlite'), 'utf8');

it('takes a run, says what it has, and puts it back as it was', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1000);
    expect(fs.existsSync(path.join(home, 'runs', thing.name))).toBe(false);
    expect(trashedThings(home)).toEqual([{ id, ...thing, at: 1000, bytes: 5 }]);
    expect(takeBack(home, id)).toMatchObject(thing);
    expect(contentOf(home)).toBe('12345');
    expect(trashedThings(home)).toEqual([]);
    expect(() => takeBack(home, id)).toThrow(/not in the trash any more/u);
});

it('does not overwrite what took the place meanwhile', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1);
    fs.mkdirSync(path.join(home, 'runs', thing.name));
    expect(() => takeBack(home, id)).toThrow(/took the place of owl; it stays in the trash/u);
    expect(trashedThings(home)).toHaveLength(1);
});

it('shows nothing where the program died before the move, or after taking back', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1);
    const inTrash = path.join(home, 'trash', id, thing.name);
    fs.renameSync(inTrash, path.join(home, 'runs', thing.name)); // as far as it got
    expect(trashedThings(home)).toEqual([]);
    expect(contentOf(home)).toBe('12345');
});

it('shows what else it holds where a file that says what a thing is was cut short', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1);
    expect(fs.readdirSync(path.join(home, 'trash', id)).sort()).toEqual([thing.name, 'what.json'].sort());
    const broken = path.join(home, 'trash', '01KB1MQ6J0F3S4M6E8N9QWERTY');
    fs.mkdirSync(broken);
    fs.writeFileSync(path.join(broken, 'what.json'), '{"version":1,"ki');
    expect(trashedThings(home)).toMatchObject([{ id, name: thing.name }]);
    expect(takeBack(home, id)).toMatchObject(thing);
});

it('refuses what is not there, and names that lead elsewhere', () => {
    const home = aHome();
    expect(() => moveToTrash(home, { ...thing, name: 'other' }, 1)).toThrow(/is not here any more/u);
    for (const name of ['../sets', '.hidden', 'a/b'])
        expect(() => moveToTrash(home, { ...thing, name }, 1)).toThrow(/is no name; nothing was moved/u);
    expect(contentOf(home)).toBe('12345');
});

describe('what a student said of benchmarks', () => {
    const item = (index: number): BenchmarkItem => ({
        task: 'blimp',
        uid: 'agreement',
        index,
        labels: { field: 'syntax' },
        human: {},
        texts: [{ kind: 'span', text: `The owls sleep ${index}.`, from: 0 }],
    });
    /** Two of them, which share an item. */
    function aRecord(home: string): Benchmarks {
        const record = openBenchmarks(home, () => 1000);
        for (const id of ['a', 'b']) {
            record.add({
                id,
                name: `student ${id}`,
                checkpoint: '/x',
                data: '/d',
                only: [],
                storyloop: '0.1.0',
                config: { version: configVersion, preset: 'improved', values: composeConfig('improved', {}) },
            });
            const student = { digest: id, parameters: 9, context: 64, vocabulary: 300, words: null, tokens: null };
            record.plan(id, student, [{ task: 'blimp', dataset: 'blimp_filtered', digest: 'first', items: 2 }]);
            const read = [item(0), item(id === 'a' ? 1 : 2)].map((each) => ({
                item: each,
                logprobs: [-0.1 - 0.2, null],
            }));
            record.record(id, 'blimp', read, 0);
            record.finish(id);
        }
        return record;
    }
    const result = { kind: 'benchmark', name: 'a', label: 'What a said of benchmarks' } as const;

    it('leaves its record and comes back to the last bit; others lose nothing', () => {
        const home = aHome();
        const record = aRecord(home);
        onTestFinished(() => record.close());
        const [all, own, others] = [record.list(), record.items('a', 'blimp'), record.items('b', 'blimp')];
        const id = moveToTrash(home, result, 5);
        expect(record.list().map((each) => each.id)).toEqual(['b']);
        expect(record.items('b', 'blimp')).toEqual(others);
        expect(trashedThings(home)).toMatchObject([{ id, ...result }]);
        expect(fs.readdirSync(path.join(home, 'trash', id)).toSorted()).toEqual(['a', 'what.json']);
        takeBack(home, id);
        expect(record.list()).toEqual(all);
        expect(record.items('a', 'blimp')).toEqual(own);
        expect(record.items('b', 'blimp')).toEqual(others);
        expect(trashedThings(home)).toEqual([]);
        expect(() => moveToTrash(home, { ...result, name: 'c' }, 6)).toThrow(/is not here any more/u);
    });

    it('is there once where the program died between two steps', () => {
        const home = aHome();
        const record = aRecord(home);
        onTestFinished(() => record.close());
        const before = record.list();
        const id = moveToTrash(home, result, 5);
        const copy = path.join(home, 'copy');
        fs.cpSync(path.join(home, 'trash', id), copy, { recursive: true });
        takeBack(home, id);
        fs.cpSync(copy, path.join(home, 'trash', id), { recursive: true }); // in both: as before it went from the record
        expect(takeBack(home, id)).toMatchObject(result);
        expect(record.list()).toEqual(before);
        expect(trashedThings(home)).toEqual([]);
    });
});

it('is emptied for good', () => {
    const home = aHome();
    moveToTrash(home, thing, 1);
    emptyTrash(home);
    expect(trashedThings(home)).toEqual([]);
    expect(fs.existsSync(path.join(home, 'trash'))).toBe(false);
});
