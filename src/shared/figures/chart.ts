/** A chart as data: what a figure of the paper shows, whatever it is drawn with. */

export interface ChartPoint {
    readonly x: number;
    readonly y: number;
}
export interface IntervalPoint extends ChartPoint {
    readonly low: number;
    readonly high: number;
}

/** `ours` is what runs measured, `published` what was loaded beside it. */
export type Origin = 'ours' | 'published';

interface KeyedMark {
    /** Stands in the key; empty: it is part of another mark. */
    readonly name: string;
    /** Index into the series' colours, or the colour that it has on a page, as CSS. */
    readonly colour: number | string;
    readonly origin: Origin;
}
export type Mark =
    | ({
          readonly kind: 'line';
          readonly points: readonly ChartPoint[];
          readonly dash?: readonly number[];
          readonly isPale?: boolean;
      } & KeyedMark)
    | ({
          readonly kind: 'dots';
          readonly shape: 'circle' | 'diamond';
          readonly points: readonly IntervalPoint[];
      } & KeyedMark)
    /** Between two heights; `tone`, where parts have an order: 0 is the least of them, 1 the most. */
    | ({
          readonly kind: 'area';
          readonly tone?: number;
          readonly points: readonly { readonly x: number; readonly low: number; readonly high: number }[];
      } & KeyedMark)
    | ({ readonly kind: 'bars'; readonly width: number; readonly points: readonly IntervalPoint[] } & KeyedMark)
    /** How often two scores met: a square about each, tinted by its share of the most, with its number. */
    | ({
          readonly kind: 'counts';
          readonly cells: readonly { readonly x: number; readonly y: number; readonly count: number }[];
      } & KeyedMark)
    /** A coloured rectangle, by its value between the least and the most of all. */
    | {
          readonly kind: 'cells';
          readonly cells: readonly {
              readonly x: readonly [number, number];
              readonly y: readonly [number, number];
              readonly value: number;
          }[];
      };

export interface ChartAxis {
    readonly title: string;
    readonly scale: 'linear' | 'log';
    /** Left out: what was measured. */
    readonly bounds?: readonly [number, number];
    /** Names at places, instead of numbers. */
    readonly names?: readonly { readonly at: number; readonly name: string }[];
}

export interface ChartPanel {
    readonly title: string;
    readonly x: ChartAxis;
    readonly y: ChartAxis;
    readonly marks: readonly Mark[];
}

export type ChartRow = Readonly<Record<string, string | number | null>>;

export interface Chart {
    /** Name of its files. */
    readonly id: string;
    readonly title: string;
    /** What a reader of the picture alone must know: what was measured, n, what intervals are over. */
    readonly caption: string;
    readonly panels: readonly ChartPanel[];
    /** The numbers behind it. */
    readonly rows: readonly ChartRow[];
}
