/** Scores by length as a picture: every bin is named once, lines stand beside each other, and the numbers go along. */
import { expect, it } from 'vitest';
import { lengthChart } from '../../../../src/renderer/lib/figures/pictures/length-picture.ts';
import { drawChart } from '../../../../src/shared/figures/draw-chart.ts';
import { SvgPen } from '../../../../src/shared/figures/svg-pen.ts';

const side = (mean: number) => ({ stories: 9, score: { mean, low: mean - 1, high: mean + 1 } });
const chart = lengthChart({
    title: 'owl: score by length',
    caption: 'Rated by rules.',
    bounds: [0, 9],
    bins: [[5, 20], [21, 21], [22, 60]], // prettier-ignore
    lines: [
        { name: 'before', colour: 'rgb(1, 2, 3)', sides: [side(2), side(3), { stories: 1, score: null }] },
        { name: 'after learning', colour: 'rgb(4, 5, 6)', sides: [side(4), side(5), side(6)] },
    ],
});

it('names each bin and line, and leaves out what was not scored', () => {
    const pen = new SvgPen((words, { size }) => words.length * size * 0.6);
    const { width, height } = drawChart(pen, chart, undefined, 321);
    const svg = pen.file(width, height, chart.title, '');
    for (const words of ['5–20', '21', '22–60', 'before', 'after learning'])
        expect(svg.match(new RegExp(`>${words}</text>`, 'gu'))).toHaveLength(1);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
    for (const colour of ['rgb(1, 2, 3)', 'rgb(4, 5, 6)']) expect(svg).toContain(`stroke="${colour}"`);
    const dots = chart.panels[0]!.marks.flatMap((mark) =>
        mark.kind === 'dots' ? [mark.points.map(({ x }) => x)] : [],
    );
    expect(dots.map(({ length }) => length)).toEqual([2, 3]);
    expect(dots[0]![0]).toBeLessThan(dots[1]![0]!);
});

it('has panels and key alone where title and caption are left out', () => {
    const of = (words: { title?: string; caption?: string }): { svg: string; height: number } => {
        const pen = new SvgPen((each, { size }) => each.length * size * 0.6);
        const { width, height } = drawChart(pen, { ...chart, ...words }, undefined, 321);
        return { svg: pen.file(width, height, '', ''), height };
    };
    const [whole, bare] = [of({}), of({ title: '', caption: '' })];
    expect(bare.svg).not.toMatch(/owl: score|Rated by/u);
    expect(bare.svg).toContain('>after learning</text>');
    expect(whole.height - bare.height).toBe(34 + 17);
});

it('has a row for each line in each bin', () => {
    expect(chart.rows).toHaveLength(6);
    expect(chart.rows[2]).toEqual({
        of: 'before',
        from_words: 22,
        to_words: 60,
        stories: 1,
        mean: null,
        low: null,
        high: null,
    });
    expect(chart.rows[3]).toMatchObject({ of: 'after learning', mean: 4, low: 3, high: 5 });
});
