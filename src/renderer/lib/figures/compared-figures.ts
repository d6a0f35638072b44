/** Figures in which every line is a run. Scores of different teachers never share an axis. */
import { updateFields } from '../../../shared/run/update-fields.ts';
import type { RunTeacher, StepRow, UpdateRow } from '../../../shared/views/runs.ts';
import type { PlotLine, PlotSpec } from './plot.ts';
import { entropyPerToken, runColours, type Figure } from './run-figures.ts';
import { shortened } from '../text/words.ts';

export interface ComparedRun {
    readonly name: string;
    readonly teacher: RunTeacher | null;
    /** The best that the criteria of its teacher can sum to. */
    readonly scoreMost: number;
    readonly updates: readonly UpdateRow[];
    readonly steps: readonly StepRow[];
}
type Curve = Required<Pick<PlotLine, 'xs' | 'values'>>;

export function comparedFigures(runs: readonly ComparedRun[]): readonly Figure[] {
    const curvesOf = (of: (update: UpdateRow) => number | null): readonly Curve[] =>
        runs.map(({ updates }) => ({ xs: updates.map(({ inputWords }) => inputWords), values: updates.map(of) }));
    const figure = (id: string, title: string, unit: string, of: (update: UpdateRow) => number | null): Figure => ({
        ...{ id, title, unit },
        spec: specOf(curvesOf(of), runs, 'input words'),
    });
    const scores = curvesOf(({ scoreMean }) => scoreMean);
    const learning = [
        ...teachersOf(runs).map(({ scale, by, most }): Figure => ({
            id: `score ${scale}`,
            title: 'Teacher score',
            unit: `${by === '' ? '' : `rated by ${by}, `}sum of the criteria, 0 to ${most}`,
            spec: {
                ...specOf(
                    scores.map((curve, i) => (scaleOf(runs[i]!) === scale ? curve : { xs: [], values: [] })),
                    runs,
                    'input words',
                ),
                bounds: [0, most],
            },
        })),
        figure('kl', 'KL to reference', updateFields.klMean.unit, ({ klMean }) => klMean),
        figure('entropy', 'Entropy', 'nats per token', entropyPerToken),
        figure('length', 'Length', updateFields.storyWordsMean.unit, ({ storyWordsMean }) => storyWordsMean),
    ];
    const loss: Figure = {
        id: 'loss',
        title: 'Loss',
        unit: 'nats per token',
        spec: specOf(
            runs.map(({ steps }) => ({ xs: steps.map(({ words }) => words), values: steps.map((step) => step.loss) })),
            runs,
            'words read',
        ),
    };
    return [
        ...(runs.some(({ updates }) => updates.length > 0) ? learning : []),
        ...(runs.some(({ steps }) => steps.length > 0) ? [loss] : []),
    ];
}

/** The same for runs whose scores compare. */
const scaleOf = ({ teacher, scoreMost }: Pick<ComparedRun, 'teacher' | 'scoreMost'>): string =>
    `${teacher?.id ?? ''} ${scoreMost}`;

/** Those who rated, in the order of their runs. */
export function teachersOf(
    runs: readonly ComparedRun[],
): readonly { readonly scale: string; readonly by: string; readonly most: number }[] {
    const rated = runs.filter(({ updates }) => updates.length > 0);
    const scales = [...new Set(rated.map(scaleOf))];
    return scales.map((scale) => {
        const { teacher, scoreMost } = rated.find((run) => scaleOf(run) === scale)!;
        return { scale, by: teacher?.name ?? '', most: scoreMost };
    });
}

const labelLength = 26; // characters: a line's name must leave the line its room

function specOf(curves: readonly Curve[], runs: readonly ComparedRun[], xTitle: string): PlotSpec {
    const lines = curves.flatMap(({ xs, values }, i): PlotLine[] =>
        values.length === 0
            ? []
            : [
                  {
                      name: shortened(runs[i]!.name, labelLength),
                      colour: runColours[i % 6]![0],
                      ink: runColours[i % 6]![1],
                      xs,
                      values,
                      ...(i >= 6 ? { dash: [5, 3] } : {}),
                  },
              ],
    );
    return { xs: union(curves.map(({ xs }) => xs)), lines, xTitle, ticks: 4 };
}

/** Every x of every line once, in order: where a cursor can stand. */
function union(all: readonly (readonly number[])[]): readonly number[] {
    return [...new Set(all.flat())].sort((a, b) => a - b);
}
