/**
 * What a student knows of grammar, with what it likes to say left out. A student that comes to prefer "was" gets more
 * pairs right in which "was" is right, and fewer of their mirror images in which "were" is: its score moves, and it
 * knows as much as before. The sum over a pair and its mirror image does not move with such a preference:
 * log P(was | one) − log P(were | one) + log P(were | many) − log P(was | many), as sensitivity stands apart from bias
 * in the theory of signal detection.
 */
import type { ScoredItem } from '../../shared/benchmarks/benchmarks.ts';
import type { MirroredEvidence } from '../../shared/benchmarks/results.ts';
import type { RandomStream } from '../learning/random.ts';
import { intervalOf, resampleStrata, type Cells, type Unit } from './statistics/strata.ts';

/** Columns of a frame, nats a pair. */
const [early, late] = [0, 1] as const;

/**
 * Means over phenomena of the frames that both readings hold whole; the interval is of frames drawn anew within their
 * phenomena. Null where there is no frame.
 * @param before pairs of a battery in which 2k and 2k + 1 mirror each other
 */
export function mirroredEvidence(
    before: readonly ScoredItem[],
    after: readonly ScoredItem[],
    random: RandomStream,
): MirroredEvidence | null {
    const [then, now] = [evidenceByFrame(before), evidenceByFrame(after)];
    const frames = [...then].filter(([frame]) => now.has(frame));
    if (frames.length === 0) return null;
    const phenomena = [...new Set(frames.map(([, { phenomenon }]) => phenomenon))];
    const units = frames.map(([frame, { phenomenon, nats }]): Unit => ({
        stratum: phenomenon,
        items: [{ cell: phenomena.indexOf(phenomenon), values: [nats, now.get(frame)!.nats] }],
    }));
    const measure = (cells: Cells): readonly number[] => {
        const of = (column: number): number =>
            phenomena.reduce((sum, _, cell) => sum + cells.sums[column]![cell]! / cells.items[cell]!, 0) /
            phenomena.length;
        return [of(early), of(late), of(late) - of(early)];
    };
    const { measured, drawn } = resampleStrata(units, phenomena.length, 2, measure, random);
    return {
        before: measured[0]!,
        now: measured[1]!,
        difference: measured[2]!,
        interval: intervalOf(drawn[2]!),
    };
}

/** Of every frame whose two pairs were both read: nats a pair. */
function evidenceByFrame(
    scored: readonly ScoredItem[],
): ReadonlyMap<string, { readonly phenomenon: string; readonly nats: number }> {
    const margins = new Map<string, { phenomenon: string; margins: number[] }>();
    for (const { item, logprobs } of scored) {
        const frame = `${item.uid} ${Math.floor(item.index / 2)}`;
        const known = margins.get(frame) ?? { phenomenon: item.uid, margins: [] };
        known.margins.push(logprobs[0]! - logprobs[1]!);
        margins.set(frame, known);
    }
    return new Map(
        [...margins]
            .filter(([, frame]) => frame.margins.length === 2)
            .map(([frame, { phenomenon, margins: both }]) => [frame, { phenomenon, nats: (both[0]! + both[1]!) / 2 }]),
    );
}
