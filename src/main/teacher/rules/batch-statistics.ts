/**
 * Counts what the stories of a training batch have in common. A phrase, an opening or a hero that many of them share
 * earns each of them less, so that learning does not end with one story written 120 times.
 */
import { isEntity, stem, type ParsedStory } from './reading.ts';

/**
 * The shares of other stories up to which nothing is taken away: stories by different people have as much in common.
 */
const sharedPhrases = 0.04;
const sharedOpenings = 0.06;
const sharedEntities = 0.15;

export class BatchStatistics {
    readonly #size: number;
    readonly #phrases = new Map<string, number>();
    readonly #openings = new Map<string, number>();
    readonly #entities = new Map<string, number>();

    constructor(batch: readonly ParsedStory[]) {
        this.#size = batch.length;
        for (const reading of batch) {
            for (const phrase of phrasesOf(reading)) count(this.#phrases, phrase);
            count(this.#openings, openingOf(reading));
            for (const entity of entitiesOf(reading)) count(this.#entities, entity);
        }
    }

    /** 0–1: how little of the story other stories of the batch share. */
    uniqueness(reading: ParsedStory): number {
        const phrases = phrasesOf(reading);
        let excess = 0;
        for (const phrase of phrases) excess += Math.max(0, this.#shareOfOthers(this.#phrases, phrase) - sharedPhrases);
        const crowding = excess / Math.max(1, phrases.size);
        const opening = Math.max(0, this.#shareOfOthers(this.#openings, openingOf(reading)) - sharedOpenings);
        return Math.exp(-12 * crowding) / (1 + 2 * opening);
    }

    /** 0–1: what it is worth to mention this entity again; less where many stories of the batch are about it. */
    readonly entityWorth = (entity: string): number =>
        Math.min(1, sharedEntities / Math.max(1e-9, this.#shareOfOthers(this.#entities, entity)));

    #shareOfOthers(counts: ReadonlyMap<string, number>, key: string): number {
        return ((counts.get(key) ?? 1) - 1) / Math.max(1, this.#size - 1);
    }
}

function count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
}

function wordsOf({ tokens }: ParsedStory): string[] {
    return tokens.filter(({ kind }) => kind === 'word').map(({ lower }) => lower);
}

function phrasesOf(reading: ParsedStory): Set<string> {
    const words = wordsOf(reading);
    return new Set(words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`));
}

function openingOf(reading: ParsedStory): string {
    return wordsOf(reading).slice(0, 3).join(' ');
}

function entitiesOf(reading: ParsedStory): Set<string> {
    const entities = new Set<string>();
    for (let i = 0; i < reading.tokens.length; i++)
        if (isEntity(reading, i)) entities.add(stem(reading.tokens[i]!.lower));
    return entities;
}
