/** Matches typed text against entries, best match first. */
import { nameKey } from '../../../shared/text/names.ts';

export interface Findable {
    readonly text: string;
    readonly note: string;
}

/** Alike however it was typed, in small letters. */
export const findable = (text: string): string => nameKey(text).toLowerCase();

const words = (text: string): readonly string[] => findable(text).split(' ').filter(Boolean);

/** Entries that contain every typed word: first those that begin with it, then those with such words, then the rest. */
export function fittingEntries<E extends Findable>(entries: readonly E[], typed: string): readonly E[] {
    const wanted = words(typed);
    const whole = wanted.join(' ');
    const rank = ({ text }: E): number => {
        const low = findable(text);
        if (low.startsWith(whole)) return 0;
        return wanted.every((word) => words(text).some((own) => own.startsWith(word))) ? 1 : 2;
    };
    return entries
        .filter(({ text, note }) => wanted.every((word) => findable(`${text} ${note}`).includes(word)))
        .map((entry) => ({ entry, rank: rank(entry) }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ entry }) => entry);
}
