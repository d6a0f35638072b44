/** Everything that was measured of the checkpoints of runs, measure by measure. */
import type { Counting } from '../../../shared/benchmark-counting.ts';
import { openBenchmarks } from '../../store/home/benchmarks.ts';
import { openCheckpointEvaluations } from '../../store/home/checkpoint-evaluations.ts';
import type { Clock } from '../../store/connection/lease.ts';
import type { KeptRun } from '../sources/kept-checkpoints.ts';
import { taskSweeps } from './sweep-benchmarks.ts';
import { ratedSweep } from './sweep-stories.ts';
import type { MeasuredSweep } from './swept.ts';

/** Everything that was measured of at least two of the checkpoints. */
export function measureSweep(
    home: string,
    runs: readonly KeptRun[],
    counting: Counting,
    clock: Clock,
): readonly MeasuredSweep[] {
    const checkpoints = runs.flatMap((run) => run.checkpoints.map((checkpoint) => ({ ...checkpoint, run })));
    const record = openBenchmarks(home, clock);
    const kept = openCheckpointEvaluations(home);
    try {
        const byTeacher = ratedSweep(checkpoints, kept);
        return [...(byTeacher === null ? [] : [byTeacher]), ...taskSweeps(checkpoints, record, counting)];
    } finally {
        record.close();
        kept.close();
    }
}
