/** What figures are drawn with: the same calls draw on a canvas, in a PNG and in an SVG. */

export interface Type {
    readonly family: 'sans' | 'serif';
    /** px */
    readonly size: number;
    readonly weight: number;
    readonly italic?: boolean;
}
export type PenPoint = readonly [x: number, y: number];
export interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
}
export interface Stroke {
    readonly colour: string;
    readonly width: number;
    readonly dash?: readonly number[];
    readonly opacity?: number;
}
export interface Lettering {
    readonly type: Type;
    readonly colour: string;
    readonly align?: 'left' | 'center' | 'right';
    /** `y` is the middle of the small letters, not their foot. */
    readonly centred?: boolean;
    /** A rim of this colour keeps the words readable over lines. */
    readonly halo?: string;
}

export interface Pen {
    widthOf(words: string, type: Type): number;
    line(points: readonly PenPoint[], stroke: Stroke): void;
    area(corners: readonly PenPoint[], fill: string, stroke?: Stroke): void;
    circle(centre: PenPoint, radius: number, fill: string, stroke?: Stroke): void;
    text(words: string, at: PenPoint, how: Lettering): void;
    /** What `draw` draws is cut at the box. */
    within(box: Box, draw: () => void): void;
}

/**
 * Draws on a pen, whatever it draws on; returns how large the drawing is.
 * @param width that is wanted, in px of 96 an inch, as a column of a paper has it; without it, as on the screen. A
 *   drawing that cannot be so narrow stays as wide as it is: whoever saves it makes it smaller.
 */
export type Drawing = (pen: Pen, width?: number) => { readonly width: number; readonly height: number };

/** What a picture says above and below itself; nothing stands and takes room where it is empty. */
export interface PictureWords {
    readonly title: string;
    readonly caption: string;
}

export type Families = Readonly<Record<Type['family'], string>>;
export const families: Families = {
    sans: "'Plex Sans', 'IBM Plex Sans', sans-serif",
    serif: "'Literata', Georgia, serif",
};
/**
 * Of what is printed into a PDF. Ours are variable fonts, which browsers embed as Type 3, and publishers refuse that;
 * these are embedded as TrueType.
 */
export const printFamilies: Families = {
    sans: "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif",
    serif: "'Times New Roman', Times, 'Liberation Serif', 'DejaVu Serif', serif",
};

export function fontOf({ family, size, weight, italic = false }: Type, from: Families = families): string {
    return `${italic ? 'italic ' : ''}${weight} ${size}px ${from[family]}`;
}

export function cornersOf({ left, top, right, bottom }: Box): readonly PenPoint[] {
    return [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
    ];
}
