/** The figures of a run: which numbers, against what, with what marked. */
import type { CurveRow } from '../../../shared/figures/curve-rows.ts';
import { updateFields } from '../../../shared/run/update-fields.ts';
import type { RunAttempt, RunCheckpoint, StepRow, UpdateRow } from '../../../shared/views/runs.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import type { PlotLine, PlotSpec } from './plot.ts';
import { nearest } from '../../../shared/figures/series.ts';
import { counted, duration, measured, percent } from '../text/words.ts';

const { unit: kl } = updateFields.klMean;
const { unit: words } = updateFields.storyWordsMean;
const { unit: clipped } = updateFields.clipFraction;

export type Axis = 'words' | 'update' | 'episodes' | 'tokens' | 'time';
export const axes: readonly { readonly axis: Axis; readonly name: string }[] = [
    { axis: 'words', name: 'input words' },
    { axis: 'update', name: 'updates' },
    { axis: 'episodes', name: 'episodes' },
    { axis: 'tokens', name: 'tokens trained on' },
    { axis: 'time', name: 'time' },
];

/** What the numbers along the axis count. */
export function axisTitle(updates: readonly CurveRow[], axis: Axis): string {
    return axis === 'time' ? timeUnit(updates).name : axes.find((each) => each.axis === axis)!.name;
}

/** Of all that were measured over one time: hours say nothing of runs of minutes. */
export function timeUnit(...runs: readonly (readonly CurveRow[])[]): {
    readonly name: string;
    readonly seconds: number;
} {
    const worked = Math.max(0, ...runs.map((updates) => updates.reduce((sum, update) => sum + secondsOf(update), 0)));
    if (worked >= 2 * 3600) return { name: 'hours of work', seconds: 3600 };
    return worked >= 120 ? { name: 'minutes of work', seconds: 60 } : { name: 'seconds of work', seconds: 1 };
}

export interface Figure {
    readonly id: string;
    readonly title: string;
    readonly unit: string;
    readonly spec: PlotSpec;
}

const criterionColours = [
    ['--data-1', '--data-1'],
    ['--data-2', '--data-2-ink'],
    ['--data-3', '--data-3'],
    ['--data-5', '--data-5-ink'],
    ['--data-6', '--data-6-ink'],
    ['--data-4', '--data-4'],
] as const;
export const runColours = [
    ['--data-4', '--data-4'],
    ['--data-5', '--data-5-ink'],
    ['--data-6', '--data-6-ink'],
    ['--data-1', '--data-1'],
    ['--data-2', '--data-2-ink'],
    ['--data-3', '--data-3'],
] as const;

export function xOf(
    updates: readonly CurveRow[],
    axis: Axis,
    unit: { readonly seconds: number } = timeUnit(updates),
): readonly number[] {
    switch (axis) {
        case 'words':
            return updates.map(({ inputWords }) => inputWords);
        case 'update':
            return updates.map(({ number }) => number);
        case 'episodes':
            return running(updates, ({ episodes }) => episodes);
        case 'tokens':
            return updates.map(({ tokensTrained }) => tokensTrained);
        case 'time':
            return running(updates, (update) => secondsOf(update) / unit.seconds); // of work, not of rest
    }
}

function running(updates: readonly CurveRow[], of: (update: CurveRow) => number): readonly number[] {
    let sum = 0;
    return updates.map((update) => (sum += of(update)));
}
function secondsOf({ secondsWriting, secondsRating, secondsScoring, secondsLearning }: CurveRow): number {
    return secondsWriting + secondsRating + secondsScoring + secondsLearning;
}

/** Logs of the published system tell neither times nor what was clipped: nothing takes no time at all. */
function isTimed(update: UpdateRow): boolean {
    return secondsOf(update) > 0;
}

/** Recorded are nats per story. */
export function entropyPerToken({ entropyMean, storyTokensMean }: CurveRow): number | null {
    return entropyMean === null || !storyTokensMean ? null : entropyMean / storyTokensMean;
}

/** "Narrative coherence" → "Coherence": the last word, where a line is named. */
export function shortName(name: string): string {
    const word = name.split(' ').at(-1)!;
    return word[0]!.toUpperCase() + word.slice(1);
}

/** Where a run rested between two updates: as narrow as its place on an axis of words or updates. */
function pauses(
    attempts: readonly RunAttempt[],
    updates: readonly UpdateRow[],
    xs: readonly number[],
): NonNullable<PlotSpec['bands']> {
    return attempts.slice(1).flatMap(({ startedAt }, i) => {
        const before = attempts[i]!;
        const at = updates.findIndex((update) => update.at >= startedAt);
        if (at <= 0) return [];
        const restedMs = startedAt - (before.endedAt ?? updates[at - 1]!.at);
        const x = (xs[at - 1]! + xs[at]!) / 2;
        return restedMs < 30_000 ? [] : [{ from: x, to: x, label: `paused ${duration(restedMs / 1000)}` }];
    });
}

export interface RunRecord {
    readonly updates: readonly UpdateRow[];
    readonly criteria: readonly Criterion[];
    readonly checkpoints: readonly RunCheckpoint[];
    readonly attempts: readonly RunAttempt[];
    readonly klTarget: number | null;
    /** Who rates; null until it is known. */
    readonly teacher: string | null;
}

/** Interactive learning: score, KL, entropy, length, clipping, whose unit tells what the value head explains. */
export function learningFigures(record: RunRecord, axis: Axis): readonly Figure[] {
    const { updates, criteria } = record;
    const last = updates.at(-1);
    const xs = xOf(updates, axis);
    const marks = {
        xs,
        checkpoints: checkpointMarks(record.checkpoints, updates, xs),
        bands: pauses(record.attempts, updates, xs).map((band) => ({ ...band, label: '' })),
    };
    const one = (of: (update: UpdateRow) => number | null): readonly PlotLine[] => [
        { name: '', colour: '--ink-2', ink: '--ink', values: updates.map(of) },
    ];
    const low = Math.min(...criteria.map(({ min }) => min));
    const high = Math.max(...criteria.map(({ max }) => max));
    const episodes = last?.episodes ?? 0;
    return [
        {
            id: 'score',
            title: 'Teacher score',
            unit: [
                ...(record.teacher === null ? [] : [`rated by ${record.teacher}`]),
                ...(criteria.length === 0 ? [] : [`${low} to ${high}`]),
                ...(criteria.length > 0 && episodes > 0 ? [`mean of ${counted(episodes, 'story', 'stories')}`] : []),
            ].join(', '),
            spec: {
                ...marks,
                bands: pauses(record.attempts, updates, xs),
                xTitle: axisTitle(updates, axis),
                ticks: 3,
                ...(criteria.length > 0 ? { bounds: [low, high] as const } : {}),
                lines: criteria.map(({ id, name }, i) => ({
                    name: shortName(name),
                    colour: criterionColours[i % 6]![0],
                    ink: criterionColours[i % 6]![1],
                    values: updates.map(({ scores }) => scores[id] ?? null),
                })),
            },
        },
        {
            id: 'kl',
            title: 'KL to reference',
            unit: `${kl}${last ? `, coefficient ${measured(last.klCoefficient, 3)}` : ''}`,
            spec: {
                ...marks,
                xTitle: '',
                ticks: 3,
                lines: one(({ klMean }) => klMean),
                refs: record.klTarget === null ? [] : [{ y: record.klTarget, label: `target ${record.klTarget}` }],
            },
        },
        {
            id: 'entropy',
            title: 'Entropy',
            unit: 'nats per token',
            spec: { ...marks, xTitle: '', ticks: 3, lines: one(entropyPerToken) },
        },
        {
            id: 'length',
            title: 'Length',
            unit:
                !last || last.finishedFraction === null
                    ? words
                    : `${words}, ${percent(last.finishedFraction)} ended by themselves`,
            spec: { ...marks, xTitle: '', ticks: 3, lines: one(({ storyWordsMean }) => storyWordsMean) },
        },
        last && pairsOf(last) !== null
            ? {
                  id: 'pairs',
                  title: 'Pairs',
                  unit: pairsUnit(last),
                  spec: { ...marks, xTitle: '', ticks: 3, lines: one(pairsOf) },
              }
            : {
                  id: 'clip',
                  title: 'Clipped',
                  unit: clippedUnit(last),
                  spec: {
                      ...marks,
                      xTitle: '',
                      ticks: 3,
                      lines: one((update) => (isTimed(update) ? update.clipFraction : null)),
                  },
              },
    ];
}

/** Pairs of stories that an update learned from; null where the method prefers no story to another. */
const pairsOf = ({ extras }: UpdateRow): number | null =>
    extras?.['pairs'] === undefined ? null : Number(extras['pairs']);

const pairsUnit = ({ extras }: UpdateRow): string =>
    `of stories, the best and the worst of a few; ${counted(Number(extras?.['ties']), 'tie')} left out`;

function clippedUnit(last: UpdateRow | undefined): string {
    if (last && !isTimed(last)) return 'n/a: not in the logs that were imported';
    if (!last || last.explainedVariance === null) return clipped;
    return `${clipped}; value head explains ${percent(last.explainedVariance)}`;
}

function checkpointMarks(
    checkpoints: readonly RunCheckpoint[],
    updates: readonly UpdateRow[],
    xs: readonly number[],
): readonly number[] {
    const numbers = updates.map(({ number }) => number);
    return checkpoints.filter(({ update }) => update > 0).flatMap(({ update }) => xs[nearest(numbers, update)] ?? []);
}

export type StepAxis = 'words' | 'step';

/** Pretraining: loss and held-out loss, learning rate, size of the gradients. */
export function pretrainingFigures(steps: readonly StepRow[], axis: StepAxis): readonly Figure[] {
    const xs = steps.map(({ words, step }) => (axis === 'words' ? words : step));
    const held = steps.flatMap((step, i) =>
        step.validationLoss === null ? [] : [{ x: xs[i]!, y: step.validationLoss }],
    );
    const lastHeld = held.at(-1);
    const xTitle = axis === 'words' ? 'words read' : 'steps';
    const one = (of: (step: StepRow) => number): readonly PlotLine[] => [
        { name: '', colour: '--ink-2', ink: '--ink', values: steps.map(of) },
    ];
    return [
        {
            id: 'loss',
            title: 'Loss',
            unit: 'nats per token',
            spec: {
                xs,
                xTitle,
                ticks: 4,
                lines: [
                    ...(lastHeld
                        ? [
                              {
                                  name: `held out ${measured(lastHeld.y)}`,
                                  colour: '--data-5',
                                  ink: '--data-5-ink',
                                  xs: held.map(({ x }) => x),
                                  values: held.map(({ y }) => y),
                              },
                          ]
                        : []),
                    { name: 'training', colour: '--data-4', ink: '--data-4', values: steps.map(({ loss }) => loss) },
                ],
            },
        },
        {
            id: 'lr',
            title: 'Learning rate',
            unit: '× 10⁻³',
            spec: {
                xs,
                xTitle: '',
                ticks: 3,
                lines: one(({ lr }) => 1000 * lr).map((line) => ({ ...line, isExact: true })),
            },
        },
        {
            id: 'gradient',
            title: 'Gradient',
            unit: 'norm before clipping',
            spec: { xs, xTitle: '', ticks: 3, lines: one(({ gradientNorm }) => gradientNorm) },
        },
    ];
}
