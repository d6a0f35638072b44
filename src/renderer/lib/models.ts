/** Words about language models as teachers. */
import type { DownloadState, ModelRow } from '../../shared/views/computer.ts';
import type { StudentSource } from '../../shared/views/new-run.ts';
import { bytes, count, counted, duration, measured, percent } from './text/words.ts';

export const titleOf = ({ name, catalogued }: ModelRow): string => catalogued?.title ?? name.replace(/\.gguf$/u, '');

export function isHere({ here, bytes: whole }: ModelRow): boolean {
    return here === whole && here > 0;
}

/** Will it fit this computer? */
export function fitWords({ catalogued }: ModelRow): string {
    if (catalogued === null) return 'your own file';
    if (catalogued.fit === 'graphics') return 'fits the GPU';
    if (catalogued.fit === 'processor') return 'fits in memory, but rates slowly: it runs on the processor';
    return `does not fit: it needs about ${bytes(catalogued.memoryNeeded)} of memory`;
}

/** Where the file is, in a few words. */
export function placeWords(row: ModelRow): string {
    if (row.download) return downloadWords(row.download);
    if (isHere(row)) return 'on this computer';
    if (row.here > 0) return `paused at ${percent(row.here / row.bytes)}`;
    return row.catalogued ? 'not downloaded' : 'its file is gone';
}

/** "3.1 of 4.9 GB, 22 MB/s, 1 min to go". */
export function downloadWords({ phase, done, of, bytesPerSecond }: DownloadState): string {
    if (phase === 'waiting') return `${bytes(done)} of ${bytes(of)}, no answer, asking again`;
    if (phase === 'checking') return `checking the file, ${percent(done / of)}`;
    const rate = bytesPerSecond ? `, ${bytes(bytesPerSecond)}/s, ${duration((of - done) / bytesPerSecond)} to go` : '';
    return `${bytes(done)} of ${bytes(of)}${rate}`;
}

/** Rows of facts about a model: what its file says, and how fast it was here. */
export function factLines({ facts, speed }: ModelRow, predicted: PredictedHours | null): readonly FactLine[] {
    const { architecture, quantisation, parameters, context, isFromFile } = facts;
    const source = isFromFile ? '' : ' (by its name)';
    const kind = [architecture, parameters === null ? null : `${count(parameters)} parameters`];
    return [
        ...line('Model', kind.filter((part) => part !== null).join(', ')),
        ...line('Quantisation', quantisation === null ? '' : quantisation + source),
        ...line('Context', context === null ? '' : counted(context, 'token')),
        ...(speed?.tokensPerSecond
            ? line('Reads', `${count(Math.round(speed.tokensPerSecond))} tokens a second, measured`)
            : []),
        ...line('A million words', hoursWords(speed?.hoursPerMillionWords ?? null, predicted)),
    ];
}
type FactLine = readonly [name: string, value: string];
const line = (name: string, value: string): readonly FactLine[] => (value === '' ? [] : [[name, value]]);

function hoursWords(hours: number | null, predicted: PredictedHours | null): string {
    if (hours !== null) return `${duration(3600 * hours)} of rating, measured in a check`;
    if (predicted === null) return 'unknown until it is checked';
    return `about ${duration(3600 * predicted.hours)} of rating, predicted from ${predicted.from} by size`;
}

export interface PredictedHours {
    readonly hours: number;
    /** The model whose check it is taken from. */
    readonly from: string;
}

/**
 * Hours for a million words of a model that was not checked: those of the checked model nearest to it in size, scaled
 * by size, for a model takes about as long as it has bytes to read. Null where none of its kind of device was checked.
 */
export function predictedHours(row: ModelRow, all: readonly ModelRow[]): PredictedHours | null {
    if (row.catalogued?.fit === 'no') return null;
    const distance = ({ bytes }: ModelRow): number => Math.abs(Math.log(bytes / row.bytes));
    const [nearest] = all
        .filter(({ name, speed, bytes, catalogued }) => {
            const isLike = !catalogued || !row.catalogued || catalogued.fit === row.catalogued.fit;
            return name !== row.name && bytes > 0 && isLike && (speed?.hoursPerMillionWords ?? null) !== null;
        })
        .toSorted((a, b) => distance(a) - distance(b));
    if (!nearest) return null;
    return { hours: (nearest.speed!.hoursPerMillionWords! * row.bytes) / nearest.bytes, from: titleOf(nearest) };
}

/** Does it say all of the words somewhere in what is known of it? */
function saysAll(texts: readonly (string | null)[], words: string): boolean {
    const said = texts.join(' ').toLowerCase();
    return words
        .toLowerCase()
        .split(/\s+/u)
        .every((word) => said.includes(word));
}
export const isModelFound = (row: ModelRow, words: string): boolean =>
    saysAll(
        [
            ...[titleOf(row), row.name, row.catalogued?.means ?? 'your own file', row.catalogued?.licence ?? null],
            ...[row.facts.quantisation, row.facts.architecture, fitWords(row), placeWords(row)],
        ],
        words,
    );
export const isStudentFound = ({ label, kind, score }: StudentSource, words: string): boolean =>
    saysAll([label, kind === 'shipped' ? 'comes with Storyloop' : kind, score?.by ?? null], words);

/** "412 tokens a second, 3 h for a million words" under a model's name; empty before a check. */
export function speedWords({ speed }: Pick<ModelRow, 'speed'>): string {
    if (speed === null) return '';
    const reads = speed.tokensPerSecond
        ? `${count(Math.round(speed.tokensPerSecond))} tokens a second`
        : `${measured(speed.storiesPerSecond)} stories a second`;
    return speed.hoursPerMillionWords === null
        ? reads
        : `${reads}, ${duration(3600 * speed.hoursPerMillionWords)} for a million words`;
}

const ownScorers: readonly string[] = ['rules', 'reader'];

/** Who can score a student's stories here. */
export function scorersOf(models: readonly ModelRow[]): readonly { readonly name: string; readonly title: string }[] {
    const own = ownScorers.map((name) => ({ name, title: name }));
    return [...own, ...models.map((row) => ({ name: row.name, title: titleOf(row) }))];
}

/** The teacher that it learned from, so that its scores compare; of a language model its file is not known here. */
export function scorerOf({ score }: Pick<StudentSource, 'score'>): string {
    return ownScorers.find((name) => name === score?.by) ?? 'rules';
}

/** A teacher that needs no file. */
export interface BuiltInTeacher {
    readonly name: string;
    readonly means: string;
    /** The second judge never rewards. */
    readonly rewards: boolean;
}

export const builtInTeachers: readonly BuiltInTeacher[] = [
    {
        name: 'rules',
        means: 'Counts words, sentences and repetitions, and holds them against fairy tales.',
        rewards: true,
    },
    { name: 'reader', means: 'A small model that reads each word after those before it.', rewards: true },
    { name: 'second-reader', means: 'The same of other tales: a second judge, which never rewards.', rewards: false },
    { name: 'random', means: 'A control that rolls dice.', rewards: true },
];
