/** The score at each length of story, as data and as a sentence. */
import { measured, signed } from '../text/numbers.ts';
import type { Interval } from './gain-words.ts';

/** Stories of one length, before and after learning. */
export interface LengthBin {
    /** From and to, inclusive. */
    readonly words: readonly [number, number];
    readonly before: BinSide;
    readonly after: BinSide;
}

export interface BinSide {
    readonly stories: number;
    /** Mean total score; null of too few stories. */
    readonly score: Interval | null;
}

/** Mean scores over the length of stories, of several who rated or wrote them. */
export interface ScoresByLength {
    /** From and to in words, inclusive; ascending. */
    readonly bins: readonly LengthBin['words'][];
    /** Of each line one side for every bin. */
    readonly lines: readonly { readonly name: string; readonly sides: readonly BinSide[] }[];
}

/** "40–59"; of one length alone that number. */
export function wordsIn([from, to]: LengthBin['words']): string {
    return from === to ? `${from}` : `${from}–${to}`;
}

/** What the shortest and the longest stories are paid, before learning; empty where too few are there. */
export function lengthPays(bins: readonly LengthBin[]): string {
    const scored = bins.flatMap(({ words, before }) => (before.score === null ? [] : [{ words, score: before.score }]));
    const [first, last] = [scored[0], scored.at(-1)];
    if (first === undefined || last === undefined || first === last) return '';
    return `Before learning, stories of ${wordsIn(last.words)} words got ${signed(last.score.mean - first.score.mean)} against those of ${wordsIn(first.words)} (${measured(last.score.mean)} and ${measured(first.score.mean)}).`;
}
