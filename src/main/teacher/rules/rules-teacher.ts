/**
 * The teacher `rules`: rates readability, coherence and creativity by statistics of English. It is fast and always
 * gives the same ratings; it sees the surface of a text, never its plot.
 */
import { storytellerCriteria, type Rating } from '../../../shared/ratings/rubric.ts';
import {
    measureCoherence,
    rateCoherence,
    everyEntityCounts,
    type CoherenceFeature,
    type CoherenceFeatures,
} from './coherence.ts';
import { measureCreativity, rateCreativity, type CreativityFeature, type CreativityFeatures } from './creativity.ts';
import { BatchStatistics } from './batch-statistics.ts';
import type { LanguageStatistics } from './language-statistics.ts';
import { clamp, notUnder, type Norms } from './norms.ts';
import {
    measureReadability,
    rateReadability,
    type ReadabilityFeature,
    type ReadabilityFeatures,
} from './readability.ts';
import { readStory, type ParsedStory } from './reading.ts';
import { freshness, measureRepetition, type RepetitionFeature, type RepetitionFeatures } from './repetition.ts';
import { reasonsOf } from '../reasons.ts';
import type { Teacher } from '../teacher.ts';

export type StoryFeature = ReadabilityFeature | CoherenceFeature | CreativityFeature | RepetitionFeature;
export type StoryFeatures = ReadabilityFeatures &
    CoherenceFeatures &
    CreativityFeatures &
    RepetitionFeatures & { readonly words: number };

/** Everything the rules measure of a single story. `scripts/make-rules.ts` takes the norms from the same function. */
export function measureStory(
    reading: ParsedStory,
    statistics: LanguageStatistics,
    batch?: BatchStatistics,
): StoryFeatures {
    return {
        words: reading.words,
        ...measureReadability(reading, statistics),
        ...measureRepetition(reading),
        ...measureCoherence(reading, statistics, batch?.entityWorth ?? everyEntityCounts),
        ...measureCreativity(reading, statistics),
    };
}

/** A story of fewer words earns in proportion. */
const enoughWords = 30;
/** A story of fewer words than this loses readability in proportion, too. */
const fewestWords = 8;

export interface RuleScores {
    readonly readability: number;
    readonly coherence: number;
    readonly creativity: number;
}

/** Each score is 0–3. What cannot be read earns little for coherence and creativity either. */
export function rateFeatures(features: StoryFeatures, norms: Norms<StoryFeature>, uniqueness: number): RuleScores {
    const substance = clamp(features.words / enoughWords) * freshness(features, norms);
    const readability =
        rateReadability(features, norms) * (0.2 + 0.8 * substance) * clamp(features.words / fewestWords);
    const understood = clamp(0.3 + readability / 2.5);
    return {
        readability,
        coherence: rateCoherence(features, norms) * understood * substance,
        creativity: rateCreativity(features, norms) * understood * substance * liveliness(features, norms) * uniqueness,
    };
}

/** 0–1: less for text that is smoother than people's, made of nothing but the commonest sequences of words. */
function liveliness(features: StoryFeatures, norms: Norms<StoryFeature>): number {
    return (
        notUnder(features.surprise, norms.surprise) *
        notUnder(features.unseenPairs, norms.unseenPairs) *
        notUnder(features.unseenSteps, norms.unseenSteps)
    );
}

/** What people's passages have of each measure: their median, and nothing of what is only a fault. */
function usualOf({ words }: StoryFeatures, norms: Norms<StoryFeature>): Partial<StoryFeatures> {
    const medians = Object.fromEntries(Object.entries(norms).map(([feature, [, , median]]) => [feature, median]));
    return { ...medians, words: Math.max(words, enoughWords), ending: 1, echo: 0, repeatedSentences: 0 };
}

export function rulesTeacher(statistics: LanguageStatistics, norms: Norms<StoryFeature>): Teacher {
    const rateReading = (reading: ParsedStory, batch: BatchStatistics | undefined): Rating => {
        const features = measureStory(reading, statistics, batch);
        const scores = rateFeatures(features, norms, batch?.uniqueness(reading) ?? 1);
        return { kind: 'scored', scores: { ...scores } };
    };
    return {
        facts: {
            id: 'rules',
            name: 'rules',
            reading: 'rules',
            wordsPerStory: storytellerCriteria.length,
            details: {},
            ratesInChunks: false, // stories are compared with the whole batch
            comparesInTraining: true,
            description:
                'Measures the surface of a story against counts of English tales: whether words follow each other as people put them, whether people and things go on to an end, whether words are varied and not copied. It cannot see plots, sense or truth.',
            rubric: { id: 'rules-1', text: '', criteria: storytellerCriteria },
        },
        rate(stories, { training }) {
            const readings = stories.map((story) => readStory(story, statistics));
            const batch = training ? new BatchStatistics(readings) : undefined;
            return Promise.resolve(readings.map((reading) => rateReading(reading, batch)));
        },
        explain(story) {
            const features = measureStory(readStory(story, statistics), statistics);
            return Promise.resolve(
                reasonsOf(features, usualOf(features, norms), (each) => ({ ...rateFeatures(each, norms, 1) })),
            );
        },
        release: () => Promise.resolve(),
    };
}
