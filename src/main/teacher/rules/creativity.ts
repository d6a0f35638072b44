/** Measures and rates creativity: many different words, some uncommon and well placed, and no copied sentences. */
import { wordKind, type LanguageStatistics } from './language-statistics.ts';
import { clamp, likeMany, notBeyond, type Norms } from './norms.ts';
import { isContent, stem, type ParsedStory } from './reading.ts';

export type CreativityFeature = 'variety' | 'rarity' | 'contentShare' | 'copied';
export type CreativityFeatures = Readonly<Record<CreativityFeature, number>> & {
    /** Different content words. */
    readonly different: number;
    /** The share of its word triples that also stand in the prompt. */
    readonly echo: number;
};

/** Variety is a mean over windows of this many content words, so that a longer story does not lose by its length. */
const varietyWindow = 20;

export function measureCreativity(reading: ParsedStory, statistics: LanguageStatistics): CreativityFeatures {
    const { tokens, ids, kinds, words } = reading;
    const content: string[] = [];
    const met = new Set<string>();
    const wordIds: number[] = [];
    let rarity = 0;
    let rated = 0;
    for (let i = 0; i < tokens.length; i++) {
        if (tokens[i]!.kind !== 'word') continue;
        wordIds.push(ids[i]!);
        if (!isContent(reading, i)) continue;
        const word = stem(tokens[i]!.lower);
        content.push(word);
        if (met.has(word)) continue;
        met.add(word);
        if (ids[i] === 0 || (kinds[i]! & wordKind.name) !== 0) continue;
        rated++;
        if (isPlaced(reading, statistics, i)) rarity += statistics.rarityOf(ids[i]!);
    }
    const { looked, found } = statistics.copied(wordIds);
    return {
        variety: movingVariety(content),
        rarity: rarity / Math.max(6, rated),
        contentShare: content.length / Math.max(1, words),
        copied: found / Math.max(6, looked),
        different: met.size,
        echo: echo(reading),
    };
}

/** Does the word stand beside one that the corpus has beside it? A mere list of uncommon words earns nothing. */
function isPlaced({ tokens, ids }: ParsedStory, statistics: LanguageStatistics, i: number): boolean {
    const left = tokens[i - 1]?.kind === 'word' && statistics.hasPair(ids[i - 1]!, ids[i]!);
    const right = tokens[i + 1]?.kind === 'word' && statistics.hasPair(ids[i]!, ids[i + 1]!);
    return left || right;
}

/** Mean share of different words over all windows of 20. Of fewer than 20 words, the different ones divided by 20. */
function movingVariety(content: readonly string[]): number {
    if (content.length < varietyWindow) return new Set(content).size / varietyWindow;
    let total = 0;
    const windows = content.length - varietyWindow + 1;
    for (let from = 0; from < windows; from++)
        total += new Set(content.slice(from, from + varietyWindow)).size / varietyWindow;
    return total / windows;
}

function echo({ tokens, promptTokens }: ParsedStory): number {
    const triplesOf = (words: readonly string[]): string[] =>
        words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
    const prompt = new Set(triplesOf(promptTokens.filter(({ kind }) => kind === 'word').map(({ lower }) => lower)));
    const story = triplesOf(tokens.filter(({ kind }) => kind === 'word').map(({ lower }) => lower));
    return story.filter((triple) => prompt.has(triple)).length / Math.max(20, story.length);
}

/** 0–3 */
export function rateCreativity(features: CreativityFeatures, norms: Norms<CreativityFeature>): number {
    const words =
        0.35 * likeMany(features.variety, norms.variety) +
        0.4 * likeMany(features.rarity, norms.rarity) * notBeyond(features.rarity, norms.rarity) +
        0.25 * clamp(features.different / 22);
    return (
        3 *
        words *
        notBeyond(features.copied, norms.copied) *
        (0.5 + 0.5 * notBeyond(features.contentShare, norms.contentShare)) *
        Math.exp(-6 * features.echo)
    );
}
