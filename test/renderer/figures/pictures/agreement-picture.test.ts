/** Agreement as a picture: a place for each criterion, where scores met in numbers, and the numbers beside it. */
import { expect, it } from 'vitest';
import { agreementChart, worthChart } from '../../../../src/renderer/lib/figures/pictures/agreement-picture.ts';
import type { AgreementLine } from '../../../../src/renderer/lib/figures/agreement-figures.ts';
import { drawChart } from '../../../../src/shared/figures/draw-chart.ts';
import { SvgPen } from '../../../../src/shared/figures/svg-pen.ts';

const kappa = { value: 0.5, low: 0.3, high: 0.7 };
const nothing = { value: null, low: null, high: null };
const statistics = {
    qwk: kappa,
    kappa,
    spearman: kappa,
    kendall: kappa,
    bias: { value: -0.2, low: -0.4, high: 0 },
    exact: nothing,
    within1: { value: 0.9, low: 0.8, high: 1 },
};
const line: AgreementLine = {
    id: 'coherence',
    name: 'Narrative coherence',
    index: 1,
    asOnePerson: null,
    retests: [],
    length: null,
    pair: { criterion: 'coherence', raters: ['people', 'rules'], n: 40, statistics },
    ceiling: { value: 0.8, low: 0.7, high: 0.9 },
    alpha: { people: null, all: null },
    confusion: { criterion: 'coherence', raters: ['people', 'rules'], levels: [0, 1], counts: [[7, 2], [31, 0]] }, // prettier-ignore
    trend: {
        criterion: 'coherence',
        teacher: 'rules',
        n: 40,
        rho: null,
        p: null,
        stages: [1, 2].map((stage) => ({ stage, n: 20, bias: { value: 0.1 * stage, low: 0, high: 1 }, qwk: kappa })),
    },
};
const shown = { set: 'forty', teacher: 'rules', lines: [line], stories: 40, people: 3, finding: 'They agree.' };

function drawn(chart: Parameters<typeof drawChart>[1], room?: number): { svg: string; width: number; height: number } {
    const pen = new SvgPen((words, { size }) => words.length * size * 0.6);
    const { width, height } = drawChart(pen, chart, undefined, room);
    return { svg: pen.file(width, height, chart.title, ''), width, height };
}

it('shows κ beside people’s own, bias over training, and how often scores met', () => {
    const chart = agreementChart(shown);
    expect(chart.panels.map(({ title }) => title)).toEqual(['κ by criterion', 'Bias over training', 'Narrative coherence']); // prettier-ignore
    const { svg } = drawn(chart);
    for (const words of ['Coherence', 'teacher and people', 'people themselves', '7', '31', 'stage of training'])
        expect(svg).toContain(`>${words}</text>`);
    expect(svg).toContain('They agree. 40 stories, 3 people.');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
    const at = (count: number): readonly [number, number] => {
        const [, x, y] = new RegExp(`<text [^>]*?x="([\\d.]+)" y="([\\d.]+)"[^>]*>${count}</text>`, 'u').exec(svg)!;
        return [Number(x), Number(y)];
    };
    expect(at(31)[0]).toBeGreaterThan(at(7)[0]); // people gave 1: to the right
    expect(Math.abs(at(31)[1] - at(7)[1])).toBeLessThan(1); // the teacher gave 0 to both
});

it('has every number beside it, with its n', () => {
    const { rows } = agreementChart(shown);
    expect(rows).toContainEqual(expect.objectContaining({ of: 'qwk', stage: null, value: 0.5, low: 0.3, n: 40 }));
    expect(rows).toContainEqual(expect.objectContaining({ of: 'bias', stage: 2, value: 0.2, n: 20 }));
    expect(rows).toContainEqual(expect.objectContaining({ of: 'stories', people_score: 1, teacher_score: 0, n: 31 }));
});

it('lays its panels out for the width of a column', () => {
    const chart = agreementChart(shown);
    const [one, two] = [drawn(chart, 321), drawn(chart, 673)]; // 85 and 178 mm
    expect(one.width).toBeLessThan(two.width);
    expect(one.height).toBeGreaterThan(two.height);
    expect(321 / one.width).toBeGreaterThan(0.7); // its words stay readable
});

it('shows what scores are worth as a curve over the whole scale', () => {
    const { panels, rows } = worthChart({
        teacher: 'rules',
        stories: 40,
        people: 3,
        finding: 'It helps.',
        range: { least: 0, most: 9 },
        points: [
            [0.2, 0.1],
            [0.8, 0.6],
        ],
        observed: [{ at: 0.5, worth: 0.4, stories: 12 }], // prettier-ignore
    });
    const { svg } = drawn({ id: 'w', title: 'w', caption: '', panels, rows });
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
    expect(rows.filter(({ of }) => of === 'curve').map(({ teacher, people }) => [teacher, people])).toEqual([
        [0, expect.closeTo(0.9, 9)],
        [expect.closeTo(1.8, 9), expect.closeTo(0.9, 9)],
        [expect.closeTo(7.2, 9), expect.closeTo(5.4, 9)],
        [9, expect.closeTo(5.4, 9)],
    ]);
    expect(rows).toContainEqual({ of: 'stories', teacher: 4.5, people: expect.closeTo(3.6, 9), stories: 12 });
});
