/** A forest of differences as one picture: names, intervals on one axis, numbers, with a title and a caption. */
import { placeOn, ticksOf, type BenchmarkAxis } from '../benchmark-axes.ts';
import type { ComparedGroup, ComparedTask } from '../../../../shared/views/benchmarks.ts';
import { changeInterval, changeText, groupName, probability, scoreText, taskTitle } from '../../benchmarks.ts';
import { count, sentence } from '../../text/words.ts';
import { brokenLines } from './picture.ts';
import { cornersOf, type Pen, type PenPoint, type PictureWords, type Type } from '../../../../shared/figures/pen.ts';
import { printColours as ground, seriesColour } from '../../../../shared/figures/print-colours.ts';

export interface ForestRow {
    readonly name: string;
    /** A part of the task above it. */
    readonly isPart: boolean;
    readonly difference: number;
    readonly interval: { readonly low: number; readonly high: number } | null;
    readonly isBeyondChance: boolean;
    /** Beside the picture: the difference, the scores before and after, p, n. */
    readonly numbers: readonly string[];
}
export interface ForestPicture extends PictureWords {
    /** Above the numbers. */
    readonly heads: readonly string[];
    readonly axis: BenchmarkAxis;
    readonly rows: readonly ForestRow[];
}

interface ForestShown {
    readonly heading: string;
    readonly means: string;
    readonly changes: readonly ComparedTask[];
    /** The parts of a task that are open on the page. */
    readonly partsOf: (change: ComparedTask) => readonly ComparedGroup[];
    readonly hasTests: boolean;
    readonly axis: BenchmarkAxis;
}

/** What a page shows of a comparison, as something that a pen draws. */
export function forestPicture({ heading, means, changes, partsOf, hasTests, axis }: ForestShown): ForestPicture {
    const rowOf = (of: ComparedTask | ComparedGroup, name: string, isPart: boolean): ForestRow => ({
        name,
        isPart,
        difference: of.difference,
        interval: of.interval,
        isBeyondChance: of.isBeyondChance,
        numbers: [
            `${changeText(of.difference)} ${changeInterval(of.interval)}`,
            `${scoreText(of.before, 100)} → ${scoreText(of.after, 100)}`,
            ...(hasTests ? [of.test === null ? '' : probability(of.test.p)] : []),
            count(of.items),
        ],
    });
    return {
        title: heading,
        caption: `${sentence(means)} Filled: beyond chance, the interval leaves out 0${hasTests ? ' and p is below 0.05' : ''}. Intervals: 2,000 draws of item pairs within their groups.${hasTests ? ' p: McNemar’s exact test, Holm-corrected over the tasks, and over the parts of a task.' : ''} They speak of other items of the same kind for these two students, not of other trainings.`,
        heads: ['Difference [95 %]', 'Before → after', ...(hasTests ? ['p, Holm'] : []), 'n'],
        axis,
        rows: changes.flatMap((change) => [
            rowOf(change, taskTitle(change), false),
            ...partsOf(change).map((part) => rowOf(part, groupName(part.by, part.name), true)),
        ]),
    };
}

const margin = 24;
const rowHeight = 20;
const gap = 18;
const plotWidth = 300;
const title: Type = { family: 'serif', size: 18, weight: 500 };
const head: Type = { family: 'sans', size: 11, weight: 600 };
const task: Type = { family: 'sans', size: 12.5, weight: 600 };
const part: Type = { family: 'sans', size: 12, weight: 400 };
const note: Type = { family: 'serif', size: 12, weight: 400 };
const noteLine = 17;
const indent = 14;

/** @returns how large it is */
export function drawForest(
    pen: Pen,
    { title: heading, caption, heads, axis, rows }: ForestPicture,
): { readonly width: number; readonly height: number } {
    const widest = (words: readonly string[], type: Type): number =>
        Math.max(0, ...words.map((each) => pen.widthOf(each, type)));
    const nameWidth = Math.max(
        ...rows.map((row) => pen.widthOf(row.name, row.isPart ? part : task) + (row.isPart ? indent : 0)),
        80,
    );
    const columns = heads.map((words, c) =>
        Math.max(
            pen.widthOf(words, head),
            widest(
                rows.map(({ numbers }) => numbers[c] ?? ''),
                part,
            ),
        ),
    );
    const left = margin + nameWidth + gap;
    const right = left + plotWidth;
    const ends = columns.map((_, c) => right + columns.slice(0, c + 1).reduce((sum, width) => sum + width + gap, 0));
    const width = Math.max(ends.at(-1) ?? right, margin + pen.widthOf(heading, title)) + margin;
    const top = margin + (heading === '' ? 0 : 34) + rowHeight;
    const foot = top + rows.length * rowHeight;
    const words = brokenLines(pen, caption, note, width - 2 * margin);
    const height = foot + 34 + words.length * noteLine + margin;
    const ink = ground.ink;
    const line = (from: PenPoint, to: PenPoint, colour: string, dash: readonly number[] = []): void =>
        pen.line([from, to], { colour, width: 1, dash });
    const at = (value: number): number => left + (placeOn(axis, value) / 100) * plotWidth;

    pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: height }), ground.paper);
    pen.text(heading, [margin, margin + 14], { type: title, colour: ink });
    pen.text('worse', [left, top - 8], { type: head, colour: ink });
    pen.text('better', [right, top - 8], { type: head, colour: ink, align: 'right' });
    heads.forEach((each, c) => pen.text(each, [ends[c]!, top - 8], { type: head, colour: ink, align: 'right' }));
    line([margin, top], [width - margin, top], ink);
    line([at(0), top], [at(0), foot], ink, [3, 3]);
    rows.forEach((row, i) => {
        const y = top + (i + 0.5) * rowHeight;
        const type = row.isPart ? part : task;
        const colour = seriesColour(0, 'ours');
        pen.text(row.name, [margin + (row.isPart ? indent : 0), y], { type, colour: ink, centred: true });
        if (!row.isPart && i > 0) line([margin, y - rowHeight / 2], [width - margin, y - rowHeight / 2], ground.rule);
        if (row.interval !== null)
            pen.line(
                [
                    [at(row.interval.low), y],
                    [at(row.interval.high), y],
                ],
                { colour, width: 2 },
            );
        const fill = row.isBeyondChance ? colour : ground.paper;
        pen.circle([at(row.difference), y], row.isPart ? 3.2 : 4.5, fill, { colour, width: 1.6 });
        row.numbers.forEach((each, c) =>
            pen.text(each, [ends[c]!, y], { type: part, colour: ink, align: 'right', centred: true }),
        );
    });
    line([margin, foot], [width - margin, foot], ink);
    for (const { at: tick, words: says } of ticksOf(axis, true)) {
        line([at(tick), foot], [at(tick), foot + 4], ink);
        pen.text(says, [at(tick), foot + 16], { type: part, colour: ink, align: 'center' });
    }
    words.forEach((each, i) => pen.text(each, [margin, foot + 34 + (i + 0.6) * noteLine], { type: note, colour: ink }));
    return { width, height };
}
