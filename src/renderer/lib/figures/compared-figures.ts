/**
 * Figures in which every line is a run, or a setting: the mean of its runs of several seeds, with their range around
 * it. Scores of different teachers never share an axis.
 */
import type { CurveRow } from '../../../shared/figures/curve-rows.ts';
import { updateFields } from '../../../shared/run/update-fields.ts';
import type { RunTeacher, StepRow } from '../../../shared/views/runs.ts';
import type { Values } from '../../../shared/figures/series.ts';
import type { PlotLine, PlotSpec } from './plot.ts';
import { axisTitle, entropyPerToken, runColours, timeUnit, xOf, type Axis, type Figure } from './run-figures.ts';
import { count, shortened } from '../text/words.ts';

export interface ComparedRun {
    readonly name: string;
    readonly teacher: RunTeacher | null;
    /** The best that the criteria of its teacher can sum to. */
    readonly scoreMost: number;
    /** It is over: one that is not ends early, and would end the mean of its setting with it. */
    readonly isFinished: boolean;
    readonly updates: readonly CurveRow[];
    readonly steps: readonly StepRow[];
}
/** Runs that are drawn in one colour, by their places; together, where they are several. */
export interface DrawnSetting {
    readonly name: string;
    readonly runs: readonly number[];
    readonly look: SettingLook;
}
/** Line and ink of a setting, and its dash where there are more settings than colours. */
export interface SettingLook {
    readonly colour: string;
    readonly ink: string;
    readonly dash: readonly number[];
}
export interface ComparedLook {
    readonly axis: Axis;
    /** A line for each run; else for each setting the mean of its runs, with a band from the lowest to the highest. */
    readonly isEachRun: boolean;
    /** Scores on their whole scale; else as far as they go. */
    readonly isWhole: boolean;
}
/** One line, and what it is the mean of. */
interface Curve {
    readonly name: string;
    readonly look: SettingLook;
    readonly runs: readonly number[];
    readonly xs: readonly number[];
    readonly values: Values;
    readonly members: readonly Values[];
}

export function comparedFigures(
    runs: readonly ComparedRun[],
    settings: readonly DrawnSetting[],
    { axis, isEachRun, isWhole }: ComparedLook,
): readonly Figure[] {
    const unit = timeUnit(...runs.map(({ updates }) => updates));
    const longest = runs.map(({ updates }) => updates).toSorted((a, b) => b.length - a.length)[0] ?? [];
    const xTitle = axis === 'time' ? unit.name : axisTitle(longest, axis);
    const lines = settings.flatMap((setting): readonly Pick<Curve, 'name' | 'look' | 'runs'>[] =>
        isEachRun || setting.runs.length === 1
            ? setting.runs.map((run) => ({
                  name: isEachRun ? runs[run]!.name : setting.name,
                  look: setting.look,
                  runs: [run],
              }))
            : [{ name: setting.name, look: setting.look, runs: averaged(setting, runs) }],
    );
    const curvesOf = (of: (update: CurveRow) => number | null): readonly Curve[] =>
        lines.map((line) => {
            const members = line.runs.map((run) => runs[run]!.updates).filter((updates) => updates.length > 0);
            return {
                ...line,
                ...meanOf(members.map((updates) => ({ xs: xOf(updates, axis, unit), values: updates.map(of) }))),
            };
        });
    const figure = (id: string, title: string, unitOf: string, of: (update: CurveRow) => number | null): Figure => ({
        id,
        title,
        unit: unitOf,
        spec: specOf(curvesOf(of), xTitle),
    });
    const scores = curvesOf(({ scoreMean }) => scoreMean);
    const learning = [
        ...teachersOf(runs).map(({ scale, by, most }): Figure => ({
            id: `score ${scale}`,
            title: 'Teacher score',
            unit: `${by === '' ? '' : `rated by ${by}, `}sum of the criteria, 0 to ${most}`,
            spec: {
                ...specOf(
                    scores.map((curve) =>
                        scaleOf(runs[curve.runs[0]!]!) === scale
                            ? curve
                            : { ...curve, xs: [], values: [], members: [] },
                    ),
                    xTitle,
                ),
                ...(isWhole ? { bounds: [0, most] as const } : {}),
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
            lines.map((line) => {
                const members = line.runs.map((run) => runs[run]!.steps).filter((steps) => steps.length > 0);
                const read = members.map((steps) => ({
                    xs: steps.map(({ words }) => words),
                    values: steps.map((step) => step.loss),
                }));
                return { ...line, ...meanOf(read) };
            }),
            'words read',
        ),
    };
    return [
        ...(runs.some(({ updates }) => updates.length > 0) ? learning : []),
        ...(runs.some(({ steps }) => steps.length > 0) ? [loss] : []),
    ];
}

/** Runs that a setting's line is the mean of: the finished ones; all of them while none is. */
function averaged({ runs: places }: DrawnSetting, runs: readonly ComparedRun[]): readonly number[] {
    const finished = places.filter((place) => runs[place]!.isFinished);
    return finished.length > 0 ? finished : places;
}

/** A sentence for each run that a mean leaves out. */
export function leftOutWords(runs: readonly ComparedRun[], settings: readonly DrawnSetting[]): readonly string[] {
    return settings.flatMap((setting) => {
        const kept = averaged(setting, runs);
        return setting.runs
            .filter((place) => !kept.includes(place))
            .map((place) => {
                const { name, updates, steps } = runs[place]!;
                const [unit, last] =
                    updates.length > 0 || steps.length === 0
                        ? ['update', updates.at(-1)?.number ?? 0]
                        : ['step', steps.at(-1)!.step];
                return `${name} is unfinished: its curve stops at ${unit} ${count(last)} and is not in the mean.`;
            });
    });
}

/** The mean of several curves, point by point, as far as all of them go; one alone stays as it is. */
function meanOf(
    members: readonly { readonly xs: readonly number[]; readonly values: Values }[],
): Pick<Curve, 'xs' | 'values' | 'members'> {
    const [first] = members;
    if (first === undefined) return { xs: [], values: [], members: [] };
    if (members.length === 1) return { ...first, members: [] };
    const points = Math.min(...members.map(({ xs }) => xs.length));
    const mean = (all: readonly (number | null)[]): number | null =>
        all.includes(null) ? null : (all as readonly number[]).reduce((sum, each) => sum + each, 0) / all.length;
    const places = Array.from({ length: points }, (_, i) => i);
    return {
        xs: places.map((i) => mean(members.map(({ xs }) => xs[i]!))!),
        values: places.map((i) => mean(members.map(({ values }) => values[i] ?? null))),
        members: members.map(({ values }) => values.slice(0, points)),
    };
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

const labelLength = 30; // characters: a line's name must leave the line its room
const dashes: readonly (readonly number[])[] = [[], [5, 3], [2, 3], [9, 3]];

const controlColour = '--ink-3'; // beside the colours of whatever was taught

/**
 * The looks of settings: controls are grey, the others have their colours in the order in which they were first tried.
 * So the same runs look the same in every figure that is saved, in whatever order they were chosen, and one more
 * setting takes no other's colour, unless it was tried before that one: were the others to keep theirs even then, the
 * same runs would look otherwise on another day.
 * @param isControl of each setting
 * @param firstTried of each setting: sorts like the time at which its first run began
 */
export function settingLooks(isControl: readonly boolean[], firstTried: readonly string[]): readonly SettingLook[] {
    return isControl.map((isOne, setting) => {
        const alike = firstTried.filter((_, other) => isControl[other] === isOne).toSorted(byCharacters);
        const place = alike.indexOf(firstTried[setting]!);
        const dashOf = (round: number): readonly number[] => dashes[round % dashes.length]!;
        if (isOne) return { colour: controlColour, ink: controlColour, dash: dashOf(place) };
        const [colour, ink] = runColours[place % runColours.length]!;
        return { colour, ink, dash: dashOf(Math.floor(place / runColours.length)) };
    });
}

const byCharacters = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function specOf(curves: readonly Curve[], xTitle: string): PlotSpec {
    const lines = curves.flatMap(({ name, look: { colour, ink, dash }, xs, values, members }): PlotLine[] => {
        if (values.length === 0) return [];
        return [
            {
                name: shortened(name, labelLength),
                colour,
                ink,
                xs,
                values,
                ...(members.length > 1 ? { members } : {}),
                ...(dash.length > 0 ? { dash } : {}),
            },
        ];
    });
    return { xs: union(curves.map(({ xs }) => xs)), lines, xTitle, ticks: 4 };
}

/** Every x of every line once, in order: where a cursor can stand. */
function union(all: readonly (readonly number[])[]): readonly number[] {
    return [...new Set(all.flat())].sort((a, b) => a - b);
}
