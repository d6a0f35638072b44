/** Draws figures as SVG 1.1, for papers and for other programs. */
import {
    families,
    type Box,
    type Families,
    type Lettering,
    type Pen,
    type PenPoint,
    type Stroke,
    type Type,
} from './pen.ts';

export class SvgPen implements Pen {
    readonly #measure: Pen['widthOf'];
    readonly #parts: string[] = [];
    #clips = 0;

    readonly #families: Families;
    readonly #name: string;

    /**
     * @param measure how wide words are in these families, for there is no page inside a file
     * @param name begins the ids inside, so that several drawings can stand in one page
     */
    constructor(measure: Pen['widthOf'], from: Families = families, name = 'cut') {
        this.#measure = measure;
        this.#families = from;
        this.#name = name;
    }
    widthOf(words: string, type: Type): number {
        return this.#measure(words, type);
    }
    line(points: readonly PenPoint[], stroke: Stroke): void {
        if (points.length > 0) this.#parts.push(`<path d="${pathOf(points)}" fill="none"${strokeOf(stroke)}/>`);
    }
    area(corners: readonly PenPoint[], fill: string, stroke?: Stroke): void {
        this.#parts.push(`<path d="${pathOf(corners)}Z"${fillOf(fill)}${stroke ? strokeOf(stroke) : ''}/>`);
    }
    circle([x, y]: PenPoint, radius: number, fill: string, stroke?: Stroke): void {
        const at = `cx="${short(x)}" cy="${short(y)}" r="${short(radius)}"`;
        this.#parts.push(`<circle ${at}${fillOf(fill)}${stroke ? strokeOf(stroke) : ''}/>`);
    }
    text(words: string, [x, y]: PenPoint, { type, colour, align = 'left', centred = false, halo }: Lettering): void {
        const foot = centred ? y + 0.35 * type.size : y; // programs disagree on dominant-baseline
        const anchor = { left: '', center: ' text-anchor="middle"', right: ' text-anchor="end"' }[align];
        const font = `font-family="${this.#families[type.family]}" font-size="${short(type.size)}" font-weight="${type.weight}"${type.italic ? ' font-style="italic"' : ''}`;
        const at = `x="${short(x)}" y="${short(foot)}" ${font}${anchor}`;
        if (halo !== undefined)
            this.#parts.push(`<text ${at} fill="none"${strokeOf({ colour: halo, width: 4 })}>${escaped(words)}</text>`);
        this.#parts.push(`<text ${at}${fillOf(colour)}>${escaped(words)}</text>`);
    }
    within({ left, top, right, bottom }: Box, draw: () => void): void {
        const id = `${this.#name}${++this.#clips}`;
        const size = `width="${short(right - left)}" height="${short(bottom - top)}"`;
        this.#parts.push(
            `<clipPath id="${id}"><rect x="${short(left)}" y="${short(top)}" ${size}/></clipPath><g clip-path="url(#${id})">`,
        );
        draw();
        this.#parts.push('</g>');
    }

    /**
     * @param style of the file, as its fonts
     * @param printedMm how wide it is on paper; without it, as many px as it was drawn
     */
    file(width: number, height: number, title: string, style: string, printedMm?: number): string {
        const [across, down] =
            printedMm === undefined
                ? [short(width), short(height)]
                : [`${short(printedMm)}mm`, `${short((printedMm * height) / width)}mm`];
        const size = `width="${across}" height="${down}" viewBox="0 0 ${short(width)} ${short(height)}"`;
        return [
            `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-variant-numeric="tabular-nums">`,
            `<title>${escaped(title)}</title>`,
            ...(style === '' ? [] : [`<style>${style}</style>`]),
            ...this.#parts,
            '</svg>\n',
        ].join('\n');
    }
}

const short = (value: number): string => String(Number(value.toFixed(2)));

function pathOf(points: readonly PenPoint[]): string {
    return points.map(([x, y], i) => `${i ? 'L' : 'M'}${short(x)} ${short(y)}`).join('');
}

function strokeOf({ colour, width, dash = [], opacity = 1 }: Stroke): string {
    const cap = dash.length > 0 ? 'butt' : 'round';
    const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
    return `${paintOf('stroke', colour, opacity)} stroke-width="${short(width)}" stroke-linejoin="round" stroke-linecap="${cap}"${dashes}`;
}
const fillOf = (colour: string): string => paintOf('fill', colour, 1);

/** SVG 1.1 knows no colour that one sees through: its opacity stands beside it. */
function paintOf(what: 'fill' | 'stroke', colour: string, opacity: number): string {
    const [, red, green, blue, alpha] =
        /^rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)$/u.exec(colour) ?? ([] as readonly undefined[]);
    const seen = opacity * Number(alpha ?? 1);
    const solid = red === undefined ? colour : `rgb(${red}, ${green}, ${blue})`;
    return ` ${what}="${solid}"${seen < 1 ? ` ${what}-opacity="${short(seen)}"` : ''}`;
}

/** Names come from people and files: they are words, never markup; a file holds no characters that XML forbids. */
function escaped(words: string): string {
    return words
        .replaceAll(/[\u0000-\u001f\u007f\ufffe\uffff]/gu, ' ')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;');
}
