/**
 * How likely a student finds the endings of texts. Texts to be compared mostly share their beginning: it is read once,
 * and each text's own ending branches off from it. Rows of similar length run together, and only scored tokens are
 * multiplied with the vocabulary.
 */
import { readingGraphs, sequencesThatFit, type GpuRoom } from '../gpu-room.ts';
import { withinMemory } from '../device-memory.ts';
import { checkConfig, type StudentConfig } from '../gpt2/config.ts';
import { branchScoreGraph, type BranchShape } from '../gpt2/graphs.ts';
import { bindGraph, type BoundGraph } from '../runtime/bound-graph.ts';
import type { NamedTensors, Runtime } from '../runtime/runtime.ts';

/** A text in tokens, of which those from `from` on are scored. The first token never is, since nothing precedes it. */
export interface Sequence {
    readonly ids: ArrayLike<number>;
    readonly from: number;
}

export interface SequenceScorer {
    /**
     * Log-probabilities (nats) of the scored parts, summed per sequence in double precision; 0 for a sequence without a
     * scored token. Sequences of a group are compared with each other and should share their beginning. Every sequence
     * must fit the student's context.
     */
    score(groups: readonly (readonly Sequence[])[]): Promise<readonly (readonly number[])[]>;
    /** The log-probability (nats) of every scored token of each sequence, in order. */
    scoreTokens(sequences: readonly Sequence[]): Promise<readonly Float64Array[]>;
    release(): void;
}

/** Tokens per run, at least one row: enough for fast matrix products, few enough to stay in caches. */
const tokensPerRun = { host: 1024, device: 16_384 } as const;
const widths = [8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 128, 160, 192, 256, 320, 384, 512, 768, 1024];
const widestStep = 1024; // above the listed widths, lengths grow by this much
const scoredShares = 4; // graphs in which a quarter, half, three quarters or all of the tokens are scored

/**
 * @param roomFor of a GPU whose memory is known, for rows of so many tokens; there a few graphs are kept, since each
 * keeps an arena, and the others are compiled anew
 */
export function createSequenceScorer(
    runtime: Runtime,
    config: StudentConfig,
    weights: NamedTensors,
    roomFor: ((length: number) => GpuRoom) | null = null,
): SequenceScorer {
    checkConfig(config);
    const graphs = new Map<string, BoundGraph>(); // in the order of their last use
    const rowsOf = new Map<number, number>(); // by width

    function rowsPerRun(length: number): number {
        const ready = rowsOf.get(length);
        if (ready !== undefined) return ready;
        const most = Math.max(1, Math.floor(tokensPerRun[runtime.memory] / length));
        const rows = roomFor === null ? most : sequencesThatFit(most, roomFor(length));
        rowsOf.set(length, rows);
        return rows;
    }

    async function graphFor(shape: BranchShape): Promise<BoundGraph> {
        const key = `${shape.length} ${shape.scored}`;
        const ready = graphs.get(key);
        if (ready !== undefined) {
            graphs.delete(key);
            graphs.set(key, ready);
            return ready;
        }
        if (roomFor !== null && graphs.size >= readingGraphs) {
            const [longestAgo, unneeded] = graphs.entries().next().value!;
            unneeded.release();
            graphs.delete(longestAgo);
        }
        const graph = await bindGraph(runtime, branchScoreGraph(config, shape), { inputs: weights, outputs: {} });
        graphs.set(key, graph);
        return graph;
    }

    /** Adds each token's log-probability to the sum of its sequence. */
    async function run(rows: readonly BatchRow[], length: number, sums: Float64Array): Promise<void> {
        const batch = rowsPerRun(length);
        const wanted = rows.reduce((sum, row) => sum + row.scored.length, 0);
        const share = Math.ceil((batch * length) / scoredShares);
        const shape = { batch, length, scored: Math.min(Math.ceil(wanted / share) * share, batch * length) };
        const { ids, positions, branches, sources, taken } = emptyInputs(shape);
        const owners: (readonly number[])[] = [];
        rows.forEach((row, at) => {
            const start = at * length;
            ids.set(row.ids, start);
            positions.set(row.positions, start);
            branches.set(row.branches, start);
            for (const { source, token, sequences } of row.scored) {
                sources[owners.length] = start + source;
                taken[owners.length] = token;
                owners.push(sequences);
            }
        });
        const inputs = { ids, positions, branches, sources, taken };
        const { logprobs } = await withinMemory(`reading ${batch} × ${length} tokens`, null, async () => {
            const graph = await graphFor(shape);
            return graph.run(inputs);
        });
        const values = logprobs!.read() as Float32Array;
        owners.forEach((sequences, i) => {
            for (const sequence of sequences) sums[sequence]! += values[i]!;
        });
    }

    /** Rows of similar length together. */
    async function runAll(rows: readonly BatchRow[], sums: Float64Array): Promise<void> {
        for (const [length, alike] of Map.groupBy(
            rows.filter(({ scored }) => scored.length > 0),
            (row) => widthFor(row.ids.length),
        )) {
            const batch = rowsPerRun(length);
            for (let from = 0; from < alike.length; from += batch)
                await run(alike.slice(from, from + batch), length, sums);
        }
    }

    return {
        async score(groups) {
            const sums = new Float64Array(groups.reduce((sum, group) => sum + group.length, 0));
            const rows: BatchRow[] = [];
            let first = 0;
            for (const group of groups) {
                rows.push(rowOf(group, first));
                first += group.length;
            }
            await runAll(rows, sums);
            let next = 0;
            return groups.map((group) => group.map(() => sums[next++]!));
        },
        async scoreTokens(sequences) {
            const scored = sequences.map(({ ids, from }) => Math.max(0, ids.length - Math.max(1, from)));
            const logprobs = new Float64Array(scored.reduce((sum, count) => sum + count, 0));
            let first = 0;
            const ends = scored.map((count) => (first += count));
            const rows = sequences.map((sequence, i) => rowByToken(sequence, ends[i]! - scored[i]!));
            await runAll(rows, logprobs);
            return ends.map((end, i) => logprobs.slice(end - scored[i]!, end));
        },
        release() {
            for (const graph of graphs.values()) graph.release();
        },
    };
}

interface ScoredToken {
    readonly token: number;
    /** Index in the row of the token before it. */
    readonly source: number;
    /** The sequences whose sums include it. */
    readonly sequences: readonly number[];
}

/** One group of sequences as laid out in a run. */
interface BatchRow {
    readonly ids: readonly number[];
    readonly positions: readonly number[];
    readonly branches: readonly number[];
    readonly scored: readonly ScoredToken[];
}

/** The shared beginning, then each sequence's own tokens. A scored token of the beginning counts for every sequence. */
function rowOf(group: readonly Sequence[], first: number): BatchRow {
    const shared = sharedLength(group);
    const beginning = Array.from({ length: shared }, (_, at) => group[0]!.ids[at]!);
    const ids = [...beginning];
    const positions = beginning.map((_, at) => at);
    const branches = beginning.map(() => 0);
    const scored: ScoredToken[] = [];
    const score = (source: number, token: number, at: number, sequences: readonly number[]): void => {
        const asked = sequences.filter((which) => at >= Math.max(1, group[which]!.from));
        if (asked.length > 0) scored.push({ source, token, sequences: asked.map((which) => first + which) });
    };
    const all = [...group.keys()];
    beginning.forEach((token, at) => score(at - 1, token, at, all));
    group.forEach((sequence, which) => {
        for (let at = shared; at < sequence.ids.length; at++) {
            const token = sequence.ids[at]!;
            score(at === shared ? shared - 1 : ids.length - 1, token, at, [which]);
            ids.push(token);
            positions.push(at);
            branches.push(which + 1);
        }
    });
    return { ids, positions, branches, scored };
}

/** One sequence, each of whose scored tokens has a sum of its own. */
function rowByToken({ ids, from }: Sequence, first: number): BatchRow {
    const own = Array.from(ids);
    const begin = Math.max(1, from);
    return {
        ids: own,
        positions: own.map((_, at) => at),
        branches: own.map(() => 0),
        scored: own.slice(begin).map((token, i) => ({ token, source: begin + i - 1, sequences: [first + i] })),
    };
}

function sharedLength(group: readonly Sequence[]): number {
    const [first, ...others] = group;
    if (first === undefined) return 0;
    let length = 0;
    while (
        length < first.ids.length &&
        others.every(({ ids }) => length < ids.length && ids[length] === first.ids[length])
    )
        length++;
    return length;
}

function widthFor(length: number): number {
    return widths.find((width) => width >= length) ?? Math.ceil(length / widestStep) * widestStep;
}

/** Padding attends only to itself; unused entries score token 0 after the first token and are ignored. */
function emptyInputs({
    batch,
    length,
    scored,
}: BranchShape): Record<'ids' | 'positions' | 'branches' | 'sources' | 'taken', Int32Array> {
    return {
        ids: new Int32Array(batch * length),
        positions: new Int32Array(batch * length),
        branches: new Int32Array(batch * length).fill(-1),
        sources: new Int32Array(scored),
        taken: new Int32Array(scored),
    };
}
