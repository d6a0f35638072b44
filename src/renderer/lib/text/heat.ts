/** How strongly to underline a token, from its value. */
import type { WholeStory } from '../../../shared/views/stories.ts';

export type HeatKind = 'kl' | 'values' | 'advantages';
export const heatKinds: readonly { readonly kind: HeatKind; readonly name: string; readonly means: string }[] = [
    { kind: 'kl', name: 'log-ratio', means: 'how much more likely the token is than at the run’s start, nats' },
    { kind: 'values', name: 'value', means: 'the reward that the value head expects from here on' },
    { kind: 'advantages', name: 'advantage', means: 'how much better than expected it went on, in deviations' },
];

/** Of stories of before and after: learning's mark on each token. */
export const learningHeat = 'how much more likely the token is after learning than before it, nats';

export interface HotToken {
    readonly text: string;
    readonly value: number;
    /** 0 to 3: how far from 0 it lies among the tokens of its scale. */
    readonly weight: 0 | 1 | 2 | 3;
    readonly isNegative: boolean;
}
export interface Heat {
    readonly tokens: readonly HotToken[];
    /** A line is drawn above each of these magnitudes, heavier and heavier; empty where every value is 0. */
    readonly bounds: readonly number[];
}

const quantiles = [0.5, 0.75, 0.9]; // of the magnitudes of a story

/** Null where nothing was recorded, or the tokens' texts are not known. */
export function heatOf(trace: WholeStory['trace'], kind: HeatKind): Heat | null {
    if (trace === null || trace.texts === null) return null;
    return heatOfTokens(trace.texts, trace[kind]);
}

/** @param beside values of other stories that are read on the same scale */
export function heatOfTokens(
    texts: readonly string[],
    values: readonly number[],
    beside: readonly number[] = [],
): Heat {
    const sizes = [...values, ...beside].map(Math.abs).toSorted((a, b) => a - b);
    const bounds = quantiles.map((place) => sizes[Math.floor(place * (sizes.length - 1))] ?? 0);
    const first = texts.findIndex((text) => text.trim() !== '');
    const tokens = texts.map((text, t) => {
        const value = values[t] ?? 0;
        const weight = bounds.filter((bound) => Math.abs(value) > bound).length as HotToken['weight'];
        const shown = t < first ? '' : t === first ? text.trimStart() : text; // a space stands after the prompt anyway
        return { text: shown, value, weight, isNegative: value < 0 };
    });
    return { tokens, bounds: (sizes.at(-1) ?? 0) > 0 ? bounds : [] };
}
