/** Clean scores before and after learning, run by run and setting by setting, as one picture. */
import { change } from '../../../../shared/findings/gain-words.ts';
import { settingName } from '../../../../shared/findings/compare-words.ts';
import type { Drawing, Pen, PenPoint, PictureWords, Type } from '../../../../shared/figures/pen.ts';
import { cornersOf } from '../../../../shared/figures/pen.ts';
import { printColours as ground } from '../../../../shared/figures/print-colours.ts';
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
                kind: 'run',
                setting: place,
                run,
                gained,
                seed: setting.seeds[i]!,
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

export interface GainsPicture extends PictureWords {
    readonly axis: BenchmarkAxis;
    readonly axisTitle: string;
    readonly rows: readonly GainRow[];
    /** As the same settings have it in other figures. */
    colourOf(setting: number): string;
}

const plotWidth = 250; // px on the screen
const leastPlot = 120; // px on paper: with less the numbers give way
const printSize = 0.8; // words of a picture for a column of a paper, which is seen at its own size
const mostOfName = 0.36; // of a column

/** Hollow: before; filled: after; a line between them. */
export function gainsDrawing({ title: heading, caption, axis, axisTitle, rows, colourOf }: GainsPicture): Drawing {
    return (pen, wanted) => {
        const unit = wanted === undefined ? 1 : printSize;
        const type = (size: number, weight: number, family: Type['family'] = 'sans'): Type => ({
            family,
            weight,
            size: size * unit,
        });
        const [title, note] = [type(wanted === undefined ? 17 : 14, 500, 'serif'), type(12, 400, 'serif')];
        const [head, strong, plain] = [type(11, 600), type(12.5, 600), type(12, 400)];
        const [margin, gap, rowHeight, noteLine, titleLine] = [16, 16, 22, 17, 23].map((each) => each * unit) as [
            number,
            number,
            number,
            number,
            number,
        ];
        const typeOf = ({ kind }: GainRow): Type => (kind === 'setting' ? strong : plain);
        const isGrouped = rows.some(({ kind }) => kind === 'setting');
        const indentOf = ({ kind }: GainRow): number => (kind === 'run' && isGrouped ? 12 * unit : 0);
        const mostName = wanted === undefined ? 240 : mostOfName * wanted;
        const said = (row: GainRow): string => fitting(pen, row.name, typeOf(row), mostName - indentOf(row));
        const nameWidth = Math.max(...rows.map((row) => pen.widthOf(said(row), typeOf(row)) + indentOf(row)), 40);
        const isAtEqualLength = rows.some(({ words }) => words.atEqualLength !== none);
        const left = margin + nameWidth + gap;
        // what the dots show stands first: the gain at equal length alone would seem to contradict them
        const all = { title: 'Gain of all stories [95 %]', of: ({ words }: GainRow): string => words.total };
        const equal = { title: 'At equal length [95 %]', of: ({ words }: GainRow): string => words.atEqualLength };
        const widthOf = ({ title: words, of }: typeof all): number =>
            2 * gap + Math.max(pen.widthOf(words, head), ...rows.map((row) => pen.widthOf(of(row), typeOf(row))));
        const widthOfAll = (columns: readonly (typeof all)[]): number =>
            columns.reduce((sum, column) => sum + widthOf(column), 0);
        const both = isAtEqualLength ? [all, equal] : [all];
        const haveRoom = wanted === undefined || wanted - left - widthOfAll(both) - margin >= leastPlot;
        const columns = haveRoom ? both : [];
        const numbers = columns.length > 0 ? widthOfAll(columns) : 8 * unit;
        const right = wanted === undefined ? left + plotWidth : wanted - margin - numbers;
        const width = wanted ?? right + numbers + margin;
        const ends = columns.map((_, i) => width - margin - widthOfAll(columns.slice(i + 1)));
        const heads = brokenLines(pen, heading, title, width - 2 * margin);
        const top = margin + heads.length * titleLine + rowHeight;
        const foot = top + rows.length * rowHeight + 6;
        const notes = brokenLines(pen, caption, note, width - 2 * margin);
        const height = foot + 48 * unit + notes.length * noteLine + margin / 2;
        const at = (value: number): number => left + (placeOn(axis, value) / 100) * (right - left);
        const line = (from: PenPoint, to: PenPoint, colour: string): void => pen.line([from, to], { colour, width: 1 });

        pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: height }), ground.paper);
        heads.forEach((words, i) =>
            pen.text(words, [margin, margin + 14 * unit + titleLine * i], { type: title, colour: ground.ink }),
        );
        const headings = { type: head, colour: ground.ink } as const;
        columns.forEach((column, i) =>
            pen.text(column.title, [ends[i]!, top - 8 * unit], { ...headings, align: 'right' }),
        );
        pen.text('hollow: before, filled: after', [left, top - 8 * unit], headings);
        line([margin, top], [width - margin, top], ground.ink);
        for (const { at: tick } of ticksOf(axis, false)) line([at(tick), top], [at(tick), foot], ground.rule);
        rows.forEach((row, i) => {
            const y = top + (i + 0.5) * rowHeight + 3;
            const how = { type: typeOf(row), colour: ground.ink, centred: true } as const;
            pen.text(said(row), [margin + indentOf(row), y], how);
            columns.forEach(({ of }, c) => pen.text(of(row), [ends[c]!, y], { ...how, align: 'right' }));
            if (row.gained) drawGain(pen, row.gained, colourOf(row.setting), y, at, unit);
        });
        line([left, foot], [right, foot], ground.ink);
        for (const { at: tick, words } of ticksOf(axis, false)) {
            line([at(tick), foot], [at(tick), foot + 4 * unit], ground.ink);
            pen.text(words, [at(tick), foot + 16 * unit], { type: plain, colour: ground.ink, align: 'center' });
        }
        pen.text(axisTitle, [right, foot + 31 * unit], { type: plain, colour: ground.ink, align: 'right' });
        notes.forEach((words, i) =>
            pen.text(words, [margin, foot + 44 * unit + (i + 0.6) * noteLine], { type: note, colour: ground.ink }),
        );
        return { width, height };
    };
}

/** As much of a name as has room, with its beginning and its end. */
function fitting(pen: Pick<Pen, 'widthOf'>, name: string, type: Type, room: number): string {
    let most = name.length;
    let said = name;
    while (pen.widthOf(said, type) > room && most > 6) said = shortened(name, --most);
    return said;
}

function drawGain(
    pen: Pen,
    { before, after }: RunGained,
    colour: string,
    y: number,
    at: (value: number) => number,
    unit: number,
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
    across(before.low, before.high, y, 2 * unit, 0.45);
    across(after.low, after.high, y, 2.4 * unit, 1);
    pen.circle([at(before.mean), y], 3.6 * unit, ground.paper, { colour, width: 1.6 * unit });
    pen.circle([at(after.mean), y], 4 * unit, colour, { colour, width: 1.6 * unit });
}
