/**
 * The rules of the BabyLM challenge that a count of words can decide, track by track: *BabyLM turns 3* of 2025 (arXiv
 * 2502.10645) and *BabyLM turns 4* of 2026 (arXiv 2602.20092), with the guidelines of both years on babylm.github.io.
 * What an organiser says counts more than this table.
 */

export interface PassportTrack {
    readonly year: 2025 | 2026;
    readonly name: string;
    /** Words of the corpus, once, that a student may be trained on. */
    readonly corpusWords: number;
    /** Words a student may see in all, every repetition counted. */
    readonly wordsSeen: number;
    /** May anything but the corpus teach? In 2025 only in the track for interaction, in 2026 in every track. */
    readonly allowsTeacher: boolean;
    /** In 2026 the scores of a teacher count as words seen, and so does what the student wrote and learned from. */
    readonly countsInteraction: boolean;
}

const million = 1e6;
const track = (
    year: PassportTrack['year'],
    name: string,
    corpusWords: number,
    wordsSeen: number,
    allowsTeacher = false,
): PassportTrack => ({ year, name, corpusWords, wordsSeen, allowsTeacher, countsInteraction: year === 2026 });

export const passportTracks: readonly PassportTrack[] = [
    track(2025, 'strict', 100 * million, 1000 * million),
    track(2025, 'strict-small', 10 * million, 100 * million),
    track(2025, 'interaction', 100 * million, 1000 * million, true),
    track(2026, 'strict', 100 * million, 1000 * million, true),
    track(2026, 'strict-small', 10 * million, 100 * million, true),
];

/** 1–10 M by 1 M, to 100 M by 10 M, to 1,000 M by 100 M, as far as a student has read. */
export function prescribedWords(seen: number): readonly number[] {
    return [million, 10 * million, 100 * million]
        .flatMap((step) => Array.from({ length: 10 }, (_, at) => (at + 1) * step))
        .filter((words, at, all) => words <= seen && words !== all[at - 1]);
}
