/** What learning runs recorded of every update, as figures draw it. */
import { bestTotal, type Criterion } from '../../../../shared/ratings/rubric.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { knownCriteria, runTeacher } from '../../../store/run/ratings/ratings.ts';
import { scoreLevels, type ScoreLevel } from '../../../store/run/ratings/score-levels.ts';
import { updatesAfter, type RecordedUpdate } from '../../../store/run/updates.ts';
import type { KeptRun } from '../../sources/kept-checkpoints.ts';

export interface RunCurves {
    readonly name: string;
    readonly teacher: string;
    readonly criteria: readonly Criterion[];
    readonly most: number;
    /** Words read before feedback. */
    readonly startWords: number;
    readonly updates: readonly RecordedUpdate[];
    readonly levels: readonly ScoreLevel[];
}

/** Null for a run of pretraining, and for one that has not learned yet. */
export function curvesOf(run: KeptRun): RunCurves | null {
    if (run.kind !== 'learn') return null;
    const db = openRunDatabase(run.folder.database, { readonly: true });
    try {
        const updates: RecordedUpdate[] = [];
        for (;;) {
            const page = updatesAfter(db, updates.at(-1)?.id ?? 0);
            if (page.length === 0) break;
            updates.push(...page);
        }
        const criteria = knownCriteria(db);
        if (updates.length === 0) return null;
        return {
            name: run.name,
            teacher: runTeacher(db)?.name ?? 'nobody known',
            criteria,
            most: bestTotal(criteria),
            startWords: run.checkpoints[0]?.words ?? 0,
            updates,
            levels: scoreLevels(db),
        };
    } finally {
        db.close();
    }
}
