/** The agreement report as its page shows it: one teacher against people's mean, by criterion. */
import {
    peoplesMean,
    sumOfCriteria,
    type AgreementReport,
    type AlphaAgreement,
    type Confusion,
    type LengthAgreement,
    type Measured,
    type PairAgreement,
    type PairStatistic,
    type ReportRater,
    type StageTrend,
} from '../../../shared/ratings/agreement.ts';
import { teacherName } from '../../../shared/ratings/teacher-names.ts';
import { measured } from '../../../shared/text/numbers.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';

export interface AgreementLine {
    readonly id: string;
    readonly name: string;
    /** Which criterion, from 0: chooses hue and marker. Null: the sum. */
    readonly index: number | null;
    readonly pair: PairAgreement | null;
    readonly ceiling: Measured | null;
    /** The teacher's κ on equal terms with one person, to be held beside the ceiling. */
    readonly asOnePerson: Measured | null;
    readonly alpha: { readonly people: AlphaAgreement | null; readonly all: AlphaAgreement | null };
    /** Everybody who rated stories twice without knowing, against himself. */
    readonly retests: readonly PairAgreement[];
    readonly length: LengthAgreement | null;
    readonly confusion: Confusion | null;
    readonly trend: StageTrend | null;
}

export const notThere = 'n/a';

export function teachersOf({ raters }: AgreementReport): readonly string[] {
    return raters.filter(({ kind }) => kind === 'teacher').map(({ id }) => id);
}

/** In the rubric's order, the sum at the end. */
export function agreementLines(
    { criteria: reported }: AgreementReport,
    criteria: readonly Criterion[],
    teacher: string | null,
): readonly AgreementLine[] {
    return reported.map(({ criterion, pairs, ceiling, asOnePerson, retests, alpha, confusions, lengths, trends }) => {
        const index = criteria.findIndex(({ id }) => id === criterion);
        const isTrial = ({ raters: [a, b] }: PairAgreement | Confusion): boolean => a === peoplesMean && b === teacher;
        return {
            id: criterion,
            name: criterion === sumOfCriteria ? 'Sum' : (criteria[index]?.name ?? criterion),
            index: index === -1 ? null : index,
            pair: pairs.find(isTrial) ?? null,
            ceiling: ceiling?.qwk ?? null,
            asOnePerson: asOnePerson.find((each) => each.teacher === teacher)?.qwk ?? null,
            alpha,
            retests,
            length: lengths.find((each) => each.teacher === teacher) ?? null,
            confusion: confusions.find(isTrial) ?? null,
            trend: trends.find((trend) => trend.teacher === teacher) ?? null,
        };
    });
}

/** ".72", "−.05", "1.00": as statistics are printed. */
export function statistic(value: number | null): string {
    if (value === null) return notThere;
    const text = Math.abs(value).toFixed(2);
    const size = text.startsWith('0') ? text.slice(1) : text;
    return value < 0 && Number(text) !== 0 ? `−${size}` : size;
}

/** "[.63, .79]"; nothing where there is no interval. */
export function interval({ low, high }: Measured): string {
    return low === null || high === null ? '' : `[${statistic(low)}, ${statistic(high)}]`;
}

/** "[0.55, 0.81]": of points of a score, of which there may be more than 1. */
export function pointsInterval({ low, high }: Measured): string {
    return low === null || high === null ? '' : `[${measured(low)}, ${measured(high)}]`;
}

/** "+0.17" */
export function signed(value: number | null): string {
    if (value === null) return notThere;
    const text = Math.abs(value).toFixed(2);
    if (Number(text) === 0) return text;
    return `${value > 0 ? '+' : '−'}${text}`;
}

/** Does the interval leave 0 out? */
export function isApart({ low, high }: Measured): boolean {
    return low !== null && high !== null && (low > 0 || high < 0);
}

/** The axis of κ: from 0, or from the tenth below the lowest number shown, to 1. */
export function kappaFrom(lines: readonly AgreementLine[]): number {
    const all = lines.flatMap(({ pair, ceiling }) => {
        const qwk = pair?.statistics.qwk;
        return [qwk?.value, qwk?.low, ceiling?.value].filter((each) => typeof each === 'number');
    });
    return Math.max(-1, Math.min(0, Math.floor(5 * Math.min(0, ...all)) / 5));
}

/** The axis of κ over the stages: to 1, from 0 or the half below the lowest bound. */
export function kappaTicks(trends: readonly StageTrend[]): readonly number[] {
    const lowest = Math.min(0, ...trends.flatMap(({ stages }) => stages.map(({ qwk }) => qwk.low ?? qwk.value ?? 0)));
    const from = Math.max(-2, Math.floor(lowest / 0.5));
    return Array.from({ length: 2 - from + 1 }, (_, i) => (from + i) * 0.5);
}

/** The axis of bias in whole and half points, wide enough for every interval. */
export function biasTicks(trends: readonly StageTrend[]): readonly number[] {
    const sizes = trends.flatMap(({ stages }) =>
        stages.flatMap(({ bias }) => [bias.low ?? bias.value ?? 0, bias.high ?? bias.value ?? 0]),
    );
    const step = Math.max(...sizes.map(Math.abs), 0) > 2 ? 1 : 0.5;
    const low = Math.floor(Math.min(0, ...sizes) / step);
    const high = Math.ceil(Math.max(0, ...sizes) / step);
    const last = low === high ? high + 1 : high;
    return Array.from({ length: last - low + 1 }, (_, i) => (low + i) * step);
}

export const statisticNames: readonly (readonly [PairStatistic, string])[] = [
    ['qwk', 'κ, quadratic weights'],
    ['kappa', 'κ, unweighted'],
    ['spearman', 'Spearman’s ρ'],
    ['kendall', 'Kendall’s τ-b'],
    ['bias', 'bias'],
    ['exact', 'exact'],
    ['within1', 'within 1'],
];

/** Shares in per cent, bias with its sign, the rest as statistics are printed; with its interval. */
export function printed(name: PairStatistic, found: Measured): readonly [value: string, interval: string] {
    const { value, low, high } = found;
    if (value === null) return [notThere, ''];
    if (name === 'bias') return [signed(value), pointsInterval(found)];
    if (name !== 'exact' && name !== 'within1') return [statistic(value), interval(found)];
    const percent = (share: number): string => (100 * share).toFixed(0);
    return [`${percent(value)} %`, low === null || high === null ? '' : `[${percent(low)}, ${percent(high)}]`];
}

export interface RaterRow {
    readonly name: string;
    /** The same with whole ids of teachers. */
    readonly title: string;
    /** What the rater is held against. */
    readonly against: 'people’s mean' | 'mean of the others' | 'one another';
    /** By criterion, in the order of the report. */
    readonly pairs: readonly (PairAgreement | null)[];
}

/** Teachers and people side by side, each against the people's mean, then every pair of people and of teachers. */
export function raterRows({ raters, criteria }: AgreementReport): readonly RaterRow[] {
    const pairsOf = (a: string, b: string): readonly (PairAgreement | null)[] =>
        criteria.map(({ pairs }) => pairs.find(({ raters: [x, y] }) => x === a && y === b) ?? null);
    const teachers = raters.filter(({ kind }) => kind === 'teacher').map(({ id }) => id);
    const nameOf = ({ id, kind }: ReportRater): string => (kind === 'teacher' ? teacherName(id, teachers) : id);
    const held = (['teacher', 'person'] as const).flatMap((wanted) =>
        raters
            .filter(({ kind }) => kind === wanted)
            .map((rater): RaterRow => {
                const { id, kind } = rater;
                const against = kind === 'teacher' ? 'people’s mean' : 'mean of the others';
                return { name: nameOf(rater), title: id, against, pairs: pairsOf(peoplesMean, id) };
            }),
    );
    const together = raters.flatMap((a, i) =>
        raters
            .slice(i + 1)
            .filter(({ kind }) => kind === a.kind)
            .map((b): RaterRow => ({
                name: `${nameOf(a)} and ${nameOf(b)}`,
                title: `${a.id} and ${b.id}`,
                against: 'one another',
                pairs: pairsOf(a.id, b.id),
            })),
    );
    return [...held, ...together].filter(({ pairs }) => pairs.some((pair) => pair !== null));
}
