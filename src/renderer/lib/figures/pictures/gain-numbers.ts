/** The numbers behind the figure of gains, as a table: runs, means of settings, and how much more the best gained. */
import type { Interval } from '../../../../shared/findings/gain-words.ts';
import type { GainsMeasured, RunsGains } from '../../../../shared/views/runs.ts';
import type { GainRow } from './gains-picture.ts';

interface TableNames {
    /** Of all settings, and of all runs. */
    readonly settings: readonly string[];
    readonly runs: readonly string[];
    readonly teacher: string;
}
interface RowNames {
    readonly row: 'run' | 'setting' | 'difference';
    readonly run: string;
    readonly setting: string;
    readonly seed: GainRow['seed'];
}
type NumberRow = Readonly<Record<string, string | number | null>>;
type PairScores = Pick<NonNullable<GainRow['gained']>, 'pairs' | 'before' | 'after'>;

/** @param rows the settings that one teacher rated, and their runs */
export function gainNumbers(
    { settings, verdicts }: Pick<RunsGains, 'settings' | 'verdicts'>,
    rows: readonly GainRow[],
    named: TableNames,
): readonly NumberRow[] {
    const own = new Set(rows.map(({ setting }) => setting));
    const hasControl = rows.some(({ gained }) => (gained?.overControl ?? null) !== null);
    const line = (
        what: Pick<RowNames, 'row' | 'setting'> & Partial<RowNames>,
        scores: PairScores | null,
        gained: GainsMeasured,
    ): NumberRow => ({
        row: what.row,
        run: what.run ?? null,
        setting: what.setting,
        seed: what.seed ?? null,
        teacher: named.teacher,
        pairs: scores?.pairs ?? null,
        ...numbersOf('before', scores?.before ?? null),
        ...numbersOf('after', scores?.after ?? null),
        ...numbersOf('gain', gained.total),
        ...numbersOf('gain_at_equal_length', gained.atEqualLength),
        ...(hasControl ? numbersOf('gain_over_control', gained.overControl) : {}),
    });
    const nameOf = (setting: number): string => named.settings[setting]!;
    return [
        ...rows.flatMap(({ run, gained, seed, setting }) =>
            run === null || gained === null
                ? []
                : [line({ row: 'run', run: named.runs[run]!, setting: nameOf(setting), seed }, gained, gained)],
        ),
        ...[...own].flatMap((setting) => {
            const { together } = settings[setting]!;
            return together === null ? [] : [line({ row: 'setting', setting: nameOf(setting) }, null, together)];
        }),
        ...verdicts
            .filter(({ best }) => own.has(best))
            .flatMap(({ best, measure, others }) =>
                others.map(({ setting, difference, allStories }) =>
                    line({ row: 'difference', setting: `${nameOf(best)} minus ${nameOf(setting)}` }, null, {
                        total: allStories,
                        atEqualLength: measure === 'at equal length' ? difference : null,
                        overControl: null,
                    }),
                ),
            ),
    ];
}

function numbersOf(name: string, interval: Interval | null): NumberRow {
    return {
        [name]: interval?.mean ?? null,
        [`${name}_low`]: interval?.low ?? null,
        [`${name}_high`]: interval?.high ?? null,
    };
}
