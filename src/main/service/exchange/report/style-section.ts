/** What learning did to how stories are written: a sentence, a figure, and the tables behind both. */
import { change, type Interval } from '../../../../shared/findings/gain-words.ts';
import { styleHeadline, styleMethod, wordChange } from '../../../../shared/findings/style-words.ts';
import { measured, signed } from '../../../../shared/text/numbers.ts';
import type { StyleMeasure, StyleReport } from '../../../../shared/views/style.ts';
import type { ReportFacts } from './facts.ts';
import { styleChart } from './figures.ts';
import { figureOf, number, paragraph, tableOf, text, type ReportCell } from './markup.ts';

export function styleSection({ style }: ReportFacts): string {
    if (style === null) return '';
    const chart = styleChart(style);
    return [
        paragraph(styleHeadline(style), 'claim'),
        ...(chart === null ? [] : [figureOf(chart)]),
        measuresTable(style),
        wordsTable(style),
        openingsTable(style),
        paragraph(styleMethod(style), 'note'),
    ].join('\n');
}

function measuresTable({ measures, pairs }: StyleReport): string {
    const interval = ({ mean, low, high }: Interval): string =>
        `${measured(mean)} [${measured(low)}, ${measured(high)}]`;
    const row = ({ name, unit, change: found }: StyleMeasure): readonly (readonly ReportCell[])[] =>
        found === null
            ? []
            : [
                  [
                      ...[text(name), text(unit), number(interval(found.before)), number(interval(found.after))],
                      number(change(found.difference)),
                  ],
              ];
    const rows = measures.flatMap(row);
    if (rows.length === 0) return '';
    return tableOf(
        `Style of ${pairs} pairs of clean stories of equal seeds, at equal length, with 95 % intervals`,
        [text('Measure'), text('Unit'), number('Before'), number('After'), number('Change')],
        rows,
    );
}

function wordsTable({ rose, fell }: StyleReport): string {
    if (rose.length + fell.length === 0) return '';
    return tableOf(
        'Words that rose, then words that fell, the surest first',
        [text('Word'), number('Of 1,000 before'), number('After'), number('Log-odds [95 %]'), number('z')],
        [...rose, ...fell].map(({ word, perThousand: [before, after], logOdds, z, isSure }) => [
            ...[text(word), number(measured(before, 1)), number(measured(after, 1)), number(wordChange(logOdds))],
            number(`${signed(z, 1)}${isSure ? ' ✓' : ''}`),
        ]),
    );
}

function openingsTable({ openings }: StyleReport): string {
    if (openings.length === 0) return '';
    return tableOf(
        'How stories begin, the most common first',
        [text('Opening'), number('% of stories before'), number('After'), number('Change')],
        openings.map(({ opening, before, after, difference }) => [
            ...[text(`${opening} …`), number(measured(before, 1)), number(measured(after, 1))],
            number(change(difference)),
        ]),
    );
}
