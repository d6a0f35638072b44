/** The paper's figures that follow a run update by update: dynamics, surface, phase, shares of scores, entropy. */
import type { Chart, ChartPoint, ChartRow, Mark, ChartPanel } from '../../../../shared/figures/chart.ts';
import { gaussianSmoothed } from '../../../../shared/figures/gaussian.ts';
import { smoothed } from '../../../../shared/figures/series.ts';
import { counted, measured, rounded } from '../../../../shared/text/numbers.ts';
import type { RecordedUpdate } from '../../../store/run/updates.ts';
import type { Published } from './published.ts';
import type { RunCurves } from './run-curves.ts';

const publishedSigma = 30; // updates
/** As figures on the page are smoothed: over a twentieth of what was measured at most. */
const ourKeep = (updates: number): number => Math.max(0.4, Math.min(0.9, 1 - 20 / updates));
const linear = (title: string): ChartPanel['x'] => ({ title, scale: 'linear' });
const feedbackAxis = linear('words of feedback');

type UpdateValue = (update: RecordedUpdate) => number | null;

/** Where it was measured. */
function pointsOf(updates: readonly RecordedUpdate[], x: UpdateValue, y: UpdateValue): readonly ChartPoint[] {
    return updates.flatMap((update): ChartPoint[] => {
        const [across, up] = [x(update), y(update)];
        return across === null || up === null ? [] : [{ x: across, y: up }];
    });
}

const words: UpdateValue = ({ inputWords }) => inputWords;
const tokens: UpdateValue = ({ storyTokensMean }) => storyTokensMean;
const score: UpdateValue = ({ scoreMean }) => scoreMean;
const natsPerToken: UpdateValue = ({ entropyMean, storyTokensMean }) =>
    entropyMean === null || !storyTokensMean ? null : entropyMean / storyTokensMean;

function gaussian(points: readonly ChartPoint[], sigma: number, beyond: 'nearest' | 'mirror'): readonly ChartPoint[] {
    const heights = gaussianSmoothed(
        points.map(({ y }) => y),
        sigma,
        beyond,
    );
    return points.map(({ x }, i) => ({ x, y: heights[i]! }));
}

function ours(points: readonly ChartPoint[]): readonly ChartPoint[] {
    const heights = smoothed(
        points.map(({ y }) => y),
        ourKeep(points.length),
    );
    return points.map(({ x }, i) => ({ x, y: heights[i]! }));
}

export function dynamics(runs: readonly RunCurves[]): Chart {
    const panel = (title: string, unit: string, of: UpdateValue): ChartPanel => ({
        title,
        x: feedbackAxis,
        y: linear(unit),
        marks: runs.flatMap((run, i) => curveMarks(run.name, i, pointsOf(run.updates, words, of))),
    });
    const criteria = runs[0]!.criteria.map(({ id, name, min, max }): ChartPanel => ({
        title: name,
        x: feedbackAxis,
        y: linear(`${min} to ${max}`),
        marks: runs.flatMap((run, i) => curveMarks(run.name, i, criterionMeans(run, id))),
    }));
    const most = runs[0]!.most;
    return {
        id: 'dynamics',
        title: 'Learning over words of feedback',
        caption: `Means of each update’s stories, rated by ${teachersOf(runs)} (${runs.map(({ name, updates }) => `${name}: ${counted(updates.length, 'update')} of ${updates[0]!.episodes} stories`).join('; ')}). Pale: as measured. Solid: means of neighbours whose weights fade. Dashed: the published smoothing, a Gaussian of σ = ${publishedSigma} updates; it looks ${2 * publishedSigma} updates far to both sides and is nearly flat over fewer.`,
        panels: [
            panel('Teacher score', `sum, 0 to ${rounded(most)}`, score),
            panel('Reward', 'with length bonus', ({ rewardMean }) => rewardMean),
            panel('Story length', 'words', ({ storyWordsMean }) => storyWordsMean),
            panel('KL to the reference', 'nats per story', ({ klMean }) => klMean),
            ...criteria,
        ],
        rows: runs.flatMap(({ name, updates }) =>
            updates.map((update): ChartRow => ({
                run: name,
                update: update.number,
                feedback_words: update.inputWords,
                score: update.scoreMean,
                reward: update.rewardMean,
                story_words: update.storyWordsMean,
                kl: update.klMean,
            })),
        ),
    };
}

function curveMarks(name: string, colour: number, points: readonly ChartPoint[]): readonly Mark[] {
    if (points.length === 0) return [];
    const line = { kind: 'line', colour, origin: 'ours' } as const;
    return [
        { ...line, name: '', points, isPale: true },
        { ...line, name: '', points: gaussian(points, publishedSigma, 'nearest'), dash: [5, 3] },
        { ...line, name, points: ours(points) },
    ];
}

function criterionMeans({ updates, levels }: RunCurves, criterion: string): readonly ChartPoint[] {
    const own = Map.groupBy(
        levels.filter((level) => level.criterion === criterion),
        ({ update }) => update,
    );
    return updates.flatMap(({ number, inputWords }): ChartPoint[] => {
        const found = own.get(number);
        if (found === undefined) return [];
        const total = (of: 'sum' | 'stories'): number => found.reduce((sum, level) => sum + level[of], 0);
        return [{ x: inputWords, y: total('sum') / total('stories') }];
    });
}

const teachersOf = (runs: readonly RunCurves[]): string => [...new Set(runs.map(({ teacher }) => teacher))].join(', ');

const bins = 24;

/** Score over what was read and what was taught; a column for each start. runs: whose reading is known */
export function surface(runs: readonly RunCurves[]): Chart {
    const starts = [...new Set(runs.map(({ startWords }) => startWords))].toSorted((a, b) => a - b);
    const most = Math.max(...runs.flatMap(({ updates }) => updates.at(-1)!.inputWords));
    const edge = (i: number): number => {
        const [before, after] = [starts[i - 1], starts[i]];
        if (before !== undefined && after !== undefined) return Math.sqrt(before * after);
        const ratio = starts.length > 1 ? Math.sqrt(starts.at(-1)! / starts[0]!) ** (1 / (starts.length - 1)) : 1.5;
        return before === undefined ? after! / ratio : before * ratio;
    };
    const rows = starts.flatMap((start, column) => {
        const curves = runs
            .filter(({ startWords }) => startWords === start)
            .map(({ updates }) => ours(pointsOf(updates, words, score)));
        return Array.from({ length: bins }, (_, bin) => {
            const [low, high] = [(most * bin) / bins, (most * (bin + 1)) / bins];
            const heights = curves.flatMap((curve) => heightAt(curve, (low + high) / 2) ?? []);
            return { start, column, low, high, heights };
        }).flatMap(({ heights, ...cell }) =>
            heights.length === 0 ? [] : [{ ...cell, value: heights.reduce((sum, y) => sum + y, 0) / heights.length }],
        );
    });
    const values = rows.map(({ value }) => value);
    return {
        id: 'surface',
        title: 'Score over reading and feedback',
        caption: `Colour: the teacher’s mean score from ${measured(Math.min(...values))} (dark) to ${measured(Math.max(...values))} (light) of ${rounded(runs[0]!.most)}, rated by ${teachersOf(runs)}; ${counted(runs.length, 'run')}, a column for each amount of reading before feedback. Scores of training, means of neighbours whose weights fade.`,
        panels: [
            {
                title: 'Teacher score',
                x: { title: 'words read before', scale: 'log' },
                y: linear('words of feedback'),
                marks: [
                    {
                        kind: 'cells',
                        cells: rows.map(({ column, low, high, value }) => ({
                            x: [edge(column), edge(column + 1)],
                            y: [low, high],
                            value,
                        })),
                    },
                ],
            },
        ],
        rows: rows.map(({ start, low, high, value }) => ({
            words_read: start,
            feedback_from: low,
            feedback_to: high,
            score: value,
        })),
    };
}

/** Straight between points; null before the first and behind the last. points: in the order of x */
function heightAt(points: readonly ChartPoint[], x: number): number | null {
    const next = points.findIndex((point) => point.x >= x);
    if (next === -1 || points[0]!.x > x) return null;
    if (next === 0) return points[0]!.y;
    const [before, after] = [points[next - 1]!, points[next]!];
    return before.y + ((after.y - before.y) * (x - before.x)) / (after.x - before.x);
}

export function phase(runs: readonly RunCurves[], published: Published | null): Chart {
    return pathChart(
        { id: 'phase', title: 'Score against length', x: 'tokens of a story', y: 'teacher score' },
        runs,
        tokens,
        score,
        published && [published.before.tokens, published.before.score, published.after.tokens, published.after.score],
        published,
    );
}

export function entropy(runs: readonly RunCurves[], published: Published | null): Chart {
    return pathChart(
        { id: 'entropy', title: 'Surprise against length', x: 'tokens of a story', y: 'nats per token' },
        runs,
        tokens,
        natsPerToken,
        published && [published.before.tokens, published.before.nats, published.after.tokens, published.after.nats],
        published,
    );
}

/** From ◇ to ●, one path a run; published starts and ends in a panel of their own, for another teacher rated them. */
function pathChart(
    { id, title, x, y }: { readonly id: string; readonly title: string; readonly x: string; readonly y: string },
    runs: readonly RunCurves[],
    across: UpdateValue,
    up: UpdateValue,
    ends: readonly (readonly number[])[] | null,
    published: Published | null,
): Chart {
    const paths = runs.map((run) => {
        const points = pointsOf(run.updates, across, up);
        const sigma = Math.min(publishedSigma, Math.max(1, points.length / 20));
        const along = (of: 'x' | 'y'): number[] =>
            gaussianSmoothed(
                points.map((point) => point[of]),
                sigma,
                'mirror',
            );
        const [xs, ys] = [along('x'), along('y')];
        return { name: run.name, path: xs.map((value, i) => ({ x: value, y: ys[i]! })) };
    });
    const marksOf = (name: string, i: number, path: readonly ChartPoint[], origin: 'ours' | 'published'): Mark[] => {
        if (path.length === 0) return [];
        const dot = (point: ChartPoint): ChartPoint & { low: number; high: number } => ({
            ...point,
            low: point.y,
            high: point.y,
        });
        const all = { colour: i, origin } as const;
        return [
            { kind: 'line', name, points: path, ...all },
            { kind: 'dots', name: '', shape: 'diamond', points: [dot(path[0]!)], ...all },
            { kind: 'dots', name: '', shape: 'circle', points: [dot(path.at(-1)!)], ...all },
        ];
    };
    const publishedPaths = (published?.words ?? []).map((read, i) => ({
        name: `published, ${rounded(read)} words`,
        path: [
            { x: ends![0]![i]!, y: ends![1]![i]! },
            { x: ends![2]![i]!, y: ends![3]![i]! },
        ],
    }));
    const panel = (of: typeof paths, origin: 'ours' | 'published'): ChartPanel => ({
        title: origin === 'ours' ? 'These runs' : 'Published',
        x: linear(x),
        y: linear(y),
        marks: of.flatMap(({ name, path }, i) => marksOf(name, i, path, origin)),
    });
    return {
        id,
        title,
        caption: `From the first update (◇) to the last (●), rated by ${teachersOf(runs)}, smoothed by a Gaussian of a twentieth of the updates (${publishedSigma} at most).${published === null ? '' : ' Published: starts and ends alone, of another teacher and another vocabulary; the two panels do not compare number by number.'}`,
        panels: [panel(paths, 'ours'), ...(publishedPaths.length > 0 ? [panel(publishedPaths, 'published')] : [])],
        rows: [...paths, ...publishedPaths].flatMap(({ name, path }) =>
            path.map((point, i): ChartRow => ({
                run: name,
                place: i + 1,
                [rowName(x)]: point.x,
                [rowName(y)]: point.y,
            })),
        ),
    };
}

const rowName = (title: string): string => title.replaceAll(' ', '_');

/** Shares of whole scores, stacked from the lowest up; a panel for each run and criterion. */
export function shares(runs: readonly RunCurves[]): Chart {
    const shown = runs.slice(0, 3);
    const rows: ChartRow[] = [];
    const panels = shown.flatMap(({ name, criteria, updates, levels }) =>
        criteria.map((criterion): ChartPanel => {
            const byUpdate = Map.groupBy(
                levels.filter((level) => level.criterion === criterion.id),
                ({ update }) => update,
            );
            const scores = Array.from({ length: criterion.max - criterion.min + 1 }, (_, i) => criterion.min + i);
            const areas = scores.map((): { x: number; low: number; high: number }[] => []);
            for (const { number, inputWords } of updates) {
                const found = byUpdate.get(number);
                if (found === undefined) continue;
                const all = found.reduce((sum, { stories }) => sum + stories, 0);
                let low = 0;
                scores.forEach((level, i) => {
                    const share = (found.find((each) => each.level === level)?.stories ?? 0) / all;
                    areas[i]!.push({ x: inputWords, low, high: low + share });
                    rows.push({ run: name, criterion: criterion.id, update: number, level, share });
                    low += share;
                });
            }
            return {
                title: `${name}: ${criterion.name}`,
                x: feedbackAxis,
                y: { title: 'share of stories', scale: 'linear', bounds: [0, 1] },
                marks: areas.flatMap((points, i): Mark[] =>
                    points.length === 0
                        ? []
                        : [
                              {
                                  kind: 'area',
                                  tone: i / (scores.length - 1),
                                  name: `score ${scores[i]!}`,
                                  colour: i,
                                  origin: 'ours',
                                  points,
                              },
                          ],
                ),
            };
        }),
    );
    return {
        id: 'shares',
        title: 'Shares of scores by criterion',
        caption: `Of each update’s stories, the share that got each score (the nearest whole one), rated by ${teachersOf(shown)}.${runs.length > shown.length ? ` The first ${shown.length} of ${runs.length} runs.` : ''}`,
        panels,
        rows,
    };
}
