/** Figures without a page: smoothing as scipy's, and pictures that hold what they should and no markup of anybody's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Chart } from '../../../src/shared/figures/chart.ts';
import { gaussianSmoothed } from '../../../src/shared/figures/gaussian.ts';
import { drawBareChart } from '../../../src/shared/figures/draw-chart.ts';
import { svgOf } from '../../../src/shared/figures/svg-chart.ts';
import { SvgPen } from '../../../src/shared/figures/svg-pen.ts';

it('smooths as scipy’s gaussian_filter1d does, at both kinds of ends', () => {
    const file = new URL('../../fixtures/golden/gaussian_filter1d.json', import.meta.url);
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as {
        readonly sigma: number;
        readonly x: readonly number[];
        readonly nearest: readonly number[];
        readonly mirror: readonly number[];
    };
    for (const beyond of ['nearest', 'mirror'] as const)
        gaussianSmoothed(recorded.x, recorded.sigma, beyond).forEach((value, i) =>
            expect(value).toBeCloseTo(recorded[beyond][i]!, 10),
        );
    expect(gaussianSmoothed([2], 30, 'mirror')).toEqual([2]);
});

describe('a picture', () => {
    const point = { x: 1e6, y: 2, low: 1.5, high: 2.5 };
    const chart: Chart = {
        id: 'all-marks',
        title: 'All <marks> & more',
        caption: 'Words '.repeat(60),
        rows: [],
        panels: [
            {
                title: 'a',
                x: { title: 'words read', scale: 'log' },
                y: { title: 'score', scale: 'linear' },
                marks: [
                    { kind: 'line', name: 'read <b>', colour: 0, origin: 'ours', points: [point, { x: 8e6, y: 4 }] },
                    { kind: 'dots', name: 'taught', colour: 1, origin: 'ours', shape: 'diamond', points: [point] },
                ],
            },
            {
                title: 'b',
                x: { title: 'x', scale: 'linear' },
                y: { title: 'y', scale: 'linear' },
                marks: [
                    { kind: 'cells', cells: [{ x: [0, 1], y: [0, 1], value: 1 }] },
                    { kind: 'bars', name: 'bars', colour: 2, origin: 'published', width: 1, points: [point] },
                    {
                        kind: 'area',
                        name: 'share',
                        colour: 3,
                        origin: 'ours',
                        points: [{ x: 0, low: 0, high: 1 }],
                    },
                ],
            },
        ],
    };
    const svg = svgOf(chart);

    it('names every mark once, with words as words', () => {
        for (const name of ['read &lt;b&gt;', 'taught', 'bars', 'share', 'All &lt;marks&gt; &amp; more'])
            expect(svg.split(`>${name}<`).length - 1).toBeGreaterThanOrEqual(1);
        expect(svg).not.toContain('<b>');
        expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
    });

    it('has ticks at ones, twos and fives of a logarithmic axis, and a caption in lines that fit', () => {
        for (const tick of ['1 M', '2 M', '5 M']) expect(svg).toContain(`>${tick}</text>`);
        expect(svg.match(/>Words Words/gu)!.length).toBeGreaterThan(1);
    });

    it('stands bare on a page, as wide as there is room for, on the ground of its theme', () => {
        const three = { ...chart, panels: [0, 1, 2].map(() => chart.panels[0]!) };
        const bare = (room: number): { readonly svg: string; readonly width: number; readonly height: number } => {
            const pen = new SvgPen((words, { size }) => words.length * size * 0.6);
            const night = { paper: '#101010', ink: '#efefef', rule: '#444444' };
            const size = drawBareChart(pen, three, room, night);
            return { ...size, svg: pen.file(size.width, size.height, '', '') };
        };
        const [wide, middle, narrow] = [bare(1300), bare(900), bare(300)];
        expect(wide.width).toBeLessThanOrEqual(1300);
        expect(middle.width).toBeLessThanOrEqual(900);
        expect(new Set([wide.width, middle.width, narrow.width]).size).toBe(3);
        expect(wide.height).toBeLessThan(middle.height);
        expect(middle.height).toBeLessThan(narrow.height);
        for (const { svg } of [wide, middle, narrow]) {
            expect(svg).toContain('#101010');
            expect(svg).not.toContain('#ffffff');
            expect(svg).not.toContain('Words Words'); // the page says the caption
        }
    });

    it('draws a panel in which nothing was measured', () => {
        const empty = { ...chart, panels: [{ ...chart.panels[0]!, marks: [] }] };
        expect(svgOf(empty)).not.toMatch(/NaN|Infinity/u);
    });
});
