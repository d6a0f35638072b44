/** Clean scores before and after learning, run by run and setting by setting, as one picture. */
import { change } from '../../../../shared/findings/gain-words.ts';
import { settingName } from '../../../../shared/findings/compare-words.ts';
import type { Drawing, Pen, PenPoint, Type } from '../../../../shared/figures/pen.ts';
import { cornersOf } from '../../../../shared/figures/pen.ts';
import { printColours as ground, seriesColour } from '../../../../shared/figures/print-colours.ts';
import type { RunGained, RunsGains } from '../../../../shared/views/runs.ts';
import { brokenLines } from './picture.ts';
import { placeOn, ticksOf, type BenchmarkAxis } from '../benchmark-axes.ts';
import { shortened } from '../../text/words.ts';

/** A line of the forest: a run, or the setting that runs share. */
export interface GainRow {
    readonly kind: 'setting' | 'run';
    readonly name: string;
    /** Place of its setting, for its colour. */
    readonly setting: number;
    /** Place of the run; null of a setting. */
    readonly run: number | null;
    readonly seed: number | string | null;
    /** Null of a setting, and where nothing was evaluated. */
    readonly gained: RunGained | null;
    /** Of a setting with several runs: their mean gain with its interval over seeds. */
    readonly words: { readonly total: string; readonly atEqualLength: string; readonly overControl: string };
}

const none = 'n/a';

/** Settings with their runs below them; a setting with one run is that run. */
export function gainRows(gains: RunsGains, names: readonly string[]): readonly GainRow[] {
    return gains.settings.flatMap((setting, place): readonly GainRow[] => {
        const name = settingName(setting, names);
        const isOne = setting.runs.length === 1;
        const runs = setting.runs.map((run, i): GainRow => {
            const gained = gains.runs[run]!;
            return {
                ...{ kind: 'run', setting: place, run, gained, seed: setting.seeds[i]! },
                name: names[run] ?? '',
                words: wordsOf(gained),
            };
        });
        if (isOne) return runs;
        const { together } = setting;
        return [
            { kind: 'setting', name, setting: place, run: null, seed: null, gained: null, words: wordsOf(together) },
            ...runs,
        ];
    });
}

function wordsOf(measured: Pick<RunGained, 'total' | 'atEqualLength' | 'overControl'> | null): GainRow['words'] {
    return {
        total: measured ? change(measured.total) : none,
        atEqualLength: measured?.atEqualLength ? change(measured.atEqualLength) : none,
        overControl: measured?.overControl ? change(measured.overControl) : none,
    };
}

/** The whole scale that a teacher gives, or as much of it as the intervals need. */
export function gainAxis(rows: readonly GainRow[], most: number, isWhole: boolean): BenchmarkAxis {
    const ends = rows.flatMap(({ gained }) =>
        gained ? [gained.before.low, gained.after.low, gained.before.high, gained.after.high] : [],
    );
    if (isWhole || ends.length === 0) return stepped(0, most, most);
    return stepped(Math.max(0, Math.min(...ends)), Math.min(most, Math.max(...ends)), most);
}

function stepped(low: number, high: number, most: number): BenchmarkAxis {
    const span = high - low || 1;
    const thirds = low === 0 && high === most && most % 3 === 0;
    const step = thirds
        ? most / 3
        : ([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((each) => span / each <= 6) ?? most);
    const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
    const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
    return { from: ticks[0]!, to: ticks.at(-1)!, ticks };
}

export interface GainsPicture {
    readonly title: string;
    readonly caption: string;
    readonly axis: BenchmarkAxis;
    readonly axisTitle: string;
    readonly rows: readonly GainRow[];
}

const margin = 20;
const rowHeight = 22;
const gap = 16;
const title: Type = { family: 'serif', size: 17, weight: 500 };
const head: Type = { family: 'sans', size: 11, weight: 600 };
const strong: Type = { family: 'sans', size: 12.5, weight: 600 };
const plain: Type = { family: 'sans', size: 12, weight: 400 };
const note: Type = { family: 'serif', size: 12, weight: 400 };
const noteLine = 17;
const nameLength = 34;

/** Hollow: before; filled: after; a line between them. */
export function gainsDrawing({ title: heading, caption, axis, axisTitle, rows }: GainsPicture): Drawing {
    return (pen) => {
        const said = (row: GainRow): string => shortened(row.name, nameLength);
        const typeOf = ({ kind }: GainRow): Type => (kind === 'setting' ? strong : plain);
        const indentOf = ({ kind }: GainRow): number =>
            kind === 'run' && rows.some((row) => row.kind === 'setting') ? 12 : 0;
        const nameWidth = Math.max(80, ...rows.map((row) => pen.widthOf(said(row), typeOf(row)) + indentOf(row)));
        const gainHead = rows.some(({ words }) => words.atEqualLength !== none)
            ? (['Gain at equal length', (row: GainRow): string => row.words.atEqualLength] as const)
            : (['Gain of all stories', (row: GainRow): string => row.words.total] as const);
        const gainWidth = Math.max(
            pen.widthOf(`${gainHead[0]} [95 %]`, head),
            ...rows.map((row) => pen.widthOf(gainHead[1](row), typeOf(row))),
        );
        const left = margin + nameWidth + gap;
        const right = left + 250;
        const width = right + gap + gainWidth + margin;
        const heads = brokenLines(pen, heading, title, width - 2 * margin);
        const top = margin + heads.length * 23 + rowHeight;
        const foot = top + rows.length * rowHeight + 6;
        const notes = brokenLines(pen, caption, note, width - 2 * margin);
        const height = foot + 48 + notes.length * noteLine + margin / 2;
        const at = (value: number): number => left + (placeOn(axis, value) / 100) * (right - left);
        const line = (from: PenPoint, to: PenPoint, colour: string, thick = 1): void =>
            pen.line([from, to], { colour, width: thick });

        pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: height }), ground.paper);
        heads.forEach((words, i) =>
            pen.text(words, [margin, margin + 14 + 23 * i], { type: title, colour: ground.ink }),
        );
        const headings = { type: head, colour: ground.ink } as const;
        pen.text(`${gainHead[0]} [95 %]`, [width - margin, top - 8], { ...headings, align: 'right' });
        pen.text('Clean score: ○ before, ● after', [left, top - 8], headings);
        line([margin, top], [width - margin, top], ground.ink);
        for (const { at: tick } of ticksOf(axis, false)) line([at(tick), top], [at(tick), foot], ground.rule);
        rows.forEach((row, i) => {
            const y = top + (i + 0.5) * rowHeight + 3;
            const type = typeOf(row);
            pen.text(said(row), [margin + indentOf(row), y], { type, colour: ground.ink, centred: true });
            pen.text(gainHead[1](row), [width - margin, y], {
                type,
                colour: ground.ink,
                align: 'right',
                centred: true,
            });
            if (row.gained) drawGain(pen, row.gained, seriesColour(row.setting, 'ours'), y, at);
        });
        line([left, foot], [right, foot], ground.ink);
        for (const { at: tick, words } of ticksOf(axis, false)) {
            line([at(tick), foot], [at(tick), foot + 4], ground.ink);
            pen.text(words, [at(tick), foot + 16], { type: plain, colour: ground.ink, align: 'center' });
        }
        pen.text(axisTitle, [right, foot + 31], { type: plain, colour: ground.ink, align: 'right' });
        notes.forEach((words, i) =>
            pen.text(words, [margin, foot + 44 + (i + 0.6) * noteLine], { type: note, colour: ground.ink }),
        );
        return { width, height };
    };
}

function drawGain(
    pen: Pen,
    { before, after }: RunGained,
    colour: string,
    y: number,
    at: (value: number) => number,
): void {
    const across = (low: number, high: number, height: number, width: number, opacity: number): void =>
        pen.line(
            [
                [at(low), height],
                [at(high), height],
            ],
            { colour, width, opacity },
        );
    across(Math.min(before.mean, after.mean), Math.max(before.mean, after.mean), y, 1, 0.5);
    across(before.low, before.high, y, 2, 0.45);
    across(after.low, after.high, y, 2.4, 1);
    pen.circle([at(before.mean), y], 3.6, ground.paper, { colour, width: 1.6 });
    pen.circle([at(after.mean), y], 4, colour, { colour, width: 1.6 });
}
