/** Sweeps of a data folder: runs that belong together, what was measured of them, and what feedback was worth. */
import type { Counting } from '../../../../shared/benchmarks/counting.ts';
import { badInput } from '../../../../shared/faults.ts';
import type { MeasuredEquivalents, MeasuredSeries } from '../../../../shared/benchmarks/sweep.ts';
import { findRun, listRuns } from '../../../store/home/workshop.ts';
import { seriesOf } from './checkpoint-series.ts';
import { equivalentsOf, hasCurve } from './equivalents.ts';
import { measureSweep } from './sweep.ts';
import type { MeasuredSweep } from './swept.ts';
import { openHome, type OpenHome } from '../../sources/home.ts';
import { keptRun, type KeptRun } from '../../sources/kept-checkpoints.ts';

/** What was measured of the checkpoints of these runs, by whatever measured two of them alike. */
export function seriesOfRuns(typed: readonly string[], counting: Counting): readonly MeasuredSeries[] {
    const home = openHome();
    try {
        return measured(home, keptRunsNamed(home, typed), counting).map(seriesOf);
    } finally {
        home.close();
    }
}

/**
 * Feedback's worth in reading. Of a run of pretraining all learning that began with one of its checkpoints, of a
 * learning run the pretraining that it began with.
 * @throws bad input where nothing learned from one of these checkpoints
 */
export function equivalentsOfRuns(typed: readonly string[], counting: Counting): readonly MeasuredEquivalents[] {
    const home = openHome();
    try {
        const family = familyOf(home, keptRunsNamed(home, typed));
        if (!family.some(({ kind }) => kind === 'learn'))
            throw badInput(
                'No run learned from feedback from one of these checkpoints, so there is nothing to look up; nothing was counted. Let one learn from them.',
            );
        return equivalentsIn(measured(home, family, counting));
    } finally {
        home.close();
    }
}

/**
 * By every measure that has a curve of reading; the others are named beside the first of them.
 * @throws bad input where none has one
 */
function equivalentsIn(sweeps: readonly MeasuredSweep[]): readonly MeasuredEquivalents[] {
    const [first, ...others] = sweeps.filter(hasCurve).map(equivalentsOf);
    if (first === undefined) return sweeps.map(equivalentsOf); // which says why there is none
    const without = sweeps.filter((each) => !hasCurve(each)).map(({ measure }) => measure.name);
    if (without.length === 0) return [first, ...others];
    const remark = `Not looked up, since fewer than two checkpoints that only read were measured by it: ${without.join(', ')}.`;
    return [{ ...first, measure: { ...first.measure, remarks: [...first.measure.remarks, remark] } }, ...others];
}

/** What these runs kept. @throws bad input for one that is not there */
export function keptRunsNamed(home: OpenHome, typed: readonly string[]): readonly KeptRun[] {
    return typed.map((run) => keptRun(findRun(home, run, home.clock())));
}

/** @throws bad input where nothing was measured of two checkpoints */
function measured(home: OpenHome, runs: readonly KeptRun[], counting: Counting): readonly MeasuredSweep[] {
    const sweeps = measureSweep(home.home, runs, counting, home.clock);
    if (sweeps.length > 0) return sweeps;
    throw badInput(
        'Fewer than two checkpoints of these runs were measured alike, so there is no series; nothing was counted. Evaluate them all first.',
    );
}

/** Those named, and what they began with or what began with them where only one side is named. */
function familyOf(home: OpenHome, named: readonly KeptRun[]): readonly KeptRun[] {
    const kinds = new Set(named.map(({ kind }) => kind));
    if (kinds.size > 1) return named;
    const all = listRuns(home, home.clock()).flatMap((run) =>
        run.kind === 'run' && !kinds.has(run.summary.kind) ? [keptRun(run.folder)] : [],
    );
    const related = (one: KeptRun, other: KeptRun): boolean =>
        one.kind === 'learn' ? beganWith(one, other) : beganWith(other, one);
    return [...named, ...all.filter((other) => named.some((one) => related(one, other)))];
}

function beganWith(learning: KeptRun, pretraining: KeptRun): boolean {
    const parents = new Set(learning.checkpoints.flatMap((checkpoint) => checkpoint.parents));
    return pretraining.checkpoints.some(({ digest }) => parents.has(digest));
}
