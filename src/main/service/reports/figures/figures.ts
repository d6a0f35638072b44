/** The paper's figures from one's own runs, as charts with their numbers. */
import type { Counting } from '../../../../shared/benchmarks/counting.ts';
import type { DrawnFigures } from '../../../../shared/views/benchmarks.ts';
import { badInput, FaultError } from '../../../../shared/faults.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import { readPublished } from './published.ts';
import { curvesOf } from './run-curves.ts';
import { benchmarkBars, equivalenceCharts } from './sweep-figures.ts';
import { dynamics, entropy, phase, shares, surface } from './update-figures.ts';
import { openHome } from '../../sources/home.ts';
import { equivalentsOfRuns, keptRunsNamed, seriesOfRuns } from '../sweep/sweeps.ts';

/**
 * @param published a file of published numbers, shown beside ours; null: none
 * @throws bad input where the runs had different teachers
 */
export function figuresOfRuns(typed: readonly string[], counting: Counting, published: string | null): DrawnFigures {
    const beside = published === null ? null : readPublished(published);
    const home = openHome();
    try {
        const runs = keptRunsNamed(home, typed).flatMap((run) => curvesOf(run) ?? []);
        const teachers = new Set(runs.map(({ teacher, most }) => `${teacher} ${most}`));
        if (teachers.size > 1)
            throw badInput(
                'These runs had different teachers, whose scores share no axis; nothing was drawn. Draw them one teacher at a time.',
            );
        const remarks: string[] = [];
        const orSaid = <Found>(what: string, measured: () => readonly Found[]): readonly Found[] => {
            try {
                return measured();
            } catch (error) {
                if (!(error instanceof FaultError) || error.fault.kind !== 'bad-input') throw error;
                remarks.push(`${what}: ${error.fault.message}`);
                return [];
            }
        };
        const known = runs.filter(({ startWords }) => startWords > 0);
        if (runs.length > known.length)
            remarks.push(
                `Surface: of ${counted(runs.length - known.length, 'run')} nobody knows how much its student had read.`,
            );
        const ofUpdates =
            runs.length === 0
                ? []
                : [
                      dynamics(runs),
                      ...(known.length === 0 ? [] : [surface(known)]),
                      ...[phase(runs, beside), shares(runs), entropy(runs, beside)],
                  ];
        if (runs.length === 0) remarks.push('No run of these learned from feedback, so none can be followed.');
        const equivalents = orSaid('Equivalence', () => equivalentsOfRuns(typed, counting));
        const bars = benchmarkBars(
            orSaid('Benchmarks', () => seriesOfRuns(typed, counting)),
            beside,
        );
        return {
            charts: [...ofUpdates, ...equivalenceCharts(equivalents, beside), ...(bars === null ? [] : [bars])],
            remarks,
        };
    } finally {
        home.close();
    }
}
