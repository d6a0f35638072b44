/** Style of a recorded run whose stories changed in ways that are known. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../../../src/main/headless/command-line.ts';
import { styleHeadline, styleMethod, wordChange } from '../../../../src/shared/findings/style-words.ts';
import { styleOfNamedRun } from '../../../../src/main/service/reports/run/style-thread.ts';
import type { StyleReport } from '../../../../src/shared/views/style.ts';
import { recordSetting } from '../../../windows/compared-runs.ts';

const home = mkdtempSync(join(tmpdir(), 'storyloop-style-'));
let report: StyleReport;

beforeAll(async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    const beginnings = ['there lived a quiet king. He went home. ', '"I am here," said Anna. She goes home. '] as const;
    recordSetting(home, { name: 'owl', seed: 1, given: {}, gain: 1, beginnings });
    report = (await styleOfNamedRun('owl'))!;
});
afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
});

it('finds what changed, with intervals, at as many words on either side', () => {
    const of = new Map(report.measures.map(({ id, change }) => [id, change!]));
    expect(report.pairs + report.shortPairs).toBe(120);
    expect(report.pairs).toBeGreaterThanOrEqual(96); // four in five have so many words
    expect(of.get('past')!.before.mean).toBe(100);
    expect(of.get('past')!.after.mean).toBeCloseTo(100 / 3, 9); // am, said, goes
    expect(of.get('dialogue')!.before.mean).toBe(0);
    expect(of.get('dialogue')!.after.mean).toBeCloseTo(300 / report.words, 9);
    expect(of.get('names')!.difference.low).toBeGreaterThan(0);
});

it('names words and openings that rose and fell, and no word that did not change', () => {
    expect(report.rose.map(({ word }) => word)).toEqual(expect.arrayContaining(['anna', 'said', 'goes']));
    expect(report.fell.map(({ word }) => word)).toEqual(expect.arrayContaining(['lived', 'king', 'went']));
    expect([...report.rose, ...report.fell].filter(({ isSure }) => isSure).map(({ word }) => word)).not.toContain(
        'owl',
    );
    expect(report.openings.slice(0, 2).map(({ opening, before, after }) => [opening, before, after])).toEqual([
        ['i am here', 0, 100],
        ['there lived a', 100, 0],
    ]);
    expect(styleHeadline(report)).toMatch(
        /^At equal length, over the first \d+ words of each story, .*\. More often after learning: “.*\. Less often: “.*\. (More|Fewer) stories begin with “[^”]+”: \d+ % before, \d+ % after\.$/u,
    );
    expect(styleMethod(report)).toContain(`the first ${report.words} words`);
});

it('writes no end of a listed word’s interval as 0', () => {
    expect(wordChange({ mean: 1.33, low: 0.0042, high: 2.66 })).toBe('+1.33 [+0.004, +2.66]');
    expect(wordChange({ mean: -0.4, low: -0.8, high: -0.000_04 })).toBe('−0.40 [−0.80, −0.00004]');
});

it('follows training in stretches that lead to their updates', () => {
    const { points } = report.measures[0]!;
    expect(report.episodes).toBe(160); // 40 updates of 4 stories
    expect(points.length === 0 || points.at(-1)!.to <= 40).toBe(true);
    for (const { from, to, stories } of points) expect([from <= to, stories > 1]).toEqual([true, true]);
});

it('is told by the command line, with its numbers as tables', async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const folder = join(home, 'tables');
    await runCommandLine(['style', 'owl', '--csv', folder]);
    log.mockRestore();
    expect(lines.join('\n')).toMatch(/Past tense +100\.00 → .*\n/u);
    expect(readdirSync(folder).sort()).toEqual(['before-after.csv', 'openings.csv', 'over-updates.csv', 'words.csv']);
    const [head, ...rows] = readFileSync(join(folder, 'before-after.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('measure,unit,words,before,after,difference,low,high');
    expect(rows).toHaveLength(7);
});
