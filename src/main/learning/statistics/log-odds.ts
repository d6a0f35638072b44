/**
 * Which words one group of texts uses more than another: log-odds with an informative Dirichlet prior (Monroe,
 * Colaresi & Quinn 2008, *Fightin' words*, Political Analysis 16, eqs. 16, 20 and 22). The prior is all texts
 * together, as so many words more, so that rare words need more evidence than common ones.
 */
import { studentQuantile } from './student-t.ts';

const priorWords = 1000;
const groups = 20;

export type WordCounts = ReadonlyMap<string, number>;

export interface WordOdds {
    readonly word: string;
    /** Of the second group against the first, natural logarithm; 95 %, with stories as the unit. */
    readonly logOdds: { readonly mean: number; readonly low: number; readonly high: number };
    /** The same over its standard deviation, as if every word were drawn by itself. */
    readonly z: number;
    readonly counts: readonly [number, number];
}

/**
 * Words come in stories, so the interval is a jackknife over twenty groups of stories: a word that one story repeats
 * ten times is no ten findings.
 * @param before counts of each story, `after` of the story of the same place
 */
export function wordOdds(before: readonly WordCounts[], after: readonly WordCounts[]): readonly WordOdds[] {
    const all = [sumOf(before), sumOf(after)] as const;
    const parts = Array.from({ length: groups }, (_, group) => {
        const of = (stories: readonly WordCounts[]): Summed => sumOf(stories.filter((_, i) => i % groups === group));
        return [of(before), of(after)] as const;
    });
    const background = new Map<string, number>();
    for (const { counts } of all)
        for (const [word, count] of counts) background.set(word, (background.get(word) ?? 0) + count);
    const total = all[0].total + all[1].total;
    const t = studentQuantile(groups - 1);
    return [...background].map(([word, count]): WordOdds => {
        const prior = (priorWords * count) / total;
        const at = (side: 0 | 1): number => all[side].counts.get(word) ?? 0;
        const mean = difference(at(0), all[0].total, at(1), all[1].total, prior);
        const without = parts.map(([early, late]) =>
            difference(
                at(0) - (early.counts.get(word) ?? 0),
                all[0].total - early.total,
                at(1) - (late.counts.get(word) ?? 0),
                all[1].total - late.total,
                prior,
            ),
        );
        const centre = without.reduce((sum, each) => sum + each, 0) / groups;
        const spread = without.reduce((sum, each) => sum + (each - centre) ** 2, 0);
        const half = t * Math.sqrt(((groups - 1) / groups) * spread);
        const variance = 1 / (at(0) + prior) + 1 / (at(1) + prior);
        return {
            word,
            logOdds: { mean, low: mean - half, high: mean + half },
            z: mean / Math.sqrt(variance),
            counts: [at(0), at(1)],
        };
    });
}

/** The log-odds of the second less those of the first. */
function difference(first: number, ofFirst: number, second: number, ofSecond: number, prior: number): number {
    const odds = (count: number, of: number): number => (count + prior) / (of + priorWords - count - prior);
    return Math.log(odds(second, ofSecond)) - Math.log(odds(first, ofFirst));
}

interface Summed {
    readonly counts: WordCounts;
    readonly total: number;
}

function sumOf(stories: readonly WordCounts[]): Summed {
    const counts = new Map<string, number>();
    let total = 0;
    for (const story of stories)
        for (const [word, count] of story) {
            counts.set(word, (counts.get(word) ?? 0) + count);
            total += count;
        }
    return { counts, total };
}
