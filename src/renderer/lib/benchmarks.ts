/** Benchmarks in words and rows: what a result is called, how far it is, what its numbers are of. */
import {
    benchmarkNames,
    type GroupScore,
    type ResultInterval,
    type TaskScore,
} from '../../shared/benchmarks/results.ts';
import type { BenchmarkTask } from '../../shared/benchmarks/benchmarks.ts';
import type { CountingPreset } from '../../shared/benchmarks/counting.ts';
import type { MirroredEvidence } from '../../shared/benchmarks/results.ts';
import type { Passport } from '../../shared/passport/passport.ts';
import type { BenchmarkRow, ComparedTask } from '../../shared/views/benchmarks.ts';
import { signed } from '../../shared/text/numbers.ts';
import { count, counted, duration, measured, short } from './text/words.ts';

/** The sides from which a result is looked at, and the key of each. */
export const resultViews = [
    { view: 'scores', name: 'Scores', key: 's' },
    { view: 'comparison', name: 'Comparison', key: 'v' },
    { view: 'equivalence', name: 'Equivalence', key: 'q' },
    { view: 'figures', name: 'Figures', key: 'f' },
    { view: 'passport', name: 'Passport', key: 'o' },
] as const;
export type ResultView = (typeof resultViews)[number]['view'];

/** The runs that an address names; the result's own where it names none. */
export function runsIn(query: ReadonlyMap<string, string>, own: string | null): readonly string[] {
    const named = query.get('runs');
    if (named === undefined) return own === null ? [] : [own];
    return named.split('/').filter((run) => run !== '');
}

/** As an address holds them: no folder's name has a slash, and a lone one says that none is chosen. */
export const runsText = (runs: readonly string[]): string => (runs.length === 0 ? '/' : runs.join('/'));

/** “1 M, 2 M are missing; pretraining keeps each as it passes it.” */
export function missingWords(checkpoints: Passport['checkpoints']): string {
    if (checkpoints.length === 0) return 'none is prescribed for so little reading.';
    const missing = checkpoints.filter(({ folder }) => folder === null).map(({ words }) => `${words / 1e6} M`);
    if (missing.length === 0) return `all ${checkpoints.length} are there.`;
    return `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Pretraining keeps each as it passes it; to make up for one that is missing, pretrain again.`;
}

type Scale = TaskScore['scale'];

/** What a student is called: by its run's own name where that is known, with the checkpoint behind it. */
export function studentName({ name, run }: Pick<BenchmarkRow, 'name' | 'run'>, nameOfRun: string | undefined): string {
    const checkpoint = / · ([^·]*)$/u.exec(name)?.[1];
    if (run === null || nameOfRun === undefined) return name;
    return checkpoint === undefined ? nameOfRun : `${nameOfRun} · ${checkpoint}`;
}

export const partNames = { 'eye-tracking': 'eye movements', 'self-paced': 'self-paced' } as const;

export function taskTitle({ task, part }: Pick<TaskScore, 'task' | 'part'>): string {
    return part === null ? benchmarkNames[task] : `${benchmarkNames[task]}, ${partNames[part]}`;
}

/** What one item of a task is. */
const itemNouns: Readonly<Partial<Record<BenchmarkTask, string>>> = {
    entity_tracking: 'question',
    reading: 'word',
    aoa: 'context',
};

export function itemsOf(task: BenchmarkTask, items: number): string {
    return counted(items, itemNouns[task] ?? 'pair');
}

export const measureWords: Readonly<Record<TaskScore['measure'], string>> = {
    accuracy: '% right',
    'rank-correlation': '100 × Spearman’s ρ with people',
    'partial-r2': '100 × partial R² of reading times',
    correlation: '100 × Pearson’s r with children',
};

/** Digits as published: a correlation between −1 and 1 has three. */
export const scoreText = (value: number | null, scale: Scale): string =>
    value === null ? 'n/a' : measured(value, scale === 1 ? 3 : 1);

export function intervalText(interval: ResultInterval | null, scale: Scale): string {
    return interval === null ? '' : `[${scoreText(interval.low, scale)}, ${scoreText(interval.high, scale)}]`;
}

/** "50", "52.3" */
export const measuredShort = (value: number): string => measured(value, 1).replace(/\.0$/u, '');

/** "+5.8", "−0.1"; two digits where one would read 0.0. */
export function changeText(value: number): string {
    const text = signed(value, Math.abs(value) < 0.05 ? 2 : 1);
    return text === '0.00' ? '0' : text;
}

export function changeInterval(interval: ResultInterval | null): string {
    return interval === null ? '' : `[${changeText(interval.low)}, ${changeText(interval.high)}]`;
}

export function probability(p: number): string {
    if (p < 0.001) return '< 0.001';
    return p < 0.1 ? p.toFixed(3) : p.toFixed(2);
}

/** The parts by which a task can be looked at, in the order of the record. */
export function kindsOf(groups: readonly Pick<GroupScore, 'by'>[]): readonly string[] {
    return [...new Set(groups.map(({ by }) => by))];
}

const kindWords: Readonly<Record<string, string>> = {
    uid: 'paradigm',
    field: 'field',
    linguistics_term: 'phenomenon',
    phenomenon: 'phenomenon',
    context_type: 'type of context',
    context_contrast: 'contrast of contexts',
    target_contrast: 'contrast of targets',
    split: 'split',
    operations: 'number of operations',
    measure: 'measure',
};
/** What a kind of part is called; a paradigm of EWoK is a domain, one of COMPS or the supplement a file. */
export function kindName(task: BenchmarkTask, by: string): string {
    const own: Partial<Record<BenchmarkTask, string>> = {
        ewok: 'domain',
        comps: 'file',
        supplement: 'file',
        entity_tracking: 'split and operations',
    };
    return (by === 'uid' ? own[task] : undefined) ?? kindWords[by] ?? by;
}

/** The kind that says most with the fewest lines. */
export function firstKind(kinds: readonly string[]): string | null {
    const wanted = ['linguistics_term', 'phenomenon', 'operations', 'uid'];
    return wanted.find((kind) => kinds.includes(kind)) ?? kinds[0] ?? null;
}

/** An official name as a person reads it: `agreement_subject_verb-across_relative_clause`. */
export function groupName(by: string, name: string): string {
    if (by === 'operations') return counted(Number(name), 'operation');
    const parts = name.includes('_') ? name.replaceAll('-', ', ') : name; // but “s-selection” is one word
    return parts.replaceAll('_', ' ');
}

/** How much of a reading is recorded. */
export function readSoFar({ tasks }: Pick<BenchmarkRow, 'tasks'>): { readonly done: number; readonly of: number } {
    return {
        done: tasks.reduce((sum, { done }) => sum + done, 0),
        of: tasks.reduce((sum, { items }) => sum + items, 0),
    };
}

/** What a reading is at: "Zorro, 12,000 of 32,000 pairs". */
export function doingWords({ live, tasks }: Pick<BenchmarkRow, 'live' | 'tasks'>): string {
    if (live === null) return '';
    if (live.pauseAsked) return 'pausing after these items';
    const at = live.phase === 'reading benchmarks' ? tasks.find(({ task }) => task === live.task) : undefined;
    if (at === undefined) return live.phase === 'starting' ? 'looking through the folder' : live.phase;
    return `${benchmarkNames[at.task]}, ${count(at.done)} of ${itemsOf(at.task, at.items)}`;
}

export function timeLeft({ live }: Pick<BenchmarkRow, 'live'>): string {
    return live?.remaining && !live.pauseAsked ? `about ${duration(live.remaining)} to go` : '';
}

/** What a list says of a result below its name. */
export function rowWords(row: Pick<BenchmarkRow, 'tasks' | 'state' | 'live'>): string {
    const names = row.tasks.map(({ task }) => benchmarkNames[task]).join(', ');
    if (row.state === 'finished') return names;
    const { done, of } = readSoFar(row);
    if (of === 0) return 'nothing read yet';
    return `${names}: ${count(done)} of ${counted(of, 'item')}`;
}

/** Who read: "2.6M parameters, a context of 128 tokens, trained on 9.4M words". */
export function studentFacts({ student }: Pick<BenchmarkRow, 'student'>): string {
    if (student === null) return '';
    const words = student.words === null ? [] : [`trained on ${counted(student.words, 'word')}`];
    return [
        `${short(Number(student.parameters.toPrecision(2)))} parameters`,
        `a context of ${counted(student.context, 'token')}`,
        ...words,
    ].join(', ');
}

export function hasRead({ tasks }: Pick<BenchmarkRow, 'tasks'>, wanted: BenchmarkTask): boolean {
    return tasks.some(({ task, done }) => task === wanted && done > 0);
}

/** A remark, and what it is about. */
export function remarkOf(of: Pick<TaskScore, 'task' | 'part'>, remark: string): string {
    return `${taskTitle(of)}: ${remark}`;
}

interface Pair {
    readonly before: BenchmarkRow;
    readonly after: BenchmarkRow;
}
/** Which of two is the later one: learning comes after what it began with, and more words after fewer. */
export function towards(row: BenchmarkRow, other: BenchmarkRow, isSwapped: boolean): Pair {
    const [first, second] = [row, other].toSorted(
        (a, b) =>
            Number(a.run !== null) - Number(b.run !== null) ||
            (a.student?.words ?? 0) - (b.student?.words ?? 0) ||
            Number(/ · final$/u.test(a.name)) - Number(/ · final$/u.test(b.name)) ||
            a.createdAt - b.createdAt,
    ) as [BenchmarkRow, BenchmarkRow];
    return isSwapped ? { before: second, after: first } : { before: first, after: second };
}

/** Those that share a task with a result: first the ones on the very same folder, and among them those of its run. */
export function comparable(row: BenchmarkRow, rows: readonly BenchmarkRow[]): readonly BenchmarkRow[] {
    const shares = (other: BenchmarkRow): boolean =>
        other.tasks.some(({ task, done }) => done > 0 && task !== 'aoa' && row.tasks.some((own) => own.task === task));
    return rows
        .filter((other) => other.id !== row.id && shares(other))
        .toSorted(
            (a, b) =>
                Number(b.folder === row.folder) - Number(a.folder === row.folder) ||
                Number(b.run === row.run) - Number(a.run === row.run),
        );
}

/** Scores as rows of a table: tasks, and their parts below them. */
export function scoreRows(
    name: string,
    counting: CountingPreset,
    scores: readonly TaskScore[],
): readonly Readonly<Record<string, string | number | null>>[] {
    return scores.flatMap(({ task, part, measure, scale, groups, ...whole }) => {
        const shared = { student: name, counting, task, measured_by: part, measure, scale };
        const line = (
            by: string,
            group: string,
            { items, score, interval, chance, ties }: Omit<typeof whole, 'remarks'>,
        ): Record<string, string | number | null> => ({
            ...shared,
            part_by: by,
            part: group,
            items,
            score,
            chance,
            ties,
            low: interval?.low ?? null,
            high: interval?.high ?? null,
        });
        return [line('', '', whole), ...groups.map(({ by, name: group, ...of }) => line(by, group, of))];
    });
}

/** Changes as rows of a table; `p_holm` is of the tasks, or of the parts of the same kind. */
export function changeRows(
    names: { readonly before: string; readonly after: string },
    counting: CountingPreset,
    changes: readonly ComparedTask[],
): readonly Readonly<Record<string, string | number | boolean | null>>[] {
    return changes.flatMap(({ task, part, measure, scale, groups, sentence, evidence, ...whole }) => {
        const shared = { student_before: names.before, student_after: names.after, counting, task };
        const line = (
            by: string,
            group: string,
            { interval, test, ...of }: Omit<typeof whole, 'isBeyondChance'> & { readonly isBeyondChance: boolean },
            said: string | null,
        ): Record<string, string | number | boolean | null> => ({
            ...shared,
            measured_by: part,
            measure,
            scale,
            part_by: by,
            part: group,
            items: of.items,
            before: of.before,
            after: of.after,
            difference: of.difference,
            chance: of.chance,
            low: interval?.low ?? null,
            high: interval?.high ?? null,
            lost: test?.lost ?? null,
            won: test?.won ?? null,
            p_holm: test?.p ?? null,
            beyond_chance: of.isBeyondChance,
            sentence: said,
            ...evidenceColumns(by === '' ? evidence : null),
        });
        return [line('', '', whole, sentence), ...groups.map(({ by, name, ...of }) => line(by, name, of, null))];
    });
}

/** Nats a pair, over pairs and their mirror images. */
const evidenceColumns = (evidence: MirroredEvidence | null): Readonly<Record<string, number | null>> => ({
    evidence_before: evidence?.before ?? null,
    evidence_after: evidence?.now ?? null,
    evidence_low: evidence?.interval?.low ?? null,
    evidence_high: evidence?.interval?.high ?? null,
});
