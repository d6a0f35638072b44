/** What the guard of a run found, counted as a benchmark is, each reading against the first. */
import { setImmediate } from 'node:timers/promises';
import { presetCounting } from '../../../../shared/benchmarks/counting.ts';
import type { BenchmarkTask, ScoredItem } from '../../../../shared/benchmarks/benchmarks.ts';
import type { MirroredEvidence, TaskChange } from '../../../../shared/benchmarks/results.ts';
import { paidForLook } from '../../../../shared/findings/guard-words.ts';
import type { GuardPhenomenon, GuardPoint, GuardReport } from '../../../../shared/views/guard.ts';
import { compareTask } from '../../../benchmarks/comparison.ts';
import { countTask } from '../../../benchmarks/count-tasks.ts';
import { isOwnBattery } from '../../../benchmarks/grammar/battery.ts';
import { holm } from '../../../benchmarks/statistics/significance.ts';
import { RandomStream } from '../../../learning/random.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { guardReadings, guardScores, type GuardReading } from '../../../store/run/guard.ts';

/** Ties count half, nothing is rounded: this is no number of the challenge. */
const counting = presetCounting('fair');
const random = (): RandomStream => new RandomStream(42, 'guard'); // the same readings always give the same numbers

/** A reading with all that is said of it. A reading never changes, so it is counted once. */
interface Counted {
    readonly point: GuardPoint;
    readonly phenomena: readonly GuardPhenomenon[];
    readonly evidence: MirroredEvidence | null;
    readonly pairs: number;
}

/** Null where the guard has read nothing. */
export function guardReport(db: RunDatabase): GuardReport | null {
    const readings = comparable(db);
    return readings.length === 0
        ? null
        : reportOf(
              readings,
              readings.map((_, look) => countReading(db, readings, look)),
          );
}

/** Of the run in this database. */
export function guardReportOf(database: string): GuardReport | null {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return guardReport(db);
    } finally {
        db.close();
    }
}

/**
 * The same for whoever must answer others meanwhile. Counts only readings that `known` does not hold, and adds them.
 */
export async function guardReportAside(database: string, known: Map<string, Counted>): Promise<GuardReport | null> {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const readings = comparable(db);
        const all: Counted[] = [];
        for (const [look, { id }] of readings.entries()) {
            const key = `${readings[0]!.id} ${id}`;
            if (!known.has(key)) await setImmediate();
            const found = known.get(key) ?? countReading(db, readings, look);
            known.set(key, found);
            all.push(found);
        }
        return readings.length === 0 ? null : reportOf(readings, all);
    } finally {
        db.close();
    }
}

/** What a backend keeps of the readings that it has counted. */
export type CountedReadings = Map<string, Counted>;

/** The readings of the battery that was read last. */
function comparable(db: RunDatabase): readonly GuardReading[] {
    const readings = guardReadings(db);
    return readings.filter(({ battery }) => battery === readings.at(-1)!.battery);
}

function reportOf(readings: readonly GuardReading[], all: readonly Counted[]): GuardReport {
    const { battery } = readings[0]!;
    const newest = all.at(-1)!;
    return {
        battery,
        isOwn: isOwnBattery(battery),
        pairs: newest.pairs,
        chance: 50,
        points: all.map(({ point }) => point),
        phenomena: newest.phenomena,
        evidence: newest.evidence,
    };
}

/** @param look place among the readings: 0 is the first, which the others are held against */
function countReading(db: RunDatabase, readings: readonly GuardReading[], look: number): Counted {
    const { id, update, inputWords, seconds, battery } = readings[look]!;
    const task = isOwnBattery(battery) ? 'grammar' : 'zorro'; // how pairs are drawn together for an interval
    const scored = scoredItems(db, id, task);
    const { score, interval } = countTask(task, scored, counting, random())[0]!;
    const whole = { update, inputWords, seconds, score: score!, interval };
    const none = { phenomena: [], evidence: null };
    if (look === 0) return { point: { ...whole, change: null }, ...none, pairs: scored.length };
    const first = scoredItems(db, readings[0]!.id, task);
    const [change] = compareTask(task, first, scored, counting, random());
    const p = paidForLook(change!.test!.p, look);
    return {
        point: { ...whole, change: { difference: change!.difference, interval: change!.interval, p } },
        phenomena: phenomenaOf(change!, look),
        evidence: change!.evidence,
        pairs: scored.length,
    };
}

function phenomenaOf({ groups }: TaskChange, look: number): readonly GuardPhenomenon[] {
    const named = groups.filter(({ by }) => by === 'uid');
    const adjusted = holm(named.map(({ test }) => test!.p));
    return named.map(({ name, items, before, after, difference, interval }, i) => ({
        name,
        pairs: items,
        before,
        now: after,
        difference,
        interval,
        p: paidForLook(adjusted[i]!, look),
    }));
}

function scoredItems(db: RunDatabase, reading: number, task: BenchmarkTask): readonly ScoredItem[] {
    return guardScores(db, reading).map(({ phenomenon, number, good, bad, logprobs }) => ({
        item: {
            task,
            uid: phenomenon,
            index: number,
            labels: {},
            human: {},
            texts: [good, bad].map((text) => ({ kind: 'span', text, from: 0 })),
        },
        logprobs,
    }));
}
