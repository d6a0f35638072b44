/** Figures in which every line is a run. */
import type { StepRow, UpdateRow } from '../../shared/views/runs.ts';
import type { PlotLine, PlotSpec } from './plot.ts';
import { entropyPerToken, runColours, type Figure } from './run-figures.ts';

export interface ComparedRun {
    readonly name: string;
    /** The best that the criteria of its teacher can sum to. */
    readonly scoreMost: number;
    readonly updates: readonly UpdateRow[];
    readonly steps: readonly StepRow[];
}

export function comparedFigures(runs: readonly ComparedRun[]): readonly Figure[] {
    const figure = (
        id: string,
        title: string,
        unit: string,
        of: (update: UpdateRow) => number | null,
        digits = 2,
    ): Figure => ({
        id,
        title,
        unit,
        spec: specOf(
            runs.map(({ updates }) => ({ xs: updates.map(({ inputWords }) => inputWords), values: updates.map(of) })),
            runs,
            'input words',
            digits,
        ),
    });
    const learning = [
        figure('score', 'Teacher score', scoreUnit(runs), ({ scoreMean }) => scoreMean),
        figure('kl', 'KL to reference', 'nats per story', ({ klMean }) => klMean),
        figure('entropy', 'Entropy', 'nats per token', entropyPerToken),
        figure('length', 'Length', 'words', ({ storyWordsMean }) => storyWordsMean, 0),
    ];
    const loss: Figure = {
        id: 'loss',
        title: 'Loss',
        unit: 'nats per token',
        spec: specOf(
            runs.map(({ steps }) => ({ xs: steps.map(({ words }) => words), values: steps.map((step) => step.loss) })),
            runs,
            'words read',
            2,
        ),
    };
    return [
        ...(runs.some(({ updates }) => updates.length > 0) ? learning : []),
        ...(runs.some(({ steps }) => steps.length > 0) ? [loss] : []),
    ];
}

/** Sums of different rubrics stand on one axis, and are told apart. */
function scoreUnit(runs: readonly ComparedRun[]): string {
    const most = new Set(runs.filter(({ updates }) => updates.length > 0).map(({ scoreMost }) => scoreMost));
    const [only, ...others] = most;
    if (only === undefined) return 'sum of the criteria';
    if (others.length === 0) return `sum of the criteria, at most ${only}`;
    const each = runs.flatMap(({ name, updates, scoreMost }) =>
        updates.length > 0 ? [`${shortened(name)} ${scoreMost}`] : [],
    );
    return `sum of the criteria. Not one scale, at most: ${each.join(', ')}`;
}

const labelLength = 26; // characters: a line's name must leave the line its room

/** The beginning and the end of a long name, where names of one series differ. */
export function shortened(name: string): string {
    if (name.length <= labelLength) return name;
    const half = (labelLength - 1) / 2;
    return `${name.slice(0, Math.ceil(half)).trimEnd()}…${name.slice(-Math.floor(half)).trimStart()}`;
}

function specOf(
    curves: readonly Pick<PlotLine, 'xs' | 'values'>[],
    runs: readonly ComparedRun[],
    xTitle: string,
    digits: number,
): PlotSpec {
    const lines = curves.flatMap(({ xs, values }, i): PlotLine[] =>
        values.length === 0
            ? []
            : [
                  {
                      name: shortened(runs[i]!.name),
                      colour: runColours[i % 6]![0],
                      ink: runColours[i % 6]![1],
                      xs: xs!,
                      values,
                      ...(i >= 6 ? { dash: [5, 3] } : {}),
                  },
              ],
    );
    return { xs: [], lines, xTitle, ticks: 4, digits };
}
