/** Scores over the length of stories as a picture: a dot with its interval for each line in each bin. */
import type { Chart, ChartRow, IntervalPoint, Mark } from '../../../../shared/figures/chart.ts';
import { wordsIn, type BinSide, type ScoresByLength } from '../../../../shared/findings/length-words.ts';

interface LengthsShown {
    readonly title: string;
    readonly caption: string;
    readonly bins: ScoresByLength['bins'];
    /** Colours as CSS. */
    readonly lines: readonly { readonly name: string; readonly colour: string; readonly sides: readonly BinSide[] }[];
    /** The least and the most that a story can score. */
    readonly bounds: readonly [number, number];
}

const beside = 0.12; // of a bin: lines stand next to each other in it

export function lengthChart({ title, caption, bins, lines, bounds }: LengthsShown): Chart {
    const marks = lines.flatMap(({ name, colour, sides }, line): readonly Mark[] => {
        const shift = (line - (lines.length - 1) / 2) * Math.min(beside, 0.8 / lines.length);
        const points = sides.flatMap(({ score }, bin): readonly IntervalPoint[] =>
            score === null ? [] : [{ x: bin + shift, y: score.mean, low: score.low, high: score.high }],
        );
        const look = { origin: 'ours', colour } as const;
        return [
            { ...look, kind: 'line', name: '', isPale: true, points },
            { ...look, kind: 'dots', name, shape: line % 2 === 0 ? 'circle' : 'diamond', points },
        ];
    });
    return {
        id: title,
        title,
        caption,
        panels: [
            {
                title: 'Mean score by words',
                x: {
                    title: '',
                    scale: 'linear',
                    bounds: [-0.5, bins.length - 0.5],
                    names: bins.map((words, at) => ({ at, name: wordsIn(words) })),
                },
                y: { title: '95 % intervals', scale: 'linear', bounds },
                marks,
            },
        ],
        rows: lines.flatMap(({ name, sides }) =>
            sides.map(({ stories, score }, bin): ChartRow => ({
                of: name,
                from_words: bins[bin]![0],
                to_words: bins[bin]![1],
                stories,
                mean: score?.mean ?? null,
                low: score?.low ?? null,
                high: score?.high ?? null,
            })),
        ),
    };
}
