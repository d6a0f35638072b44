/** Figures on a canvas, on the screen and in a PNG. */
import {
    families,
    fontOf,
    type Families,
    type Box,
    type Lettering,
    type Pen,
    type PenPoint,
    type Stroke,
    type Type,
} from '../../../shared/figures/pen.ts';

/** Draws on a canvas. */
export class CanvasPen implements Pen {
    readonly #context: CanvasRenderingContext2D;

    readonly #families: Families;

    constructor(context: CanvasRenderingContext2D, from: Families = families) {
        this.#context = context;
        this.#families = from;
        context.lineJoin = 'round';
        context.lineCap = 'round';
    }
    widthOf(words: string, type: Type): number {
        this.#context.font = fontOf(type, this.#families);
        return this.#context.measureText(words).width;
    }
    line(points: readonly PenPoint[], stroke: Stroke): void {
        this.#context.beginPath();
        points.forEach(([x, y], i) => (i ? this.#context.lineTo(x, y) : this.#context.moveTo(x, y)));
        this.#stroke(stroke);
    }
    area(corners: readonly PenPoint[], fill: string, stroke?: Stroke): void {
        this.#context.beginPath();
        corners.forEach(([x, y], i) => (i ? this.#context.lineTo(x, y) : this.#context.moveTo(x, y)));
        this.#context.closePath();
        this.#fill(fill, stroke);
    }
    circle([x, y]: PenPoint, radius: number, fill: string, stroke?: Stroke): void {
        this.#context.beginPath();
        this.#context.arc(x, y, radius, 0, 2 * Math.PI);
        this.#fill(fill, stroke);
    }
    text(words: string, [x, y]: PenPoint, { type, colour, align = 'left', centred = false, halo }: Lettering): void {
        const context = this.#context;
        context.font = fontOf(type, this.#families);
        context.textAlign = align;
        context.textBaseline = centred ? 'middle' : 'alphabetic';
        if (halo !== undefined) {
            context.lineWidth = 4;
            context.strokeStyle = halo;
            context.strokeText(words, x, y);
        }
        context.fillStyle = colour;
        context.fillText(words, x, y);
    }
    within({ left, top, right, bottom }: Box, draw: () => void): void {
        this.#context.save();
        this.#context.beginPath();
        this.#context.rect(left, top, right - left, bottom - top);
        this.#context.clip();
        draw();
        this.#context.restore();
    }
    #fill(fill: string, stroke?: Stroke): void {
        this.#context.fillStyle = fill;
        this.#context.fill();
        if (stroke) this.#stroke(stroke);
    }
    #stroke({ colour, width, dash = [], opacity = 1 }: Stroke): void {
        const context = this.#context;
        context.lineCap = dash.length > 0 ? 'butt' : 'round'; // round ends would close short gaps
        context.setLineDash([...dash]);
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.globalAlpha = opacity;
        context.stroke();
        context.globalAlpha = 1;
        context.setLineDash([]);
    }
}
