/**
 * One task's scores of several students, with the same scores on items drawn anew, all students on the same draw: from
 * that follow intervals of anything that is computed from several scores.
 */
import type { ScoredItem } from '../../shared/benchmarks/benchmarks.ts';
import type { Counting } from '../../shared/benchmarks/counting.ts';
import { bootstrap } from '../learning/statistics/bootstrap.ts';
import type { RandomStream } from '../learning/random.ts';
import { takesPart } from './counting/accuracy.ts';
import { isChoiceTask, layoutOf } from './counting/averages.ts';
import { choiceOf } from './counting/choices.ts';
import { measuredParts, type MeasuredPart } from './counting/measured-parts.ts';
import { unitsOf } from './counting/units.ts';
import type { CountedTask } from './count-tasks.ts';
import { pairItems } from './pair-items.ts';
import { resampleStrata } from './statistics/strata.ts';

export interface JointScores {
    readonly part: MeasuredPart['part'];
    /** (students) */
    readonly measured: readonly number[];
    /** (draws, students) */
    readonly drawn: readonly (readonly number[])[];
}

/**
 * Two for reading, one for every other task; none of what cannot be measured of every student.
 * @param students what each said of the same items. @throws bad input where the items differ
 */
export function jointScores(
    task: CountedTask,
    students: readonly (readonly ScoredItem[])[],
    counting: Counting,
    random: RandomStream,
): readonly JointScores[] {
    const [first, ...others] = students;
    if (first === undefined || first.length < 2) return [];
    const aligned = [first, ...others.map((scored) => inOrderOf(first, scored))];
    const stream = random.fork('joint', task);
    if (isChoiceTask(task)) {
        const taking = aligned.map((scored) => scored.filter(({ item }) => takesPart(item.labels, counting)));
        const items = taking[0]!.map(({ item }) => item);
        const layout = layoutOf(task, items, counting);
        const units = unitsOf(items, layout, (i) => taking.map((scored) => choiceOf(scored[i]!, counting).credit));
        const rows: number[][] = [];
        resampleStrata(
            units,
            layout.cells,
            taking.length,
            (cells) => {
                rows.push(taking.map((_, column) => layout.measure(cells, column)[0]!));
                return [];
            },
            stream,
        );
        return [{ part: null, measured: rows[0]!, drawn: rows.slice(1) }];
    }
    return measuredParts(task, counting).flatMap((part): JointScores[] => {
        const again = aligned.map((scored) => part.repeatedly(scored));
        const times = new Uint32Array(first.length);
        const rows: number[][] = [];
        const measure = (drawn: Uint32Array): readonly number[] | undefined => {
            times.fill(0);
            for (const row of drawn) times[row]!++;
            const scores = again.map((score) => score(times));
            if (scores.includes(undefined)) return undefined;
            rows.push(scores as number[]);
            return [];
        };
        const isMeasured = bootstrap(first.length, measure, { random: stream.fork(part.part ?? '') }) !== undefined;
        return isMeasured ? [{ part: part.part, measured: rows[0]!, drawn: rows.slice(1) }] : [];
    });
}

function inOrderOf(first: readonly ScoredItem[], scored: readonly ScoredItem[]): readonly ScoredItem[] {
    return pairItems(first, scored).map(({ item, after }) => ({ item, logprobs: after }));
}
