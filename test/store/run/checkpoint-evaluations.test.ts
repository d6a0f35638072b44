/** Clean evaluations of checkpoints: kept once for the same weights and conditions, and absent from older files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { benchmarksSchema } from '../../../src/main/store/connection/migrations/benchmarks-0001-scores.ts';
import {
    openCheckpointEvaluations,
    type NewCheckpointEvaluation,
} from '../../../src/main/store/home/checkpoint-evaluations.ts';

let home: string;
beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'storyloop-evaluations-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const criterion = { id: 'coherence', name: 'Coherence', means: 'holds together', min: 0, max: 3, weight: 1 };
const evaluation: NewCheckpointEvaluation = {
    id: 'first',
    createdAt: 1000,
    checkpoint: '/runs/a/checkpoints/final',
    digest: 'abc',
    storyloop: '0.1.0',
    conditions: '{"teacher":"rules"}',
    teacher: { id: 'rules', name: 'rules' },
    criteria: [criterion],
    results: { score: 1.25 },
    stories: [
        { seed: 8, story: 'She slept.', words: 2, finished: true, scores: { coherence: 0.1 + 0.2 } },
        { seed: 7, story: 'The owl', words: 2, finished: false, scores: null },
    ],
};

it('gives back what was put in, to the last bit and by seed, and keeps the first of equals', () => {
    const record = openCheckpointEvaluations(home);
    expect(record.add(evaluation)).toBe(true);
    expect(record.add({ ...evaluation, id: 'again' })).toBe(false);
    expect(record.add({ ...evaluation, id: 'other', createdAt: 2000, conditions: '{"teacher":"reader"}' })).toBe(true);
    expect(record.of('abc').map(({ id }) => id)).toEqual(['other', 'first']);
    expect(record.of('abc')[1]).toMatchObject({ teacher: evaluation.teacher, criteria: [criterion] });
    expect(record.stories('first')).toEqual([
        { seed: 7, story: 'The owl', words: 2, scores: null },
        { seed: 8, story: 'She slept.', words: 2, scores: { coherence: 0.1 + 0.2 } },
    ]);
    expect(record.of('nobody')).toEqual([]);
    record.close();
});

it('brings a file of before up to date', () => {
    const db = new Database(join(home, 'benchmarks.sqlite'));
    db.exec(benchmarksSchema);
    db.pragma('application_id = 1400130658'); // StLb
    db.pragma('user_version = 1');
    db.close();
    const record = openCheckpointEvaluations(home);
    expect(record.of('abc')).toEqual([]);
    expect(record.add(evaluation)).toBe(true);
    record.close();
});
