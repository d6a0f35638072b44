/** Saves what a pen draws as PNG or SVG, and the numbers behind it as a table. */
import literataItalic from '@fontsource-variable/literata/files/literata-latin-wght-italic.woff2?url';
import literata from '@fontsource-variable/literata/files/literata-latin-opsz-normal.woff2?url';
import plexSans from '@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2?url';
import { base64Of, saveFile } from '../../page/files.ts';
import { fontOf, type Box, type Drawing } from '../../../../shared/figures/pen.ts';
import { CanvasPen } from '../canvas-pen.ts';
import type { GridLayout } from './picture.ts';
import { SvgPen } from '../../../../shared/figures/svg-pen.ts';
import { tableOf } from '../../text/table.ts';

const sharpness = 3; // points a px, whatever the screen has: 288 an inch
const faces = [
    { family: 'Plex Sans', url: plexSans, style: 'normal', weights: '100 700' },
    { family: 'Literata', url: literata, style: 'normal', weights: '200 900' },
    { family: 'Literata', url: literataItalic, style: 'italic', weights: '200 900' },
] as const;

export const saveDrawing = {
    /** As it is on the screen, three times as sharp. */
    async png(draw: Drawing, name: string): Promise<void> {
        const { width, height } = draw(await measuringPen()); // first only for its size
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [Math.ceil(width * sharpness), Math.ceil(height * sharpness)];
        const context = canvas.getContext('2d')!;
        context.scale(sharpness, sharpness);
        draw(new CanvasPen(context));
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
        if (blob === null) throw new Error(`a picture of ${canvas.width} × ${canvas.height} points could not be made`);
        saveFile(`${name}.png`, blob);
    },
    /** With its fonts inside; words stay words. */
    async svg(draw: Drawing, title: string, name: string): Promise<void> {
        const measuring = await measuringPen();
        const pen = new SvgPen((words, type) => measuring.widthOf(words, type));
        const { width, height } = draw(pen);
        const file = pen.file(width, height, title, await fontFaces());
        saveFile(`${name}.svg`, new Blob([file], { type: 'image/svg+xml' }));
    },
    numbers(rows: readonly object[], name: string): void {
        saveFile(`${name}.csv`, new Blob([tableOf(rows)], { type: 'text/csv' }));
    },
};

/** A pen on a canvas that nobody sees, once all its fonts are here. */
async function measuringPen(): Promise<CanvasPen> {
    const fonts = (['sans', 'serif'] as const).flatMap((family) =>
        [false, true].map((italic) => fontOf({ family, size: 12, weight: 400, italic })),
    );
    await Promise.all(fonts.map((font) => document.fonts.load(font)));
    return new CanvasPen(document.createElement('canvas').getContext('2d')!);
}

/** Where the figures of a grid are now on the screen. */
export function layoutOf(grid: HTMLElement): GridLayout {
    const whole = grid.getBoundingClientRect();
    const boxOf = (element: Element | null): Box => {
        const { left, top, right, bottom } = (element ?? grid).getBoundingClientRect();
        return {
            ...{ left: left - whole.left, right: right - whole.left },
            ...{ top: top - whole.top, bottom: bottom - whole.top },
        };
    };
    return {
        width: whole.width,
        height: whole.height,
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
