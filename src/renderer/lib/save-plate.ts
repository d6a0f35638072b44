/** A plate of figures as a picture, and the numbers behind it as a table. */
import { saveFile } from './files.ts';
import { tableOf } from './table.ts';

export const savePlate = {
    /** All figures of the plate as they are now, with their titles, twice as sharp as the screen. */
    picture(plate: HTMLElement, name: string): void {
        const scale = window.devicePixelRatio;
        const bounds = plate.getBoundingClientRect();
        const picture = document.createElement('canvas');
        picture.width = bounds.width * scale;
        picture.height = bounds.height * scale;
        const context = picture.getContext('2d')!;
        context.scale(scale, scale);
        context.fillStyle = getComputedStyle(plate).backgroundColor;
        context.fillRect(0, 0, bounds.width, bounds.height);
        for (const canvas of plate.querySelectorAll('canvas')) {
            const at = canvas.getBoundingClientRect();
            context.drawImage(canvas, at.left - bounds.left, at.top - bounds.top, at.width, at.height);
        }
        for (const words of plate.querySelectorAll('figcaption > *')) {
            const at = words.getBoundingClientRect();
            const { font, color } = getComputedStyle(words);
            context.font = font;
            context.fillStyle = color;
            context.textBaseline = 'middle';
            context.fillText(words.textContent, at.left - bounds.left, at.top - bounds.top + at.height / 2);
        }
        picture.toBlob((blob) => blob && saveFile(`${name}.png`, blob));
    },
    numbers(rows: readonly object[], name: string): void {
        saveFile(`${name}.csv`, new Blob([tableOf(rows)], { type: 'text/csv' }));
    },
};
