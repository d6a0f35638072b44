/** Words about runs, and which runs need attention. */
import { findable } from '../page/finding.ts';
import type { RunRow } from '../../../shared/views/runs.ts';
import { methodKey, methodKeys } from '../../../shared/settings/methods.ts';
import { labelOf, valueWords } from '../../../shared/settings/names.ts';
import type { RunState } from '../../../shared/run/record.ts';
import { count, counted, measured, sentence } from '../text/words.ts';

export const stateWords: Readonly<Record<RunState, string>> = {
    running: 'Running',
    paused: 'Paused',
    interrupted: 'Interrupted',
    finished: 'Finished',
    failed: 'Failed',
};

export function jobWords({ job, preset }: Pick<RunRow, 'job' | 'preset'>): string {
    return `${job === 'learn' ? 'Interactive' : 'Pretraining'}, ${preset} preset`;
}

/** What tells a run from others: what it started from, what it does not have from its preset, its seed. */
export function peculiarities({
    student,
    changes,
    seed,
}: Pick<RunRow, 'student' | 'changes' | 'seed'>): readonly string[] {
    return [...(student === null ? [] : [`from ${student}`]), ...changes.map(settingWords), `seed ${seed}`];
}

function settingWords({ key, value }: RunRow['changes'][number]): string {
    if (key === methodKey) return String(value);
    if (key === 'teacher.shuffle') return 'control (rewards shuffled)';
    return `${inside(labelOf(key))} ${valueWords(key, value)}`;
}

/** The first seed above its own that no run with these settings has. */
export function freshSeed(row: RunRow, all: readonly RunRow[]): number {
    const settings = (of: RunRow): string => JSON.stringify([of.preset, of.student, of.changes]);
    const taken = new Set(all.filter((other) => settings(other) === settings(row)).map(({ seed }) => Number(seed)));
    let seed = Number(row.seed) + 1;
    while (taken.has(seed)) seed++;
    return seed;
}

const mostTold = 3; // in a line of a list, besides the seed
const presetMethod = 'PPO'; // of every preset

type ListedSettings = Pick<RunRow, 'job' | 'student' | 'changes' | 'seed'>;
const isOfMethod = ({ key }: { readonly key: string }): boolean =>
    key === methodKey || methodKeys.some((each) => each === key);

/**
 * The same in one line of a list, whose end may find no room: first what tells it from the others of the list, its
 * method foremost, and its seed; then what they share.
 * @param list with this one among them; where no other is in it, all tells
 */
export function peculiarityLine(row: ListedSettings, list: readonly ListedSettings[] = []): string {
    const alike = list.filter(({ job }) => job === row.job);
    const tells = (of: (each: ListedSettings) => number | string | null | undefined): boolean =>
        alike.length < 2 || new Set(alike.map(of)).size > 1;
    const student = row.student === null ? [] : [{ key: 'student', value: row.student }];
    const valueOf = ({ student: start, changes }: ListedSettings, key: string): number | string | null | undefined =>
        key === 'student' ? start : changes.find((each) => each.key === key)?.value;
    const rest = [...student, ...row.changes.filter((each) => !isOfMethod(each))];
    const words = (told: RunRow['changes']): readonly string[] =>
        told.map((each) => (each.key === 'student' ? `from ${each.value}` : settingWords(each)));
    const own = row.changes.filter(isOfMethod).map(settingWords);
    const isNamed = own.length === 0 && alike.some(({ changes }) => changes.some(isOfMethod)) && row.job === 'learn';
    const telling = [
        ...(isNamed ? [presetMethod] : own),
        ...words(rest.filter(({ key }) => tells((each) => valueOf(each, key)))),
    ];
    const left = telling.length - mostTold;
    return [
        ...telling.slice(0, mostTold),
        ...(left > 0 ? [`${left} more`] : []),
        `seed ${row.seed}`,
        ...words(rest.filter(({ key }) => !tells((each) => valueOf(each, key)))),
    ].join(', ');
}

/** A label inside a sentence: "Length weight" → "length weight", and "KL target" as it is. */
function inside(label: string): string {
    return /^.[A-Z]/u.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
}

/** Under a picture of its figures, for whoever sees nothing else of the run. */
export function pictureCaption(row: Pick<RunRow, 'job' | 'preset' | 'teacher'>, smoothing: number): string {
    return [
        sentence(row.teacher ? `${jobWords(row)}, rated by ${row.teacher.name}` : jobWords(row)),
        smoothingCaption(smoothing),
        ...(row.job === 'learn' ? ['Triangles on the axis: checkpoints.'] : []),
    ].join(' ');
}

export function smoothingCaption(smoothing: number): string {
    if (smoothing === 0) return 'Raw values, not smoothed.';
    return `Lines: means of neighbouring values (weights ${measured(smoothing)} to the power of the distance); pale: as measured.`;
}

/** Every word typed must be somewhere in name, state, kind, preset, teacher, student, settings, tags or notes. */
export function fits(row: RunRow, typed: string): boolean {
    const told = [jobWords(row), row.teacher?.name ?? '', ...peculiarities(row)];
    const text = findable([row.name, row.run, stateWords[row.state], ...told, ...row.tags, row.notes].join(' '));
    return findable(typed)
        .split(' ')
        .every((word) => text.includes(word));
}

export function isWaiting({ state, archived, isNewer }: RunRow): boolean {
    return !isNewer && !archived && (state === 'paused' || state === 'interrupted' || state === 'failed');
}

/** What is safe and what comes next, for a run that stopped before its end. */
export function waitingWords({ state, ended, updates, steps, job }: RunRow): string {
    const saved = job === 'pretrain' ? `step ${count(steps)}` : `update ${count(updates)}`;
    const isSafe =
        (job === 'pretrain' ? steps : updates) > 0 ? `Everything up to ${saved} is saved.` : 'Nothing was lost.';
    const message = ended?.message ?? '';
    if (ended?.isFault) return message; // which tells by itself what is safe
    if (state === 'interrupted')
        return `It stopped without saying why (the computer or Storyloop may have been shut down). ${isSafe} Continue goes on from there.`;
    return message === '' ? isSafe : `${sentence(message)} ${isSafe}`;
}

/** What a list shows at a run's end: the measure, how sure it is, and what it is of. */
export interface LastMeasure {
    /** What it was before learning; empty where nobody measured that. */
    readonly before: string;
    readonly value: string;
    /** "± 0.12"; empty where nothing tells. */
    readonly spread: string;
    readonly unit: string;
    /** The whole of it in a sentence. */
    readonly says: string;
}

export function lastMeasure({ job, endScore, scoreMost, teacher, validationLoss, loss }: RunRow): LastMeasure | null {
    if (job === 'pretrain') {
        const value = validationLoss ?? loss;
        if (value === null) return null;
        const unit = validationLoss === null ? 'nats per token' : 'nats per token, held out';
        return { before: '', value: measured(value), spread: '', unit, says: `Loss ${measured(value)} ${unit}.` };
    }
    if (endScore === null) return null;
    const { mean, halfInterval, stories, of: all, isClean, before } = endScore;
    const by = teacher ? `, rated by ${teacher.name}` : '';
    const spread = halfInterval === null ? '' : `± ${measured(halfInterval)}`;
    const of = isClean
        ? `a clean evaluation of ${counted(stories, 'story', 'stories')}`
        : `the ${counted(stories, 'rated story', 'rated stories')} of the last update`;
    const rest = stories === all ? '' : ` ${counted(all - stories, 'other', 'others')} could not be rated.`;
    return {
        before: before === null ? '' : measured(before),
        value: measured(mean),
        spread,
        unit: `of ${scoreMost}${stories === all ? '' : `, n = ${count(stories)} of ${count(all)}`}`,
        says: `Mean score of ${of}${by}${halfInterval === null ? '' : `, with half of its 95 % interval`}.${rest}${
            before === null ? '' : ` Before learning the same evaluation gave ${measured(before)}.`
        }`,
    };
}
