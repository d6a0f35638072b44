/** Benchmarks in words: what a number is of, how far a reading is, and which of two students is the later one. */
import { describe, expect, it } from 'vitest';
import type { TaskScore } from '../../src/shared/benchmarks/results.ts';
import type { BenchmarkRow, ComparedTask } from '../../src/shared/views/benchmarks.ts';
import {
    changeInterval,
    changeRows,
    changeText,
    comparable,
    doingWords,
    firstKind,
    groupName,
    intervalText,
    kindName,
    probability,
    rowWords,
    scoreRows,
    scoreText,
    studentFacts,
    studentName,
    taskTitle,
    timeLeft,
    towards,
} from '../../src/renderer/lib/benchmarks.ts';
import { changeAxis, placeOn, scoreAxis } from '../../src/renderer/lib/figures/benchmark-axes.ts';
import { tableOf } from '../../src/renderer/lib/text/table.ts';

const row: BenchmarkRow = {
    id: '01A',
    name: 'shipped',
    run: null,
    createdAt: 1,
    finishedAt: 2,
    state: 'finished',
    device: 'CPU',
    student: null,
    folder: '/tasks',
    live: null,
    problem: null,
    tasks: [
        { task: 'blimp', dataset: 'blimp_filtered', items: 100, done: 100 },
        { task: 'zorro', dataset: 'zorro', items: 32_000, done: 12_000 },
    ],
};
const owl: BenchmarkRow = { ...row, id: '01B', name: '2026-owl · final', run: '2026-owl', createdAt: 0 };

describe('a student', () => {
    it('is called as its run is called now, with its checkpoint; whoever has no run by its own name', () => {
        expect(studentName(owl, 'night owl')).toBe('night owl · final');
        expect(studentName(owl, undefined)).toBe('2026-owl · final');
        expect(studentName({ name: 'gpt2-small', run: null }, undefined)).toBe('gpt2-small');
        expect(studentFacts({ student: null })).toBe('');
        const student = { digest: '', parameters: 2_572_416, context: 128, vocabulary: 1, tokens: null };
        expect(studentFacts({ student: { ...student, words: 3_912_345 } })).toBe(
            '2.6M parameters, a context of 128 tokens, trained on 3,912,345 words',
        );
        expect(studentFacts({ student: { ...student, words: null } })).toBe('2.6M parameters, a context of 128 tokens');
    });

    it('comes before one that learned from it, however late it was read, unless somebody swaps them', () => {
        const early = { ...row, createdAt: 9 };
        expect(towards(owl, early, false)).toEqual({ before: early, after: owl });
        expect(towards(early, owl, false)).toEqual({ before: early, after: owl });
        expect(towards(owl, early, true)).toEqual({ before: owl, after: early });
        const student = { digest: '', parameters: 1, context: 1, vocabulary: 1, words: 10, tokens: null };
        const [few, many] = [owl, { ...owl, id: '01C', student: { ...student, words: 20 } }];
        expect(towards(many, { ...few, student }, false).before.id).toBe('01B');
        const start = { ...owl, id: '01D', name: '2026-owl · start', createdAt: 7 };
        expect(towards(owl, start, false).before.id).toBe('01D');
    });

    it('is compared with those that read a task of its own, first on the same folder', () => {
        const elsewhere = { ...owl, id: '01C', folder: '/other' };
        const nothing = { ...owl, id: '01D', tasks: [{ task: 'blimp', dataset: '', items: 5, done: 0 }] } as const;
        const alone = { ...owl, id: '01E', tasks: [{ task: 'aoa', dataset: 'aoa', items: 5, done: 5 }] } as const;
        const start = { ...owl, id: '01F', name: '2026-owl · start' };
        expect(comparable(owl, [row, start]).map(({ id }) => id)).toEqual(['01F', '01A']);
        expect(comparable(row, [elsewhere, row, nothing, alone, owl]).map(({ id }) => id)).toEqual(['01B', '01C']);
    });
});

describe('a reading', () => {
    const live = {
        phase: 'reading benchmarks',
        task: 'zorro',
        fraction: 0.4,
        remaining: 75,
        pauseAsked: false,
    } as const;
    it('says task, items and time left, and that it will pause', () => {
        expect(doingWords({ ...row, live })).toBe('Zorro, 12,000 of 32,000 pairs');
        expect(timeLeft({ live })).toBe('about 75 s to go');
        expect(doingWords({ ...row, live: { ...live, pauseAsked: true } })).toBe('pausing after these items');
        expect(timeLeft({ live: { ...live, pauseAsked: true } })).toBe('');
        expect(timeLeft({ live: { ...live, remaining: null } })).toBe('');
        expect(doingWords({ ...row, live: { ...live, phase: 'starting', task: null } })).toBe(
            'looking through the folder',
        );
        expect(doingWords({ ...row, live: { ...live, phase: 'loading', task: null } })).toBe('loading');
        expect(doingWords(row)).toBe('');
    });
    it('is listed with its tasks, and with its items while it is not over', () => {
        expect(rowWords(row)).toBe('BLiMP, Zorro');
        expect(rowWords({ ...row, state: 'waiting' })).toBe('BLiMP, Zorro: 12,100 of 32,100 items');
        expect(rowWords({ ...row, tasks: [], state: 'running' })).toBe('nothing read yet');
    });
});

describe('numbers', () => {
    it('have the digits of their scale, and differences their sign', () => {
        expect([scoreText(56.25, 100), scoreText(-0.1234, 1), scoreText(null, 100)]).toEqual(['56.3', '−0.123', 'n/a']);
        expect(intervalText({ low: -3.14, high: 40 }, 100)).toBe('[−3.1, 40.0]');
        expect(intervalText(null, 100)).toBe('');
        expect([5.84, -0.12, -0.03, 0.004, 0].map(changeText)).toEqual(['+5.8', '−0.1', '−0.03', '0', '0']);
        expect(changeInterval({ low: -0.1, high: 0.3 })).toBe('[−0.1, +0.3]');
        expect([0.0004, 0.0123, 0.18, 1].map(probability)).toEqual(['< 0.001', '0.012', '0.18', '1.00']);
    });
    it('stand on an axis: shares from 0 to 100, others as wide as they need, differences as far to both sides', () => {
        const interval = { low: -33.3, high: 92.6 };
        expect(scoreAxis([{ score: 37.8, interval }], true)).toMatchObject({ from: 0, to: 100 });
        expect(scoreAxis([{ score: 37.8, interval }], false)).toEqual({
            from: -50,
            to: 100,
            ticks: [-50, 0, 50, 100],
        });
        expect(scoreAxis([{ score: 0.4, interval: { low: 0.1, high: 0.9 } }], false)).toMatchObject({ from: 0, to: 1 });
        expect(scoreAxis([{ score: null, interval: null }], false)).toMatchObject({ from: 0, to: 1 });
        const axis = changeAxis([{ difference: -2.3, interval: { low: -3.1, high: -1.6 } }]);
        expect(axis).toEqual({ from: -4, to: 4, ticks: [-4, -2, 0, 2, 4] });
        expect(changeAxis([{ difference: 0, interval: null }])).toMatchObject({ from: -1, to: 1 });
        expect([-9, -4, 0, 2].map((value) => placeOn(axis, value))).toEqual([0, 0, 50, 75]);
    });
    it('are of parts that a person can read', () => {
        const zorro = groupName('uid', 'agreement_subject_verb-across_relative_clause');
        expect(zorro).toBe('agreement subject verb, across relative clause');
        expect(groupName('linguistics_term', 's-selection')).toBe('s-selection');
        expect(['1', '3'].map((name) => groupName('operations', name))).toEqual(['1 operation', '3 operations']);
        expect([kindName('ewok', 'uid'), kindName('blimp', 'uid'), kindName('zorro', 'phenomenon')]).toEqual([
            ...['domain', 'paradigm', 'phenomenon'],
        ]);
        expect(firstKind(['uid', 'field', 'linguistics_term'])).toBe('linguistics_term');
        expect([firstKind(['measure']), firstKind([])]).toEqual(['measure', null]);
        expect(taskTitle({ task: 'reading', part: 'self-paced' })).toBe('Reading, self-paced');
    });
});

describe('tables to keep', () => {
    const score: TaskScore = {
        task: 'blimp',
        part: null,
        measure: 'accuracy',
        scale: 100,
        items: 3,
        score: 66.5,
        interval: { low: 60, high: 70 },
        chance: 50,
        ties: 1,
        remarks: ['One sentence.'],
        groups: [{ by: 'uid', name: 'passive_1', items: 3, score: 66.5, interval: null, chance: 50, ties: 1 }],
    };
    it('hold tasks and their parts, with how they were counted', () => {
        const [head, whole, part] = tableOf(scoreRows('an owl, "grey"', 'fair', [score])).split('\r\n');
        expect(head).toBe(
            'student,counting,task,measured_by,measure,scale,part_by,part,items,score,chance,ties,low,high',
        );
        expect(whole).toBe('"an owl, ""grey""",fair,blimp,,accuracy,100,,,3,66.5,50,1,60,70');
        expect(part).toBe('"an owl, ""grey""",fair,blimp,,accuracy,100,uid,passive_1,3,66.5,50,1,,');
    });
    it('hold differences with their tests, and the sentence of a task', () => {
        const test = { kind: 'mcnemar', lost: 1, won: 2, p: 0.5 } as const;
        const change: ComparedTask = {
            task: 'blimp',
            part: null,
            measure: 'accuracy',
            scale: 100,
            items: 3,
            before: 60,
            after: 66,
            difference: 6,
            interval: null,
            chance: 50,
            test,
            isBeyondChance: false,
            sentence: 'BLiMP went on.',
            evidence: { before: 2, now: 1.5, difference: -0.5, interval: { low: -0.8, high: -0.2 } },
            groups: [
                {
                    by: 'uid',
                    name: 'passive_1',
                    items: 3,
                    before: 60,
                    after: 66,
                    difference: 6,
                    chance: 50,
                    interval: { low: 1, high: 9 },
                    test: null,
                    isBeyondChance: true,
                },
            ],
        };
        const rows = changeRows({ before: 'a', after: 'b' }, 'official', [change]);
        expect(rows).toMatchObject([
            { student_before: 'a', student_after: 'b', part: '', p_holm: 0.5, sentence: 'BLiMP went on.', low: null },
            {
                part: 'passive_1',
                evidence_after: null,
                p_holm: null,
                beyond_chance: true,
                low: 1,
                high: 9,
                sentence: null,
            },
        ]);
        expect(rows[0]).toMatchObject({ evidence_before: 2, evidence_after: 1.5, evidence_high: -0.2 });
    });
});
