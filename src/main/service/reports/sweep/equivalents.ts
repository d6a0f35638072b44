/**
 * How much more a student would have had to read to be as good as feedback made it: learning runs of a sweep, each held
 * against the checkpoints that only read.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultInterval } from '../../../../shared/benchmarks/results.ts';
import { badInput } from '../../../../shared/faults.ts';
import { hasValueHead } from '../../../../shared/settings/methods.ts';
import type {
    Equivalent,
    MeasuredEquivalents,
    Reach,
    ReachInterval,
    ReadingPointShown,
} from '../../../../shared/benchmarks/sweep.ts';
import { intervalOf } from '../../../benchmarks/statistics/strata.ts';
import { feedbackFlop, readingFlop, type StudentShape } from '../../../learning/compute-cost.ts';
import { mean } from '../../../learning/statistics/descriptive.ts';
import { RandomStream } from '../../../learning/random.ts';
import {
    equivalentWords,
    levelWithReading,
    readingCurve,
    type TaughtFrom,
} from '../../../learning/statistics/equivalence.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { spentUntil } from '../../../store/run/updates.ts';
import { Tokenizer } from '../../../text/tokenizer/tokenizer.ts';
import { betweenSeeds, isControl } from './checkpoint-series.ts';
import { sweepSeed, type MeasuredSweep, type SweepCheckpoint } from './swept.ts';
import { configurationOf, shapeOfAll } from './swept-runs.ts';

/** Checkpoints that are one point: one for each seed, or a single one. */
interface SweepGroup {
    readonly checkpoints: readonly SweepCheckpoint[];
    /** Places in the list of scores. */
    readonly members: readonly number[];
    readonly words: number;
    readonly tokens: number;
}

/** @throws bad input where there are too few checkpoints that only read, or students of different sizes */
export function equivalentsOf({ measure, checkpoints, scores: raw }: MeasuredSweep): MeasuredEquivalents {
    const shape = shapeOfAll(checkpoints);
    const all = placesOf(checkpoints);
    const points = curvePoints(all);
    if (points.length < 2)
        throw badInput(
            `Of checkpoints that only read, ${points.length === 0 ? 'none was' : 'one was'} measured by ${measure.name}, so there is no curve to look feedback up on; nothing was counted. Evaluate two checkpoints of pretraining or more.`,
        );
    const places = all.filter(({ checkpoint }) => checkpoint.feedbackWords > 0 && !isControl(checkpoint));
    const taught = groupsOf(places, taughtKey);
    const began = places.flatMap(({ checkpoint, at }) => beginningOf(checkpoint, at, checkpoints));
    const scores = levelWithReading(raw, began);
    const heights = readingCurve(points, scores.measured);
    const found = equivalentWords(points, taught, scores, new RandomStream(sweepSeed, 'equivalents', measure.key));
    const controls = all.filter(({ checkpoint }) => isControl(checkpoint) && checkpoint.feedbackWords > 0).length;
    const intervalFor = (members: readonly number[]): ResultInterval =>
        members.length > 1
            ? betweenSeeds(members.map((member) => scores.measured[member]!))
            : intervalOf(Float64Array.from(scores.drawn, (row) => row[members[0]!]!).sort())!;
    const scoreOf = (members: readonly number[]): number => mean(members.map((member) => scores.measured[member]!));
    return {
        measure: {
            ...measure,
            remarks: [
                ...measure.remarks,
                ...(began.some(({ start, reading }) => raw.measured[start] !== raw.measured[reading])
                    ? [levelled]
                    : []),
                ...(controls === 0 ? [] : [`Left out: ${controls} with shuffled rewards, which nobody taught.`]),
            ],
        },
        curve: points.map((point, i): ReadingPointShown => ({
            checkpoints: point.checkpoints.map(nameOf),
            words: point.words,
            tokens: point.tokens,
            score: scoreOf(point.members),
            interval: intervalFor(point.members),
            fitted: heights[i]!,
        })),
        equivalents: taught.map((group, i): Equivalent => {
            const { words, tokens, members } = group;
            const first = group.checkpoints[0]!;
            const reached = reachesOf(found[i]!, points);
            const along = (of: (words: number) => number): ReachInterval => beyondStart(reached, of);
            return {
                runs: group.checkpoints.map(nameOf),
                start: { words, tokens },
                feedback: feedbackOf(group.checkpoints, shape),
                score: scoreOf(members),
                interval: intervalFor(members),
                words: along((read) => read - words),
                tokens: along((read) => tokensAt(points, read) - first.tokens),
                flop: along((read) => readingFlop(shape, tokensAt(points, read) - first.tokens)),
            };
        }),
    };
}

/** Were two checkpoints that only read measured, so that there is a curve to look feedback up on? */
export function hasCurve({ checkpoints }: MeasuredSweep): boolean {
    return curvePoints(placesOf(checkpoints)).length >= 2;
}

const levelled =
    'A taught student’s score is that of the checkpoint it began with, plus what changed since its run’s start: a run starts with its temperature folded into the weights, which alone moves a score.';

/** None where a run's start was not measured, or what it was made from was not, or had learned from feedback before. */
function beginningOf(
    { run }: SweepCheckpoint,
    at: number,
    checkpoints: readonly SweepCheckpoint[],
): readonly TaughtFrom[] {
    const start = checkpoints.findIndex((each) => each.run.id === run.id && each.feedbackWords === 0);
    const source = checkpoints[start]?.parents[0];
    const reading = checkpoints.findIndex(({ run: { kind }, digest }) => kind === 'pretrain' && digest === source);
    return reading === -1 ? [] : [{ at, start, reading }];
}

const nameOf = ({ run, name }: SweepCheckpoint): string => `${run.name} · ${name}`;

type SweptPlace = { readonly checkpoint: SweepCheckpoint; readonly at: number };

const placesOf = (checkpoints: readonly SweepCheckpoint[]): readonly SweptPlace[] =>
    checkpoints.map((checkpoint, at) => ({ checkpoint, at }));

const curvePoints = (all: readonly SweptPlace[]): readonly SweepGroup[] =>
    groupsOf(readingOf(all), readingKey).toSorted((a, b) => a.words - b.words);

/**
 * Those that only read. A run of learning starts with a checkpoint of pretraining, under another digest where its
 * temperature is another: it stands in for one that was not measured itself, once.
 */
function readingOf(all: readonly SweptPlace[]): readonly SweptPlace[] {
    const reading = all.filter(({ checkpoint }) => checkpoint.feedbackWords === 0 && checkpoint.words > 0);
    const seen = new Set(
        reading.flatMap(({ checkpoint }) => (checkpoint.run.kind === 'pretrain' ? checkpoint.digest : [])),
    );
    return reading.filter(({ checkpoint: { run, digest, parents } }) => {
        if (run.kind === 'pretrain') return true;
        const isNew = ![digest, ...parents].some((each) => seen.has(each));
        seen.add(digest);
        return isNew;
    });
}

/** Seeds of one configuration are one point where they read as much, within a hundredth. */
const readingKey = ({ checkpoint: { run, words, digest } }: SweptPlace): string =>
    run.kind === 'pretrain' ? JSON.stringify([configurationOf(run), Math.log(words).toFixed(2)]) : digest;

const taughtKey = ({ checkpoint: { run, words, update } }: SweptPlace): string =>
    JSON.stringify([configurationOf(run), Math.log(words).toFixed(2), update]);

function groupsOf(placed: readonly SweptPlace[], keyOf: (each: SweptPlace) => string): readonly SweepGroup[] {
    return [...Map.groupBy(placed, keyOf).values()].map((members) => ({
        checkpoints: members.map(({ checkpoint }) => checkpoint),
        members: members.map(({ at }) => at),
        words: mean(members.map(({ checkpoint }) => checkpoint.words)),
        tokens: mean(members.map(({ checkpoint }) => checkpoint.tokens)),
    }));
}

/** Ends of the sweep instead of infinities. */
function reachesOf(
    { words, low, high }: ReturnType<typeof equivalentWords>[number],
    points: readonly SweepGroup[],
): { readonly value: Reach; readonly low: Reach; readonly high: Reach } {
    const [first, last] = [points[0]!.words, points.at(-1)!.words];
    const reach = (read: number): Reach =>
        read === Infinity
            ? { kind: 'more', value: last }
            : read === -Infinity
              ? { kind: 'fewer', value: first }
              : { kind: 'at', value: read };
    return { value: reach(words), low: reach(low), high: reach(high) };
}

function beyondStart({ value, low, high }: ReturnType<typeof reachesOf>, of: (words: number) => number): ReachInterval {
    const moved = (reach: Reach): Reach => ({ kind: reach.kind, value: of(reach.value) });
    return { value: moved(value), low: moved(low), high: moved(high) };
}

/** Tokens read by then: straight between the checkpoints, whose tokens are known. words: within the sweep */
function tokensAt(points: readonly SweepGroup[], words: number): number {
    const next = Math.max(
        1,
        points.findIndex((point) => point.words >= words),
    );
    const [low, high] = [points[next - 1]!, points[next]!];
    return low.tokens + ((high.tokens - low.tokens) * (words - low.words)) / (high.words - low.words);
}

/** Means over seeds. */
function feedbackOf(checkpoints: readonly SweepCheckpoint[], shape: StudentShape): Equivalent['feedback'] {
    const spent = checkpoints.map(({ run, update }) => {
        const db = openRunDatabase(run.folder.database, { readonly: true });
        try {
            return spentUntil(db, update);
        } finally {
            db.close();
        }
    });
    const amounts = checkpoints.map(({ run, folder }, i) => {
        const { values } = run.config;
        const epochs = values['ppo.epochs'];
        const { episodes, tokensTrained, tokensWritten } = spent[i]!;
        const file = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')) as unknown;
        const prompt = Tokenizer.fromJson(file).encode(values['rollout.prompt']).length;
        const trained = tokensTrained / epochs;
        if (hasValueHead(values)) return { tokens: trained + episodes * prompt, epochs };
        // without a value head a step may leave stories out, which were written and scored all the same
        const tokens = tokensWritten + episodes * prompt;
        return { tokens, epochs, trained: tokensWritten === 0 ? 0 : (tokens * trained) / tokensWritten };
    });
    return {
        words: mean(checkpoints.map(({ feedbackWords }) => feedbackWords)),
        updates: checkpoints[0]!.update,
        tokens: mean(amounts.map(({ tokens }) => tokens)),
        flop: mean(amounts.map((amount) => feedbackFlop(shape, amount))),
    };
}
