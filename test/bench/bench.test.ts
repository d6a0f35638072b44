import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Graph, type Value } from '../../src/main/student/onnx/graph.ts';
import { costsOf } from './device-nodes.ts';
import { drillRows, type DrillRun, type DrillSeed } from './drill-rows.ts';
import { demoRows, tInterval, type RunResult, type SeedResults } from './demo-rows.ts';
import { median, medianRatio } from './measuring.ts';
import { above, atLeast, atMost, below, jsonLine, meetsTarget, type Row } from './row.ts';

describe('what a node costs on a device', () => {
    const target = { kernels: 'cuda', precision: 'float32' } as const;
    const [cacheBytes, newBytes, indexBytes] = [4 * 100 * 8, 4 * 5 * 8, 8 * 5];
    /** (100, 8), to which so many nodes write five rows each. */
    const bytesOfChain = (length: number, begin: (graph: Graph) => Value): readonly number[] => {
        const graph = new Graph('chain');
        let cache = begin(graph);
        const at = graph.input('at', [5, 1], 'int64');
        const fresh = graph.input('fresh', [5, 8]);
        for (let node = 0; node < length; node++) cache = graph.node('ScatterND', [cache, at, fresh], cache);
        graph.output('next', cache);
        return costsOf(graph, target).flatMap(({ operator, bytes }) => (operator === 'ScatterND' ? [bytes] : []));
    };
    const given = (graph: Graph): Value => graph.input('cache', [100, 8]);
    const updates = indexBytes + 2 * newBytes;

    test('a scatter into memory that is bound as input and output moves its updates alone', () => {
        expect(bytesOfChain(1, given)).toEqual([updates]);
    });
    test('a longer chain copies at both ends, one from a value of the graph at its end', () => {
        const copying = updates + 2 * cacheBytes;
        expect(bytesOfChain(3, given)).toEqual([copying, updates, copying]);
        expect(bytesOfChain(2, (graph) => graph.unary('Neg', given(graph)))).toEqual([updates, copying]);
    });
    test('a gather reads what it gives', () => {
        const graph = new Graph('gathers');
        const table = graph.input('table', [1000, 8]);
        graph.output('rows', graph.gather(table, graph.input('chosen', [5], 'int32')));
        const index = graph.input('index', [1000, 1], 'int32');
        const column = { type: 'float32', dims: [1000, 1] } as const;
        graph.output('column', graph.node('GatherElements', [table, index], column, { axis: 1 }));
        const [rows, cells] = costsOf(graph, target);
        expect([rows!.bytes, cells!.bytes]).toEqual([4 * 5 + 2 * 4 * 5 * 8, 4 * 1000 + 2 * 4 * 1000]);
    });
});

describe('the command', () => {
    const bench = fileURLToPath(new URL('./bench.ts', import.meta.url));
    const asOutside = { ...process.env, VITEST: undefined };
    const run = (...args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
        spawnSync(process.execPath, [bench, ...args], { encoding: 'utf8', env: asOutside });

    test('prints one JSON object a row and nothing else', () => {
        const { status, stdout } = run('store', '--repeats', '1', '--json');
        const rows = stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown);
        expect(status).toBe(0);
        expect(rows).toEqual([
            {
                type: 'bench',
                version: 1,
                name: 'store.record',
                value: expect.any(Number),
                unit: 'episodes/s',
                target: null,
                bound: null,
                meets: null,
                note: 'updates of 360',
            },
        ]);
    });

    test.each([
        [['nothing'], /^There is no bench called "nothing".* Choose from text, .*drill\.$/],
        [['--repeats', '0'], /^--repeats wants a whole number from 1 to 1000, not "0"/],
        [['--faster'], /^Unknown option '--faster'/],
    ])('refuses %j in one sentence', (args, sentence) => {
        const { status, stdout, stderr } = run(...args);
        expect(status).toBe(1);
        expect(stdout).toBe('');
        expect(stderr.trim()).toMatch(sentence);
    });
});

describe('a row', () => {
    test.each([
        [above(1), [false, false, true]],
        [atLeast(1), [false, true, true]],
        [below(1), [true, false, false]],
        [atMost(1), [true, true, false]],
    ])('meets %j on the right side of it', (target, meets) => {
        const values = [0.5, 1, 2];
        expect(values.map((value) => meetsTarget({ name: '', unit: '', value, target }))).toEqual(meets);
    });

    test('without a number does not meet a target, and without a target is not judged', () => {
        expect(meetsTarget({ name: '', unit: '', value: null, target: below(1) })).toBe(false);
        expect(meetsTarget({ name: '', unit: '', value: null })).toBe(null);
        expect(JSON.parse(jsonLine({ name: 'a', unit: 's', value: null }))).toMatchObject({ value: null, meets: null });
    });

    test('takes ratios round by round', () => {
        expect(median([3, 1, 2])).toBe(2);
        expect(medianRatio([2, 30, 8], [1, 10, 2])).toBe(3); // of 2, 3, 4
    });
});

describe('the demo over seeds', () => {
    const runOf = (gain: number, changed: Partial<RunResult> = {}): RunResult => ({
        type: 'result',
        difference: { mean: gain, low: gain - 0.2, high: gain + 0.2 },
        before: { words: 44, finished: 0.9 },
        after: { words: 59, finished: 0.9 },
        distinct2AtEqualCounts: [0.5, 0.45],
        control: { overLengthMatched: { mean: gain / 5, low: gain / 5 - 0.1, high: gain / 5 + 0.1 } },
        gainInDeviations: gain / 2,
        lengthMatched: { mean: gain / 4, low: gain / 4 - 0.2, high: gain / 4 + 0.2 },
        peakRssMB: 700,
        ...changed,
    });
    const seedsOf = (gains: readonly number[], changed: Partial<RunResult> = {}): SeedResults[] =>
        gains.map((gain, i) => ({ seed: i + 1, real: runOf(gain, changed), seconds: 60 + i, control: runOf(-0.1) }));
    const judged = (rows: readonly Row[]): Record<string, boolean> =>
        Object.fromEntries(rows.filter(({ target }) => target).map((row) => [row.name, meetsTarget(row)!]));
    const valueOf = (rows: readonly Row[], name: string): number => rows.find((row) => row.name === name)!.value!;

    test('adds up what each seed gained and what its control did', () => {
        const rows = demoRows(seedsOf([1.2, 1.6, 2]));
        expect(Object.values(judged(rows)).every(Boolean)).toBe(true);
        expect(valueOf(rows, 'demo.gain')).toBeCloseTo(1.6);
        expect(valueOf(rows, 'demo.over-control')).toBeCloseTo(0.32);
        expect(valueOf(rows, 'demo.gain-in-deviations')).toBeCloseTo(0.8);
        expect(valueOf(rows, 'demo.length-matched-low')).toBeCloseTo(0.1); // 1.2 / 4 − 0.2
        expect(valueOf(rows, 'demo.distinct-2')).toBeCloseTo(0.9);
        expect(valueOf(rows, 'demo.control-share')).toBeCloseTo(0.1 / 1.6);
        expect(valueOf(rows, 'demo.seconds')).toBe(62);
    });

    test('lets no seed hide behind the others', () => {
        const rows = judged(demoRows(seedsOf([2, 2, 0.1])));
        expect(rows).toMatchObject({ 'demo.seed-2.gain-low': true, 'demo.seed-3.gain-low': false });
        expect(rows['demo.length-matched-low']).toBe(false);
        expect(judged(demoRows(seedsOf([2, 2], { lengthMatched: null })))['demo.length-matched-low']).toBe(false);
        expect(judged(demoRows(seedsOf([2, 2], { control: null })))['demo.over-control']).toBe(false);
        expect(judged(demoRows(seedsOf([-1, -1])))['demo.control-share']).toBe(false);
    });

    test('has Student’s interval over seeds', () => {
        const { low, high } = tInterval([1, 2, 3, 4, 5])!; // 3 ± 2.776 · 1.5811 / √5
        expect([low, high]).toEqual([expect.closeTo(1.037, 3), expect.closeTo(4.963, 3)]);
        expect(tInterval([1])).toBe(null);
    });
});

describe('the drill over seeds', () => {
    const at = (from: number): { readonly from: number; readonly low: number; readonly high: number } => ({
        from,
        low: from - 1,
        high: from + 1,
    });
    const runOf = (found: number | null, onset: number | null, judge: number | null): DrillRun => ({
        report: {
            weakness: 'loves the word “great”',
            points: 2,
            first: 0.1,
            newest: found === null ? 0.1 : 0.8,
            course: [],
            found: found === null ? null : at(found),
            alarms: [
                { name: 'the second judge', at: judge },
                { name: 'the health checks', at: null },
                { name: 'the guard of grammar', at: 5 },
            ],
        },
        onset: onset === null ? null : at(onset),
        seconds: 60,
    });
    const quiet = runOf(null, null, null);
    const seeds: readonly DrillSeed[] = [
        { seed: 1, planted: runOf(2, 4, 6), clean: quiet },
        { seed: 2, planted: runOf(2, 7, 9), clean: quiet }, // too late
        { seed: 3, planted: runOf(2, null, null), clean: runOf(null, 1, 8) }, // seen only where nothing was
        { seed: 4, planted: runOf(null, 3, 6), clean: quiet },
    ];
    const valueOf = (name: string): number | null => drillRows(seeds).find((row) => row.name === name)!.value;

    test('counts what was found, told, dated and quiet', () => {
        expect(['found', 'alarm', 'dated', 'quiet'].map((name) => valueOf(`drill.${name}`))).toEqual([
            0.75, 0.75, 0.25, 0.75,
        ]);
        expect([1, 2, 3, 4].map((seed) => valueOf(`drill.seed-${seed}.found`))).toEqual([2, 2, 2, null]);
        expect([1, 3].map((seed) => valueOf(`drill.seed-${seed}.clean`))).toEqual([1, 2]); // the guard warned, too
    });

    test('says of each seed what was seen, by whom and when', () => {
        const notes = drillRows(seeds.slice(0, 1)).map(({ note }) => note);
        expect(notes.slice(0, 3)).toEqual([
            '[1, 3], in 10 → 80 % of stories',
            'onset 4 [3, 5]; the second judge warned after update 6, the health checks saw nothing, the guard of grammar warned after update 5',
            'in 10 → 10 % of stories, no sure rise; the second judge saw nothing, the health checks saw nothing, the guard of grammar warned after update 5',
        ]);
    });
});
