/**
 * The teachers `reader` and `second-reader`: a small language model reads each story, and fitted weights turn what it
 * finds into scores. `second-reader` was trained on other texts and never rewards, so that a gain which only the first
 * one sees comes to light.
 */
import { createHash } from 'node:crypto';
import { storytellerCriteria } from '../../../shared/ratings/rubric.ts';
import { BatchStatistics } from '../rules/batch-statistics.ts';
import type { LanguageStatistics } from '../rules/language-statistics.ts';
import { readStory } from '../rules/reading.ts';
import type { Reader } from '../reader.ts';
import type { Teacher } from '../teacher.ts';
import { reasonsOf } from '../reasons.ts';
import { rateJudged, usualMeasures } from './criteria.ts';
import type { JudgeFile } from './judge-file.ts';
import { measureJudged } from './judged-features.ts';

const descriptions = {
    reader: 'A small language model reads along: are the words English, does a sentence follow from those before it, would another order do as well? Rules for repetition, endings, plain contradictions and copied phrases stand beside it. It knows children’s stories by their statistics, not by what they mean.',
    'second-reader':
        'A second small language model, trained on other texts, with other weights: it looks on and never rewards, so what pleases the first alone shows.',
} as const;
export type JudgeName = keyof typeof descriptions;

export function readingJudge(
    name: JudgeName,
    { weights, digest }: JudgeFile,
    statistics: LanguageStatistics,
    reader: Reader,
): Teacher {
    const own = createHash('sha256').update(`${reader.digest} ${digest}`).digest('hex').slice(0, 12);
    return {
        facts: {
            id: `${name}-${own}`,
            name,
            reading: 'reader',
            wordsPerStory: storytellerCriteria.length,
            details: { reader: reader.digest, weights: digest },
            ratesInChunks: false, // how unique a story is can only be told from the whole batch
            comparesInTraining: true,
            description: descriptions[name],
            rubric: { id: 'reader-1', text: '', criteria: storytellerCriteria },
        },
        async rate(stories, { training, onRated }) {
            const readings = stories.map((story) => readStory(story, statistics));
            const batch = training ? new BatchStatistics(readings) : undefined;
            const measured = await measureJudged(stories, readings, { statistics, reader, batch });
            onRated?.(stories.length);
            return measured.map((features, i) => ({
                kind: 'scored',
                scores: rateJudged(features, weights, batch?.uniqueness(readings[i]!) ?? 1),
            }));
        },
        async explain(story) {
            const readings = [readStory(story, statistics)];
            const [features] = await measureJudged([story], readings, { statistics, reader });
            return reasonsOf({ ...features! }, usualMeasures(features!, weights), (each) =>
                rateJudged(each, weights, 1),
            );
        },
        release() {
            reader.release();
            return Promise.resolve();
        },
    };
}
