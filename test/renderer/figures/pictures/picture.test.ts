/** Figures as drawn: nothing lies over anything, and what is saved holds what the screen shows. */
import { describe, expect, it } from 'vitest';
import type { Colours } from '../../../../src/renderer/lib/figures/colours.ts';
import { drawFigure, frameOf, type Drawn } from '../../../../src/renderer/lib/figures/draw-plot.ts';
import type { Box, Lettering, Pen, Stroke, Type } from '../../../../src/shared/figures/pen.ts';
import {
    brokenLines,
    columnLayout,
    drawPicture,
    type GridLayout,
} from '../../../../src/renderer/lib/figures/pictures/picture.ts';
import { besideCursor, sceneOf, significant, type PlotSpec } from '../../../../src/renderer/lib/figures/plot.ts';
import { SvgPen } from '../../../../src/shared/figures/svg-pen.ts';

// every letter as wide as a wide one
const widthOf = (words: string, { size }: Type): number => words.length * size * 0.6;

/** Notes what is written, and where; and how lines are drawn. */
class NotingPen implements Pen {
    readonly written: { readonly words: string; readonly box: Box }[] = [];
    readonly lines: Stroke[] = [];
    readonly widthOf = widthOf;
    line(_points: unknown, stroke: Stroke): void {
        this.lines.push(stroke);
    }
    area(): void {}
    circle(): void {}
    text(words: string, [x, y]: readonly [number, number], { type, align = 'left' }: Lettering): void {
        const width = widthOf(words, type);
        const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
        this.written.push({ words, box: { left, right: left + width, top: y - type.size * 0.75, bottom: y } });
    }
    within(_box: Box, draw: () => void): void {
        draw();
    }
}
const colours = (forced = false): Colours => ({ of: (token) => token, areForced: () => forced });
const overlaps = (a: Box, b: Box): boolean =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const line = { name: '', colour: '--data-1', ink: '--data-1' };
const spec = (given: Partial<PlotSpec> = {}): PlotSpec => ({
    xs: [2280, 4620, 6960],
    lines: [{ ...line, values: [0.004, 0.005, 0.006] }],
    xTitle: 'input words',
    ticks: 3,
    ...given,
});
const drawnOf = (of: PlotSpec, forced = false): Drawn => ({
    spec: of,
    scene: sceneOf(of, 0, 100),
    colours: colours(forced),
    unit: 1,
    isMain: true,
});
const whole = { left: 0, top: 0, right: 320, bottom: 240 };
function written(of: PlotSpec, cursor: { readonly at: number; readonly words: string } | null): NotingPen['written'] {
    const pen = new NotingPen();
    const drawn = drawnOf(of);
    drawFigure(pen, drawn, frameOf(pen, drawn, whole), cursor);
    return pen.written;
}

describe('the cursor', () => {
    it('has its words inside of the figure, wherever it stands', () => {
        for (const at of [0, 1, 2]) {
            const words = '6,960 input words, update 3';
            const label = written(spec(), { at, words }).find((each) => each.words === words)!;
            expect(label.box.left).toBeGreaterThanOrEqual(0);
            expect(label.box.right).toBeLessThanOrEqual(320);
        }
    });
    it('has no value on the name of a line, at its end neither', () => {
        const lines = [1, 2, 3].map((level) => ({
            ...line,
            name: `Creativity ${level}`,
            values: [level, level, level],
        }));
        for (const at of [0, 1, 2]) {
            const all = written(spec({ lines }), { at, words: '' });
            const names = all.filter(({ words }) => words.startsWith('Creativity'));
            const values = all.filter(({ words }) => /^\d\.00$/u.test(words));
            expect([names.length, values.length]).toEqual([3, 3]);
            for (const name of names) for (const value of values) expect(overlaps(name.box, value.box)).toBe(false);
        }
    });
    it('puts words to the right where they fit, else to the left, else at the edge', () => {
        expect(besideCursor(10, 7, 50, 100)).toBe(17);
        expect(besideCursor(60, 7, 50, 100)).toBe(3);
        expect(besideCursor(60, 7, 90, 100)).toBe(0);
    });
    it('says three digits that count', () => {
        expect([0.005, 0.00512, 1.239, 43.21, 812, 1234, 0, -0.0456, 9.999].map(significant)).toEqual([
            ...['0.00500', '0.00512', '1.24', '43.2', '812', '1234', '0', '−0.0456', '10.0'],
        ]);
        expect(written(spec(), { at: 1, words: '' }).map(({ words }) => words)).toContain('0.00500');
    });
});

describe('the axis', () => {
    it('begins where measuring began, and names both of its ends', () => {
        expect(sceneOf(spec(), 0, 100).x).toEqual([2280, 6960]);
        const words = written(spec(), null).map((each) => each.words);
        expect(words).toEqual(expect.arrayContaining(['2.28k', '6.96k', 'input words']));
    });
    it('begins at 0 where little comes before, and of a single point', () => {
        expect(sceneOf(spec({ xs: [1, 20, 40] }), 0, 100).x).toEqual([0, 40]);
        expect(sceneOf(spec({ xs: [2280], lines: [{ ...line, values: [1] }] }), 0, 100).x).toEqual([0, 2280]);
    });
    it('of several runs begins with the first of them', () => {
        const lines = [
            { ...line, xs: [3000, 6000], values: [1, 2] },
            { ...line, xs: [1000, 5000], values: [1, 2] },
        ];
        expect(sceneOf(spec({ xs: [], lines }), 0, 100).x).toEqual([1000, 6000]);
    });
    it.each([
        ['a long title', spec({ xTitle: 'words read by the student in all' })],
        ['ends near a tick', spec({ xs: [1990, 4000, 6010] })],
        ['large numbers', spec({ xs: [1_234_567, 4_000_000, 98_765_432] })],
        ['hours', spec({ xs: [0.0101, 0.02, 0.0305], xTitle: 'hours of work' })],
    ])('has no word on another: %s', (_, of) => {
        const all = written(of, null);
        for (const [i, one] of all.entries())
            for (const other of all.slice(i + 1)) expect([overlaps(one.box, other.box), one, other][0]).toBe(false);
    });
    it('of what is counted has whole numbers only', () => {
        expect(sceneOf(spec({ xs: [1, 2], lines: [{ ...line, values: [1, 2] }] }), 0, 100).xTicks).toEqual([1, 2]);
        const hours = spec({ xs: [0.5, 2], lines: [{ ...line, values: [1, 2] }] });
        expect(sceneOf(hours, 0, 100).xTicks).toContain(1.5);
    });
    it('shows a whole scale in thirds', () => {
        expect(sceneOf(spec({ bounds: [0, 9] }), 0, 100).yTicks).toEqual([0, 3, 6, 9]);
        expect(sceneOf(spec({ bounds: [0, 3] }), 0, 100).yTicks).toEqual([0, 1, 2, 3]);
        expect(sceneOf(spec({ bounds: [1, 5] }), 0, 100).yTicks).toEqual([1, 5]);
    });
});

it('lines that the system draws in one colour differ by their dashes', () => {
    const pen = new NotingPen();
    const of = spec({ lines: [1, 2, 3].map((level) => ({ ...line, values: [level, level, level] })) });
    const drawn = drawnOf(of, true);
    drawFigure(pen, drawn, frameOf(pen, drawn, whole), null);
    const dashes = pen.lines.filter(({ width }) => width === 1.9).map(({ dash }) => JSON.stringify(dash));
    expect(new Set(dashes).size).toBe(3);
});

describe('a picture of a plate', () => {
    const layout: GridLayout = {
        width: 700,
        height: 300,
        unit: 1,
        titleSize: 20,
        figures: [0, 350].map((left) => ({
            cell: { left, right: left + 350, top: 0, bottom: 300 },
            words: { left: left + 16, right: left + 334, top: 12, bottom: 62 },
            plot: { left: left + 16, right: left + 334, top: 62, bottom: 292 },
        })),
    };
    const picture = {
        title: 'an <owl> & a lamp, '.repeat(6),
        caption: 'Interactive, quick preset, rated by rules. '.repeat(4),
        figures: ['a', 'b'].map((letter) => ({
            letter,
            title: 'Teacher score',
            unit: 'rated by rules, 0 to 3, mean of 60 stories',
            spec: spec({ xTitle: letter === 'a' ? 'input words' : '' }),
        })),
        smoothing: 0,
        colours: colours(),
    };

    it('has no word on another, and all of them inside', () => {
        const pen = new NotingPen();
        const { width, height } = drawPicture(pen, picture, layout);
        for (const [i, one] of pen.written.entries()) {
            expect(one.box.left).toBeGreaterThanOrEqual(0);
            expect(one.box.right).toBeLessThanOrEqual(width);
            expect(one.box.bottom).toBeLessThanOrEqual(height);
            for (const other of pen.written.slice(i + 1))
                expect([overlaps(one.box, other.box), one.words, other.words].join()).toMatch(/^false/u);
        }
    });
    it('bears the run’s name, every title and unit, and the caption', () => {
        const pen = new NotingPen();
        drawPicture(pen, picture, layout);
        const all = pen.written.map(({ words }) => words).join(' ');
        for (const words of ['an <owl> & a lamp', 'Teacher score', 'mean of 60', 'rated by rules.'])
            expect(all).toContain(words);
    });
    it('is as much lower as its title and caption were high where they are left out', () => {
        const [whole, bare] = [new NotingPen(), new NotingPen()];
        const { height } = drawPicture(whole, picture, layout);
        const without = drawPicture(bare, { ...picture, title: '', caption: '' }, layout);
        const said = bare.written.map(({ words }) => words);
        const leftOut = whole.written.filter(({ words }) => !said.includes(words));
        expect(leftOut.map(({ words }) => words).join(' ')).toBe(`${picture.title}${picture.caption}`.trim());
        expect(height - without.height).toBeGreaterThan(50);
        for (const { box } of bare.written) expect(box.top).toBeGreaterThanOrEqual(0);
    });
    it('as SVG is one well-formed document, whatever its names hold', () => {
        const pen = new SvgPen(widthOf);
        const { width, height } = drawPicture(pen, { ...picture, title: 'a <b> & "c"\u0007 </svg>' }, layout);
        const file = pen.file(width, height, 'a <b> & "c"\u0007 </svg>', '');
        expect(file.match(/<\/svg>/gu)).toHaveLength(1);
        expect(file).toContain('a &lt;b&gt; &amp; "c"  &lt;/svg&gt;');
        expect(file).not.toMatch(/NaN|undefined|\u0007/u);
        expect(file.match(/<g /gu)).toHaveLength(file.match(/<\/g>/gu)!.length);
        expect(file).toMatch(/^<svg [^>]*width="700"/u);
    });
    it('writes colours that one sees through as every program reads them', () => {
        const pen = new SvgPen(widthOf);
        pen.line(
            [
                [0, 0],
                [1, 1],
            ],
            { colour: 'rgba(87, 82, 71, 0.12)', width: 1, opacity: 0.5 },
        );
        expect(pen.file(1, 1, '', '')).toContain('stroke="rgb(87, 82, 71)" stroke-opacity="0.06"');
    });
});

describe('a picture of lines with long names', () => {
    const named = ['Control (rewards shuffled)', 'Length weight 0.4'].map((name, i) => ({
        name,
        colour: `--data-${i + 4}`,
        ink: `--data-${i + 4}`,
        values: [i, i + 1, i + 2],
    }));
    const of = (lines: readonly PlotSpec['lines'][]): Parameters<typeof drawPicture>[1] => ({
        title: 'Two settings',
        caption: 'Rated by rules.',
        smoothing: 0,
        colours: colours(),
        figures: lines.map((each, i) => ({
            letter: 'abcd'[i]!,
            title: 'Entropy',
            unit: 'nats',
            spec: spec({ lines: each }),
        })),
    });
    const drawn = (lines: readonly PlotSpec['lines'][], mm: number): NotingPen => {
        const pen = new NotingPen();
        drawPicture(pen, of(lines), columnLayout(lines.length, (mm * 96) / 25.4));
        return pen;
    };
    const times = ({ written: all }: NotingPen): number => all.filter(({ words }) => words === named[0]!.name).length;
    const four = [named, named, named, named];

    it('says them once, above the figures, in a column of a paper, and no word stands on another', () => {
        const pen = drawn(four, 85);
        expect(times(pen)).toBe(1);
        for (const [i, one] of pen.written.entries())
            for (const other of pen.written.slice(i + 1))
                expect([overlaps(one.box, other.box), one.words, other.words].join()).toMatch(/^false/u);
    });
    it('says them at their lines where those keep two thirds', () => {
        const short = named.map((each, i) => ({ ...each, name: 'ab'[i]! }));
        expect(drawn([short, short], 178).written.filter(({ words }) => words === 'b')).toHaveLength(3); // and a letter
    });
    it('says them at their lines where one look means two things', () => {
        const others = named.map((each) => ({ ...each, name: `${each.name}, too` }));
        expect(times(drawn([named, others], 85))).toBe(1);
        expect(drawn([named, others, named], 85).written.filter(({ words }) => /too$/u.test(words))).toHaveLength(2);
        expect(times(drawn([named, others, named], 85))).toBe(2);
    });
    it('has a title hardly larger than its words', () => {
        expect(columnLayout(4, 320).titleSize).toBeLessThanOrEqual(13 + 2);
    });
    it('has its panels one below the other in a column, each as wide as that', () => {
        const { figures, width } = columnLayout(4, 321);
        for (const { cell } of figures) expect([cell.left, cell.right]).toEqual([0, width]);
    });
});

it.each([
    ['one column', 85],
    ['two columns', 178],
])('panels in %s of a paper lie beside each other on less than a page', (_, mm) => {
    const pxMm = 96 / 25.4;
    for (let panels = 1; panels <= 8; panels++) {
        const { width, height, figures } = columnLayout(panels, mm * pxMm);
        expect(height / pxMm).toBeLessThan(200); // a page has 240 mm, and there are a title and a caption
        for (const [i, { cell, plot }] of figures.entries()) {
            expect(cell.right).toBeLessThanOrEqual(width + 1e-9);
            expect(cell.bottom).toBeLessThanOrEqual(height + 1e-9);
            expect((plot.right - plot.left) / pxMm).toBeGreaterThan(35);
            for (const other of figures.slice(i + 1)) expect(overlaps(cell, other.cell)).toBe(false);
        }
    }
});

it('breaks lines between words, and a word only where it must', () => {
    const type = { family: 'sans', size: 10, weight: 400 } as const; // 6 px a letter
    expect(brokenLines({ widthOf }, 'one two three', type, 45)).toEqual(['one two', 'three']);
    expect(brokenLines({ widthOf }, 'aaaaaaaaaa b', type, 24)).toEqual(['aaaa', 'aaaa', 'aa b']);
    expect(brokenLines({ widthOf }, '', type, 24)).toEqual([]);
});
