/** What fits what was typed, the likeliest first. */

export interface Findable {
    readonly text: string;
    readonly note: string;
}

const words = (text: string): readonly string[] => text.toLowerCase().split(/\s+/u).filter(Boolean);

/** Entries in which every typed word occurs: those that begin so, those with words that do, then the rest, each as they were. */
export function fittingEntries<E extends Findable>(entries: readonly E[], typed: string): readonly E[] {
    const wanted = words(typed);
    const whole = wanted.join(' ');
    const rank = ({ text }: E): number => {
        const low = text.toLowerCase();
        if (low.startsWith(whole)) return 0;
        return wanted.every((word) => words(text).some((own) => own.startsWith(word))) ? 1 : 2;
    };
    return entries
        .filter(({ text, note }) => wanted.every((word) => `${text} ${note}`.toLowerCase().includes(word)))
        .map((entry) => ({ entry, rank: rank(entry) }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ entry }) => entry);
}
