/** Updates, episodes and ratings for the tests of the store: small, plausible, and the same every time. */
import type {
    EpisodeRecord,
    EvaluationRecord,
    PretrainRecord,
    RatingRecord,
    SampleRecord,
    UpdateRecord,
} from '../../src/shared/run/record.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';

export const start = Date.UTC(2026, 0, 31, 23, 59);
export const prompt = 'Once upon a time, in a faraway land,';
export const rubric = { id: 'storyteller', text: '', criteria: [...storytellerCriteria] };
export const teacher = { id: 'rules-1', kind: 'teacher', name: 'Rules' } as const;
export const config = { version: configVersion, preset: 'quick', values: composeConfig('quick', {}) } as const;

export function anUpdate(number: number, digest = `weights ${number}`, episodes = 4): UpdateRecord {
    return {
        number,
        at: start + number * 1000,
        digest,
        inputWords: 8 + number * 12,
        studentWords: number * 40,
        tokensTrained: number * 400,
        episodes,
        scoreMean: 4 + number / 10,
        scoreStd: 1.5,
        rewardMean: 0.4,
        rewardStd: 0.1,
        lengthBonusMean: 0.2,
        klMean: 0.5 * number,
        kl3Mean: 0.4 * number,
        klCoefficient: 0.2,
        entropyMean: 60,
        policyLoss: -0.01,
        valueLoss: 0.02,
        clipFraction: 0.05,
        ratioMean: 1.001,
        explainedVariance: null,
        storyTokensMean: 50,
        storyWordsMean: 40,
        finishedFraction: 0.5,
        unreadableCount: 0,
        distinct2: 0.8,
        lr: 1e-4,
        secondsWriting: 1,
        secondsRating: 0.2,
        secondsScoring: 0.3,
        secondsLearning: 2,
    };
}

const animals = ['fox', 'owl', 'bear', 'hare', 'wren', 'mole'];

/** The episodes of one update; their stories differ by update, number and `variant`. */
export function episodesOf(update: number, count = 4, variant = ''): readonly EpisodeRecord[] {
    return Array.from({ length: count }, (_, i) => {
        const number = (update - 1) * count + i + 1;
        const animal = animals[number % animals.length]!;
        const story = `there lived a quiet ${animal} who counted ${number} lamps. The ${animal} was not alone${variant}.`;
        return {
            number,
            prompt,
            story,
            tokens: Uint16Array.from({ length: 12 }, (_, t) => (number * 31 + t * 977) % 65536),
            words: story.split(/\s+/).length,
            finished: number % 2 === 0,
            reward: 0.1 * (i + 1),
            stages: { scores: 0.5, length: 0.2, scaled: 0.1 * (i + 1) },
            kl: 0.25 * i,
        };
    });
}

export function ratingsOf(episodes: readonly { readonly number: number }[]): readonly RatingRecord[] {
    return episodes.map(({ number }) => ratingOf(number, number % 4));
}

export function ratingOf(story: number, readability: number): RatingRecord {
    const scores = { readability, coherence: 1.5, creativity: 0.25 };
    return { kind: 'scored', story, rater: teacher.id, at: start, reading: 'rules', scores };
}

export function anEvaluation(
    phase: EvaluationRecord['phase'],
    update: number,
    digest = `${phase} ${update}`,
): EvaluationRecord {
    return { phase, update, at: start, inputWords: update * 12, digest, results: { score: 4.5 } };
}

export function samplesOf(variant: string, count = 3): readonly SampleRecord[] {
    return Array.from({ length: count }, (_, seed) => {
        const story = `a ${variant} tale of lamp ${seed}`;
        return { seed, prompt, story, tokens: Uint16Array.of(5, 6, 7), words: 6, finished: true };
    });
}

export function aStep(step: number, loss = 5 - step / 100): PretrainRecord {
    return {
        step,
        at: start + step,
        words: step * 70,
        tokens: step * 100,
        loss,
        validationLoss: null,
        lr: 1e-3,
        gradientNorm: 0.5,
    };
}
