/** A chart as an SVG file, drawn without a page. */
import type { Chart } from './chart.ts';
import { drawBareChart, drawChart, type Ground } from './draw-chart.ts';
import { families, type Pen } from './pen.ts';
import { SvgPen } from './svg-pen.ts';

/**
 * About how wide words are: there is no page to ask, and whoever shows the file may have other fonts. Shares of the
 * size, by kinds of characters, of IBM Plex Sans and Literata.
 */
const widthOf: Pen['widthOf'] = (words, { family, size }) => {
    let width = 0;
    for (const character of words)
        width += /[A-ZMWmw%≙]/u.test(character) ? 0.72 : /[ .,:;il|'’[\]()]/u.test(character) ? 0.29 : 0.58;
    return width * size * (family === 'serif' ? 0.98 : 1);
};

export function svgOf(chart: Chart): string {
    const pen = new SvgPen(widthOf);
    const { width, height } = drawChart(pen, chart);
    return pen.file(width, height, chart.title, '');
}

/**
 * Its panels and key alone, for a page that says the rest in words of its own.
 * @param room px that there are in a row
 */
export function bareSvgOf(chart: Chart, room: number, ground: Ground): string {
    const pen = new SvgPen(widthOf, families, `${chart.id}-`);
    const { width, height } = drawBareChart(pen, chart, room, ground);
    return pen.file(width, height, chart.title, '');
}
