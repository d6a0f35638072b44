/** A forest as a picture: every line in its place, filled only beyond chance, and no words on another's. */
import { expect, it } from 'vitest';
import { changeAxis } from '../../../../src/renderer/lib/figures/benchmark-axes.ts';
import { drawForest, forestPicture } from '../../../../src/renderer/lib/figures/pictures/forest-picture.ts';
import { SvgPen } from '../../../../src/shared/figures/svg-pen.ts';
import type { ComparedGroup, ComparedTask } from '../../../../src/shared/views/benchmarks.ts';

const group = (name: string, difference: number, isBeyondChance: boolean): ComparedGroup => ({
    by: 'uid',
    name,
    items: 50,
    before: 50,
    after: 50 + difference,
    difference,
    chance: 50,
    isBeyondChance,
    interval: { low: difference - 2, high: difference + 2 },
    test: { kind: 'mcnemar', lost: 1, won: 9, p: 0.02 },
});
const blimp: ComparedTask = {
    task: 'blimp',
    part: null,
    measure: 'accuracy',
    scale: 100,
    sentence: 'BLiMP rose.',
    items: 100,
    before: 50,
    after: 53,
    difference: 3,
    chance: 50,
    isBeyondChance: true,
    interval: { low: 1, high: 5 },
    test: { kind: 'mcnemar', lost: 2, won: 18, p: 0.0004 },
    evidence: null,
    groups: [group('agreement_of_number', 6, true), group('ellipsis', -0.5, false)],
};

function drawn(changes: readonly ComparedTask[], hasTests: boolean): { readonly svg: string; readonly width: number } {
    const shown = { heading: 'start and final', means: 'difference in points', changes, hasTests };
    const axis = changeAxis(changes.flatMap((change) => [change, ...change.groups]));
    const pen = new SvgPen((words, { size }) => words.length * size * 0.6);
    const { width, height } = drawForest(pen, forestPicture({ ...shown, partsOf: ({ groups }) => groups, axis }));
    return { svg: pen.file(width, height, 'start and final', ''), width };
}

it('has a line for each task and each of its parts, with all numbers, filled beyond chance alone', () => {
    const { svg, width } = drawn([blimp], true);
    for (const words of ['BLiMP', 'agreement of number', 'ellipsis', '+3.0 [+1.0, +5.0]', '50.0 → 53.0', '&lt; 0.001'])
        expect(svg).toContain(`>${words}</text>`);
    expect(svg).toContain('p: McNemar');
    const fills = [...svg.matchAll(/<circle [^>]*? fill="([^"]+)"/gu)].map(([, fill]) => fill);
    expect(fills).toHaveLength(3);
    expect(fills[0]).toBe(fills[1]);
    expect(fills[2]).toBe('#ffffff');
    const places = [...svg.matchAll(/<(?:text|circle) [^>]*?\bc?x="([\d.]+)"/gu)].map(([, x]) => Number(x));
    for (const x of places) expect(x).toBeLessThanOrEqual(width);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
});

it('begins with its lines and ends with its axis where title and caption are left out', () => {
    const picture = forestPicture({
        heading: 'start and final',
        means: 'difference',
        changes: [blimp],
        hasTests: true,
        partsOf: () => [],
        axis: changeAxis([blimp]),
    });
    const heightOf = (title: string, caption: string): number => {
        const pen = new SvgPen((words, { size }) => words.length * size * 0.6);
        const { width, height } = drawForest(pen, { ...picture, title, caption });
        expect(pen.file(width, height, '', '')).toContain('+3.0 [+1.0, +5.0]');
        return height;
    };
    const bare = heightOf('', '');
    expect(heightOf('start', '') - bare).toBe(34);
    expect(heightOf('', 'Filled: beyond chance.') - bare).toBe(17);
});

it('speaks of no test where there is none, and draws what has no interval', () => {
    const { svg } = drawn([{ ...blimp, interval: null, test: null, groups: [] }], false);
    expect(svg).not.toMatch(/McNemar|Holm|NaN|undefined/u);
    expect(svg).toContain('+3.0');
});
