/** Evaluate: what the app tells of readings, a new evaluation before it starts, and which tasks stand open. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { BenchmarkRow } from '../../../src/shared/views/benchmarks.ts';
import type { StudentSource } from '../../../src/shared/views/new-run.ts';
import { benchmarks } from '../../../src/renderer/state/benchmarks.svelte.ts';
import { NewEvaluation } from '../../../src/renderer/state/evaluate/new-evaluation.svelte.ts';
import { OpenedParts } from '../../../src/renderer/state/evaluate/opened-parts.svelte.ts';
import { go } from '../../../src/renderer/state/app/route.svelte.ts';
import { toasts } from '../../../src/renderer/state/app/toasts.svelte.ts';
import '../../../src/renderer/state/workshop.svelte.ts'; // listens to the app
import { asked, forgetRequests, notLookedAt, push, settled } from './fake-app.ts';

const row: BenchmarkRow = {
    id: '01A',
    name: 'shipped',
    run: null,
    createdAt: 1,
    finishedAt: null,
    state: 'running',
    device: null,
    student: null,
    folder: '/tasks',
    tasks: [],
    live: null,
    problem: null,
};
const told = (change: Partial<BenchmarkRow>): Promise<void> => push({ push: 'benchmark', row: { ...row, ...change } });
const said = (): readonly string[] => toasts.list.map(({ text }) => text);

beforeEach(forgetRequests);

describe('what is told of readings', () => {
    it('is listed newest first, changed in its place, and gone when it is removed', async () => {
        await told({});
        await told({ id: '01B', createdAt: 5 });
        await told({ tasks: [{ task: 'blimp', dataset: 'b', items: 9, done: 3 }] });
        expect(benchmarks.rows?.map(({ id }) => id)).toEqual(['01B', '01A']);
        expect(benchmarks.running).toHaveLength(2);
        await told({ id: '01B', createdAt: 5, state: 'waiting' });
        expect(benchmarks.running.map(({ tasks }) => tasks[0]?.done)).toEqual([3]);
        await push({ push: 'benchmark-gone', benchmark: '01B' });
        expect(benchmarks.rows?.map(({ id }) => id)).toEqual(['01A']);
    });

    it('is said in other rooms when it ends, once, and never at a rating desk', async () => {
        go('runs');
        await told({ name: 'owl', state: 'running' });
        await told({ name: 'owl', state: 'finished' });
        await told({ name: 'owl', state: 'finished' });
        expect(said()).toEqual(['owl has read its tasks. The results are in Evaluate.']);
        await told({ name: 'owl', state: 'running' });
        await told({ name: 'owl', state: 'waiting', problem: 'The disk is full. What was read is safe.' });
        expect(said()).toContain('owl: The disk is full. What was read is safe.');
        go('rate', '01SET');
        await told({ id: '01R', name: 'wren', state: 'running' });
        await told({ id: '01R', name: 'wren', state: 'finished' });
        expect(said().some((text) => text.includes('wren'))).toBe(false);
        go('evaluate');
        await told({ id: '01E', name: 'fox', state: 'running' });
        await told({ id: '01E', name: 'fox', state: 'waiting', problem: 'It stands on the page.' });
        expect(said().some((text) => text.includes('fox'))).toBe(false);
    });
});

const source = (of: string, kind: StudentSource['kind'] = 'checkpoint'): StudentSource => ({
    source: of,
    kind,
    label: of,
    run: null,
    at: null,
    words: null,
    score: null,
    validationLoss: null,
});

describe('a new evaluation', () => {
    it('looks once into each folder, takes the tasks that are wanted, and starts with them', async () => {
        const evaluation = new NewEvaluation();
        expect([evaluation.source, evaluation.canStart]).toEqual(['shipped', false]);
        evaluation.folder = ' /tasks ';
        evaluation.look();
        evaluation.look();
        const look = await asked('benchmarks.look');
        expect([look.params, notLookedAt()]).toEqual([{ folder: '/tasks' }, []]);
        const found = (['blimp', 'zorro'] as const).map((task) => ({ task, items: 2, files: 1 }));
        await look.answer({ tasks: found, missing: [], remarks: ['One is broken.'] });
        expect(evaluation.canStart).toBe(true);
        evaluation.choose('blimp', false);
        expect(evaluation.tasks.map(({ task }) => task)).toEqual(['zorro']);
        const started = evaluation.start();
        const start = await asked('benchmarks.start');
        expect(start.params).toEqual({ source: 'shipped', folder: '/tasks', tasks: ['zorro'] });
        expect(evaluation.canStart).toBe(false); // not twice
        await start.answer({ benchmark: '01A' });
        expect(await started).toBe('01A');
    });

    it('names no task where all are wanted, so that later ones of the folder would be read, too', async () => {
        const evaluation = new NewEvaluation();
        evaluation.folder = '/tasks';
        evaluation.look();
        const tasks = [{ task: 'zorro', items: 2, files: 1 }] as const;
        await (await asked('benchmarks.look')).answer({ tasks, missing: [], remarks: [] });
        evaluation.choose('zorro', false);
        expect(evaluation.canStart).toBe(false);
        evaluation.choose('zorro', true);
        const started = evaluation.start();
        const start = await asked('benchmarks.start');
        expect(start.params.tasks).toEqual([]);
        await start.refuse('There is no checkpoint folder. Choose another one.');
        expect([await started, evaluation.problem]).toEqual([
            null,
            'There is no checkpoint folder. Choose another one.',
        ]);
        expect(evaluation.canStart).toBe(true);
    });

    it('shows nothing of a folder that was changed before the answer came, and cannot start on one not looked into', async () => {
        const evaluation = new NewEvaluation();
        evaluation.folder = '/first';
        evaluation.look();
        const first = await asked('benchmarks.look');
        evaluation.folder = '/second';
        evaluation.look();
        const second = await asked('benchmarks.look');
        await first.answer({ tasks: [{ task: 'blimp', items: 1, files: 1 }], missing: [], remarks: [] });
        expect(evaluation.found.value).toBeNull();
        await second.refuse('There is no folder /second; nothing was measured.');
        expect(evaluation.found.problem).toContain('no folder /second');
        expect(evaluation.canStart).toBe(false);
        evaluation.folder = '/tasks';
        evaluation.look();
        const third = await asked('benchmarks.look');
        await third.answer({ tasks: [{ task: 'blimp', items: 1, files: 1 }], missing: [], remarks: [] });
        evaluation.folder = '/another';
        expect(evaluation.canStart).toBe(false);
    });

    it('keeps the student that was asked for if it is there, and takes a folder of one’s own', async () => {
        const evaluation = new NewEvaluation();
        evaluation.listed = '/runs/owl/checkpoints/final';
        void evaluation.readStudents();
        await (
            await asked('students.list')
        ).answer([source('shipped', 'shipped'), source('/runs/owl/checkpoints/final')]);
        expect(evaluation.source).toBe('/runs/owl/checkpoints/final');
        evaluation.listed = '/gone';
        void evaluation.readStudents();
        await (await asked('students.list')).answer([source('shipped', 'shipped')]);
        expect(evaluation.source).toBe('shipped');
        [evaluation.listed, evaluation.path] = [null, ' ~/gpt2 '];
        expect(evaluation.source).toBe('~/gpt2');
        await settled();
    });
});

describe('the parts of tasks', () => {
    const groups = ['uid', 'uid', 'phenomenon'].map((by, i) => ({ by, name: `${i}` }));
    const zorro = { task: 'zorro', part: null, groups };
    const reading = (part: string): { task: string; part: string; groups: typeof groups } => ({
        task: 'reading',
        part,
        groups: [{ by: 'measure', name: 'go past' }],
    });
    it('are shown where a task was opened, by the kind that was chosen for it', () => {
        const opened = new OpenedParts([zorro]);
        expect(opened.partsOf(zorro)).toEqual([groups[2]]); // phenomena first: they are fewest
        opened.look(zorro, 'uid');
        expect(opened.partsOf(zorro)).toEqual(groups.slice(0, 2));
        opened.toggle(zorro);
        expect(opened.partsOf(zorro)).toEqual([]);
        expect(opened.kindOf(zorro)).toBe('uid');
    });
    it('of one score of the reading task are not those of the other', () => {
        const opened = new OpenedParts();
        opened.toggle(reading('self-paced'));
        expect([opened.isOpen(reading('self-paced')), opened.isOpen(reading('eye-tracking'))]).toEqual([true, false]);
    });
});
