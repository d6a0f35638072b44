import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BenchmarkItem, BenchmarkStudent } from '../../src/shared/benchmarks/benchmarks.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import { hasBenchmarks, openBenchmarks, type Benchmarks } from '../../src/main/store/home/benchmarks.ts';

let home: string;
let record: Benchmarks;
beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'storyloop-benchmarks-'));
    record = openBenchmarks(home, () => 1000);
});
afterEach(() => {
    record.close();
    rmSync(home, { recursive: true });
});

const student: BenchmarkStudent = {
    digest: 'abc',
    parameters: 1000,
    context: 64,
    vocabulary: 300,
    words: null,
    tokens: null,
};
const item = (index: number): BenchmarkItem => ({
    task: 'blimp',
    uid: 'agreement',
    index,
    labels: { field: 'syntax' },
    human: {},
    texts: ['The owls sleep.', `The owls sleeps ${index}.`].map((text) => ({ kind: 'span' as const, text, from: 0 })),
});
const add = (id: string): void =>
    record.add({
        id,
        name: 'shipped',
        checkpoint: '/students/shipped',
        data: '/data',
        only: [],
        storyloop: '0.1.0',
        config: { version: configVersion, preset: 'improved', values: composeConfig('improved', {}) },
    });
const plan = { task: 'blimp', dataset: 'blimp_filtered', digest: 'first', items: 3 } as const;

it('keeps scores to the last bit and in order, and what was too long as nothing', () => {
    add('a');
    record.plan('a', student, [plan]);
    record.record(
        'a',
        'blimp',
        [
            { item: item(0), logprobs: [-10.123456789012345, -1e-300] },
            { item: item(1), logprobs: [null, -0.1 - 0.2] },
        ],
        0,
    );
    record.record('a', 'blimp', [{ item: item(2), logprobs: [-3, -4] }], 2);
    expect(record.items('a', 'blimp')).toEqual([
        { item: item(0), logprobs: [-10.123456789012345, -1e-300] },
        { item: item(1), logprobs: [null, -0.30000000000000004] },
        { item: item(2), logprobs: [-3, -4] },
    ]);
    expect(record.list()).toMatchObject([{ id: 'a', student, finishedAt: null, tasks: [{ ...plan, done: 3 }] }]);
    record.finish('a');
    expect(record.list()[0]!.finishedAt).toBe(1000);
});

it('keeps what was read of the same items and drops what was read of others', () => {
    add('a');
    record.plan('a', student, [plan]);
    record.record('a', 'blimp', [{ item: item(0), logprobs: [-1, -2] }], 0);
    record.plan('a', student, [plan]);
    expect(record.list()[0]!.tasks[0]!.done).toBe(1);
    record.plan('a', student, [{ ...plan, digest: 'another' }]);
    expect(record.list()[0]!.tasks).toEqual([{ ...plan, digest: 'another', done: 0 }]);
});

it('removes one benchmark and leaves the others, and the items that they share', () => {
    for (const id of ['a', 'b']) {
        add(id);
        record.plan(id, student, [plan]);
        record.record(id, 'blimp', [{ item: item(0), logprobs: [-1, -2] }], 0);
    }
    record.record('a', 'blimp', [{ item: item(1), logprobs: [-1, -2] }], 1);
    record.remove('a');
    expect(record.list().map(({ id }) => id)).toEqual(['b']);
    expect(record.items('b', 'blimp')).toEqual([{ item: item(0), logprobs: [-1, -2] }]);
});

it('refuses scores of a task that was not planned', () => {
    add('a');
    expect(() => record.record('a', 'ewok', [{ item: item(0), logprobs: [-1] }], 0)).toThrow();
});

it('takes items only where they belong: of two who read the same, one stops', () => {
    add('a');
    record.plan('a', student, [plan]);
    record.record('a', 'blimp', [{ item: item(0), logprobs: [-1, -2] }], 0);
    expect(() => record.record('a', 'blimp', [{ item: item(0), logprobs: [-1, -2] }], 0)).toThrow(
        /^Another Storyloop reads these tasks .* what was read is kept\./u,
    );
    record.record('a', 'blimp', [{ item: item(1), logprobs: [-1, -2] }], 1);
    expect(record.items('a', 'blimp').map((read) => read.item.index)).toEqual([0, 1]);
    expect(record.list()[0]!.tasks[0]!.done).toBe(2);
});

it('is read where nobody may write, and by whoever only looks before anything was brought up to date', () => {
    add('a');
    const looking = openBenchmarks(home, () => 1000, { readonly: true });
    expect(looking.list().map(({ id }) => id)).toEqual(['a']);
    looking.close();
    expect([hasBenchmarks(home), hasBenchmarks(join(home, 'nowhere'))]).toEqual([true, false]);
});
