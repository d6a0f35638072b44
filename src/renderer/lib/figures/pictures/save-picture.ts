/** Saves what a pen draws as PNG, SVG or PDF, as wide as on the screen or on paper, and its numbers as a table. */
import literataItalic from '@fontsource-variable/literata/files/literata-latin-wght-italic.woff2?url';
import literata from '@fontsource-variable/literata/files/literata-latin-opsz-normal.woff2?url';
import plexSans from '@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2?url';
import { base64Of, saveFile } from '../../page/files.ts';
import {
    families,
    fontOf,
    printFamilies,
    type Box,
    type Drawing,
    type Families,
} from '../../../../shared/figures/pen.ts';
import { CanvasPen } from '../canvas-pen.ts';
import { titleSizes, type GridLayout } from './picture.ts';
import { SvgPen } from '../../../../shared/figures/svg-pen.ts';
import { tableOf } from '../../text/table.ts';
import { withDensity } from './png-density.ts';

const screenSharpness = 3; // points a px of the screen, whatever it has
const printDots = 300; // an inch
const mmInch = 25.4;
const pxMm = 96 / mmInch; // CSS

/** How wide a figure is: null is as on the screen, else millimetres on paper. */
export type PrintedWidth = number | null;
export const columnWidths = { one: 85, two: 178 } as const;

const faces = [
    { family: 'Plex Sans', url: plexSans, style: 'normal', weights: '100 700' },
    { family: 'Literata', url: literata, style: 'normal', weights: '200 900' },
    { family: 'Literata', url: literataItalic, style: 'italic', weights: '200 900' },
] as const;

export const saveDrawing = {
    /** 300 points an inch of paper, or three times as sharp as the screen. */
    async png(draw: Drawing, name: string, mm: PrintedWidth): Promise<void> {
        const asked = wantedWidth(mm);
        const { width, height } = draw(await measuringPen(), asked); // first only for its size
        const sharpness = mm === null ? screenSharpness : ((mm / mmInch) * printDots) / width;
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [Math.ceil(width * sharpness), Math.ceil(height * sharpness)];
        const context = canvas.getContext('2d')!;
        context.scale(sharpness, sharpness);
        draw(new CanvasPen(context), asked);
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
        if (blob === null) throw new Error(`a picture of ${canvas.width} × ${canvas.height} points could not be made`);
        const dots = mm === null ? 96 * screenSharpness : printDots;
        saveFile(`${name}.png`, new Blob([withDensity(new Uint8Array(await blob.arrayBuffer()), dots)]));
    },
    /** With its fonts inside; words stay words. */
    async svg(draw: Drawing, title: string, name: string, mm: PrintedWidth): Promise<void> {
        const { pen, width, height } = await drawnAsSvg(draw, mm);
        const file = pen.file(width, height, title, await fontFaces(), mm ?? undefined);
        saveFile(`${name}.svg`, new Blob([file], { type: 'image/svg+xml' }));
    },
    /**
     * Printed on a page of the figure's size: lines stay lines, and fonts are embedded.
     * @param print the page as the app prints it; null where the browser's own print window has to
     */
    async pdf(
        draw: Drawing,
        title: string,
        name: string,
        mm: PrintedWidth,
        print: () => Promise<Uint8Array<ArrayBuffer> | null>,
    ): Promise<void> {
        const { pen, width, height } = await drawnAsSvg(draw, mm, printFamilies);
        const widthMm = mm ?? width / pxMm;
        const file = pen.file(width, height, title, '', widthMm);
        const done = layAlone(file, name, widthMm, (widthMm * height) / width);
        const printed = await print().catch((error: unknown) => {
            done();
            throw error;
        });
        if (printed === null) {
            window.addEventListener('afterprint', done, { once: true });
            window.print();
            return;
        }
        done();
        saveFile(`${name}.pdf`, new Blob([printed], { type: 'application/pdf' }));
    },
    numbers(rows: readonly object[], name: string): void {
        saveFile(`${name}.csv`, new Blob([tableOf(rows)], { type: 'text/csv' }));
    },
};

const wantedWidth = (mm: PrintedWidth): number | undefined => (mm === null ? undefined : mm * pxMm);

async function drawnAsSvg(
    draw: Drawing,
    mm: PrintedWidth,
    from: Families = families,
): Promise<{ readonly pen: SvgPen; readonly width: number; readonly height: number }> {
    const measuring = await measuringPen(from);
    const pen = new SvgPen((words, type) => measuring.widthOf(words, type), from);
    return { pen, ...draw(pen, wantedWidth(mm)) };
}

/**
 * Lets the page print a picture as if it were all there is; returns how to end that. A print window proposes the page's
 * title as a name.
 */
function layAlone(svg: string, name: string, widthMm: number, heightMm: number): () => void {
    const holder = document.createElement('div');
    holder.className = 'printed';
    holder.append(document.importNode(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement, true));
    const style = new CSSStyleSheet();
    const pages = `${(widthMm + 0.01).toFixed(2)}mm ${(heightMm + 0.3).toFixed(2)}mm`; // never a second page for a hair
    style.replaceSync(
        `@page { size: ${pages}; margin: 0 } @media screen { .printed { display: none } }
         @media print { html, body { height: auto; overflow: visible; background: white } body > :not(.printed) { display: none } }`,
    );
    const title = document.title;
    const done = (): void => {
        holder.remove();
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== style);
        document.title = title;
    };
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
    document.body.append(holder);
    document.title = name;
    return done;
}

/** A pen on a canvas that nobody sees, once all its fonts are here. */
async function measuringPen(from: Families = families): Promise<CanvasPen> {
    const fonts = (['sans', 'serif'] as const).flatMap((family) =>
        [false, true].map((italic) => fontOf({ family, size: 12, weight: 400, italic })),
    );
    await Promise.all(fonts.map((font) => document.fonts.load(font)));
    return new CanvasPen(document.createElement('canvas').getContext('2d')!, from);
}

/** Where the figures of a grid are now on the screen. */
export function layoutOf(grid: HTMLElement): GridLayout {
    const whole = grid.getBoundingClientRect();
    const boxOf = (element: Element | null): Box => {
        const { left, top, right, bottom } = (element ?? grid).getBoundingClientRect();
        return {
            left: left - whole.left,
            right: right - whole.left,
            top: top - whole.top,
            bottom: bottom - whole.top,
        };
    };
    return {
        width: whole.width,
        height: whole.height,
        titleSize: titleSizes.screen,
        unit: parseFloat(getComputedStyle(document.documentElement).fontSize) / 16,
        figures: Array.from(grid.querySelectorAll('figure'), (figure) => ({
            cell: boxOf(figure),
            words: boxOf(figure.querySelector('figcaption')),
            plot: boxOf(figure.querySelector('.plot')),
        })),
    };
}

async function fontFaces(): Promise<string> {
    const rules = faces.map(async ({ family, url, style, weights }) => {
        const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
        const source = `url(data:font/woff2;base64,${base64Of(bytes)}) format('woff2')`;
        return `@font-face{font-family:'${family}';font-style:${style};font-weight:${weights};src:${source}}`;
    });
    return (await Promise.all(rules)).join('');
}
