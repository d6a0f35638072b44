/** Everything that was measured of the checkpoints of runs, measure by measure. */
import type { Counting } from '../../../../shared/benchmarks/counting.ts';
import { hasBenchmarks, openBenchmarks } from '../../../store/home/benchmarks.ts';
import { openCheckpointEvaluations } from '../../../store/home/checkpoint-evaluations.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import type { KeptRun } from '../../sources/kept-checkpoints.ts';
import { taskSweeps } from './benchmarks.ts';
import { ratedSweep } from './stories.ts';
import type { MeasuredSweep, SweepCheckpoint } from './swept.ts';

/** Everything that was measured of at least two of the checkpoints. */
export function measureSweep(
    home: string,
    runs: readonly KeptRun[],
    counting: Counting,
    clock: Clock,
): readonly MeasuredSweep[] {
    const checkpoints = runs.flatMap((run) => run.checkpoints.map((checkpoint) => ({ ...checkpoint, run })));
    if (!hasBenchmarks(home)) return ownSweep(checkpoints);
    const record = openBenchmarks(home, clock, { readonly: true });
    const kept = openCheckpointEvaluations(home, { readonly: true });
    try {
        const byTeacher = ratedSweep(checkpoints, kept);
        return [...(byTeacher === null ? [] : [byTeacher]), ...taskSweeps(checkpoints, record, counting)];
    } finally {
        record.close();
        kept.close();
    }
}

/** Nothing was read or evaluated outside of a run: only what runs recorded of themselves. */
function ownSweep(checkpoints: readonly SweepCheckpoint[]): readonly MeasuredSweep[] {
    const own = ratedSweep(checkpoints, null);
    return own === null ? [] : [own];
}
