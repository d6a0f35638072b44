/**
 * How many sequences fit on a GPU at once. A launch of a kernel takes as long whatever its size, so a share of all
 * memory is used, not of what is free: the same GPU chooses the same each time, and sums are taken in the same order
 * from run to run and after a resume.
 */
import type { StudentConfig } from './gpt2/config.ts';
import { parameterCount } from './gpt2/config.ts';
import { decodingGraph } from './gpt2/decoding.ts';
import {
    branchScoreGraph,
    ppoGradientsGraph,
    predictionGradientsGraph,
    predictionLossGraph,
    scoreGraph,
} from './gpt2/graphs.ts';
import type { StoryShape } from './gpt2/graphs.ts';
import { bytesAlive } from './onnx/bytes-alive.ts';
import type { Graph } from './onnx/graph.ts';
import type { Runtime } from './runtime/runtime.ts';
import { batchWidths } from './scoring/story-batches.ts';
import type { StoryLimits } from './scoring/story-batches.ts';

/** The rest is for what CUDA and cuBLAS take, for a screen, and for what this does not know. */
const filled = 0.8;
/** With a language model's file beside it, which may be on the same GPU. */
const filledBesideTeacher = 0.4;
/**
 * A graph's arena over the values that are alive at once: 1.05 to 1.33 as measured (`npm run bench -- memory`), for
 * pieces of a small value never become a part of a large one.
 */
export const arenaOverAlive = 1.4;

/** What a run of learning divides its room into, since each compiled graph keeps its arena. */
const shares = { learning: 0.5, writing: 0.25, scoring: 0.15, reading: 0.1 };
/** Copies of the weights: those of policy and reference, gradients, two moments. */
const copiesHeld = { learning: 5, pretraining: 4, reading: 2 };

/** Graphs of texts that are read, of other widths and shares of scored tokens, each as large. */
export const readingGraphs = 8;

const bytesPerNumber = 4;

/** Room on a GPU for one kind of graphs. */
export interface GpuRoom {
    readonly bytes: number;
    /** An estimate, for so many sequences at once. */
    needed(sequences: number): number;
}

export interface GpuRooms {
    /** Bytes of weights, gradients and moments. */
    readonly heldBytes: Readonly<Record<keyof typeof copiesHeld, number>>;
    pretraining(shape: { readonly sequence: number; readonly dropoutRate: number }): GpuRoom;
    learning(limits: StoryLimits): GpuRoom;
    scoring(limits: StoryLimits): GpuRoom;
    writing(shape: WritingShape): GpuRoom;
    /** In rows of so many tokens, beside learning. */
    readonly reading: (length: number) => GpuRoom;
    /** The same where nothing else is done, by a student and perhaps its reference. */
    readonly readingAlone: (length: number) => GpuRoom;
}

export interface WritingShape {
    readonly promptTokens: number;
    readonly maxNewTokens: number;
    /** Each rate has programs of its own. */
    readonly dropoutRates: readonly number[];
}

/** Null where the runtime has no GPU whose memory is known. */
export function gpuRooms(
    { gpu, target }: Pick<Runtime, 'gpu' | 'target'>,
    student: StudentConfig,
    isBesideTeacher: boolean,
): GpuRooms | null {
    if (gpu === null) return null;
    const share = isBesideTeacher ? filledBesideTeacher : filled;
    const copyBytes = bytesPerNumber * parameterCount(student);
    const heldBytes = {
        learning: copiesHeld.learning * copyBytes,
        pretraining: copiesHeld.pretraining * copyBytes,
        reading: copiesHeld.reading * copyBytes,
    };
    const room = (part: keyof typeof shares, needed: GpuRoom['needed']): GpuRoom => ({
        bytes: shares[part] * (share * gpu.memoryBytes - heldBytes.learning),
        needed,
    });
    const arenas = (graphs: readonly Graph[]): number =>
        arenaOverAlive * graphs.reduce((sum, graph) => sum + bytesAlive(graph, target), 0);
    const ofWidths = (limits: StoryLimits, extra: number, batch: number, graph: (shape: StoryShape) => Graph): number =>
        arenas(
            batchWidths(limits, extra).map((storyTokens) =>
                graph({ batch, promptTokens: limits.shortestPrompt, storyTokens }),
            ),
        );
    const rowsRead =
        (length: number): GpuRoom['needed'] =>
        (batch) =>
            readingGraphs * arenas([branchScoreGraph(student, { batch, length, scored: batch * length })]);
    return {
        heldBytes,
        pretraining: ({ sequence: length, dropoutRate }) => ({
            bytes: filled * gpu.memoryBytes - heldBytes.pretraining, // no teacher reads meanwhile
            needed: (batch) =>
                arenas([
                    predictionGradientsGraph(student, { batch, length }, { accumulate: true, dropoutRate, target }),
                    predictionLossGraph(student, { batch, length }),
                ]),
        }),
        learning: (limits) =>
            room('learning', (batch) =>
                ofWidths(limits, 0, batch, (shape) =>
                    ppoGradientsGraph(student, shape, usualLoss, { accumulate: true, target }),
                ),
            ),
        scoring: (limits) =>
            room('scoring', (batch) => ofWidths(limits, 1, batch, (shape) => scoreGraph(student, shape))),
        writing: ({ promptTokens, maxNewTokens, dropoutRates }) => {
            const capacity = promptTokens + maxNewTokens;
            const { layers, width } = student;
            return room('writing', (batch) => {
                const decoding = (tokens: number, dropoutRate: number): Graph =>
                    decodingGraph(student, { batch, tokens, capacity, output: 'sample', dropoutRate, target });
                const cacheBytes = bytesPerNumber * 2 * layers * batch * capacity * width;
                const ofRates = dropoutRates.map(
                    (rate) => arenas([decoding(promptTokens, rate)]) + halves * arenas([decoding(1, rate)]),
                );
                return halves * cacheBytes + ofRates.reduce((sum, bytes) => sum + bytes, 0);
            });
        },
        reading: (length) => room('reading', rowsRead(length)),
        readingAlone: (length) => ({
            bytes: filled * gpu.memoryBytes - heldBytes.reading, // no teacher reads meanwhile
            needed: rowsRead(length),
        }),
    };
}

/** The last stories of a batch move to half the rows, a quarter and so on, which are kept: together as much again. */
const halves = 2;

/** What else the loss may have is small beside the rest. */
const usualLoss = { policy: 0.2, value: 0.2, valueWeight: 0.1 };

/**
 * Sequences at once, at most `sequences`: the largest of equal parts that fit; one where none does. What is needed
 * grows about evenly, so a line through two small sizes tells where to begin. From there the next parts are tried.
 */
export function sequencesThatFit(sequences: number, { bytes, needed }: GpuRoom): number {
    const known = new Map<number, number>(); // to lay a graph out takes up to a second
    const bytesFor = (size: number): number => {
        const found = known.get(size) ?? needed(size);
        known.set(size, found);
        return found;
    };
    const fits = (size: number): boolean => bytesFor(size) <= bytes;
    const partUpTo = (most: number): number => Math.ceil(sequences / Math.ceil(sequences / most));
    const most = Math.floor(sequences > smallSizes[1] ? alongLine(bytes, bytesFor) : sequences);
    let size = partUpTo(Math.min(sequences, Math.max(1, most)));
    while (size > 1 && !fits(size)) size = partUpTo(size - 1);
    for (let parts = Math.ceil(sequences / size) - 1; parts >= 1 && fits(Math.ceil(sequences / parts)); parts--)
        size = Math.ceil(sequences / parts);
    return size;
}

const smallSizes = [8, 16] as const;

/** How many would fit if more took what the small sizes take; a small size where one of them has no end. */
function alongLine(bytes: number, bytesFor: (size: number) => number): number {
    const [few, more] = smallSizes;
    const slope = (bytesFor(more) - bytesFor(few)) / (more - few);
    return slope > 0 && slope < Infinity ? few + (bytes - bytesFor(few)) / slope : few;
}
