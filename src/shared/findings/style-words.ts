/** What a student's style became, in sentences that its intervals allow. */
import { count, counted, measured, signed } from '../text/numbers.ts';
import type { StyleMeasure, StyleOpening, StyleReport, StyleWord } from '../views/style.ts';
import { change } from './gain-words.ts';

const mostNamed = 3;
const fewestPoints = 5; // of 100 stories: nobody notices less

/** What changed most, by how many times its interval it moved; then the words. */
export function styleHeadline({ measures, rose, fell, openings, pairs, words: firstWords }: StyleReport): string {
    if (pairs === 0) return 'There are no clean stories of before and after, so nothing is said of a change.';
    const moved = measures
        .flatMap(({ name, change: found }) => {
            if (found === null || isStill(found)) return [];
            const { mean, low, high } = found.difference;
            return [{ name, mean, size: Math.abs(mean) / (high - low || 1) }];
        })
        .toSorted((a, b) => b.size - a.size)
        .slice(0, mostNamed)
        .map(({ name, mean }) => `${name.toLowerCase()} ${mean > 0 ? 'rose' : 'fell'}`);
    const words = (of: StyleReport['rose']): string =>
        of
            .filter(({ isSure }) => isSure)
            .slice(0, mostNamed)
            .map(({ word }) => `“${word}”`)
            .join(', ');
    const isAnySure = (of: StyleReport['rose']): boolean => of.some(({ isSure }) => isSure);
    const where = `At equal length, over the first ${counted(firstWords, 'word')} of each story,`;
    return [
        moved.length === 0
            ? `${where} no measure of style changed beyond what chance explains.`
            : `${where} ${moved.join(', ')}.`,
        ...(isAnySure(rose) ? [`More often after learning: ${words(rose)}.`] : []),
        ...(isAnySure(fell) ? [`Less often: ${words(fell)}.`] : []),
        ...openingWords(openings),
    ].join(' ');
}

/** The opening whose share moved most, where that is more than chance explains and enough to be noticed. */
function openingWords(openings: readonly StyleOpening[]): readonly string[] {
    const moved = openings.filter(({ difference: { low, high } }) => low > 0 || high < 0);
    const most = moved.toSorted((a, b) => Math.abs(b.difference.mean) - Math.abs(a.difference.mean))[0];
    if (most === undefined || Math.abs(most.difference.mean) < fewestPoints) return [];
    const { opening, before, after } = most;
    const times = after > before ? 'More' : 'Fewer';
    return [
        `${times} stories begin with “${opening}”: ${measured(before, 0)} % before, ${measured(after, 0)} % after.`,
    ];
}

/** What a measure can reach: no interval and no axis is drawn beyond. */
export const mostOfMeasure = (unit: string): number => (unit.startsWith('%') ? 100 : Infinity);

/** How it was looked at, and why so: what a figure alone must say. */
export function styleCaption({ words, pairs, shortPairs, looked, episodes }: StyleReport): string {
    const clean =
        pairs === 0
            ? ''
            : ` Before and after: ${counted(pairs, 'pair')} of clean stories of equal seeds${shortPairs === 0 ? '' : `; ${counted(shortPairs, 'pair')} with a shorter story left out`}.`;
    return `Everything is measured on the first ${count(words)} words of a story, for each of these numbers changes with length by itself.${clean} Over updates: ${count(looked)} of ${count(episodes)} stories, evenly over training.`;
}

/** The same, and what stands in the tables. */
export function styleMethod(report: StyleReport): string {
    return `${styleCaption(report)} Brackets are 95 % intervals over stories. Of the words only those are named whose interval leaves out 0; a ✓ says that fewer than one word in a thousand would move so far by chance, and without it one in twenty would.`;
}

/** "+1.33 [+0.004, +2.66]": a listed word's interval leaves out 0, so no end of it is written as 0. */
export function wordChange({ mean, low, high }: StyleWord['logOdds']): string {
    const end = (value: number): string =>
        signed(value, [2, 3, 4, 5].find((digits) => Number(value.toFixed(digits)) !== 0) ?? 6);
    return `${signed(mean)} [${end(low)}, ${end(high)}]`;
}

export function isStill({ difference: { low, high } }: NonNullable<StyleMeasure['change']>): boolean {
    return low <= 0 && high >= 0;
}

/** "12.1 → 14.0, +1.9 [+1.2, +2.6]" */
export function styleChange({ change: found }: StyleMeasure): string {
    if (found === null) return 'n/a';
    return `${measured(found.before.mean)} → ${measured(found.after.mean)}, ${change(found.difference)}`;
}
