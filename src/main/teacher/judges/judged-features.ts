/** Measures everything that a reading judge needs of a story: by its reader, by word lists and by counts. */
import type { BatchStatistics } from '../rules/batch-statistics.ts';
import type { LanguageStatistics } from '../rules/language-statistics.ts';
import type { ParsedStory } from '../rules/reading.ts';
import { measureStory, type StoryFeatures } from '../rules/rules-teacher.ts';
import type { Reader } from '../reader.ts';
import type { StoryToRate } from '../teacher.ts';
import { measureSense, type Sense } from './sense.ts';
import { sentencesOfStory } from './story-sentences.ts';
import { readThreads, type StoryThread } from './thread.ts';

export type JudgedFeatures = StoryThread & Sense & StoryFeatures & { readonly close: number };
export type JudgedFeature = keyof JudgedFeatures;

export async function measureJudged(
    stories: readonly StoryToRate[],
    readings: readonly ParsedStory[],
    {
        statistics,
        reader,
        batch,
    }: { statistics: LanguageStatistics; reader: Reader; batch?: BatchStatistics | undefined },
): Promise<readonly JudgedFeatures[]> {
    const threads = await readThreads(stories.map(sentencesOfStory), reader);
    return readings.map((reading, i) => ({
        ...threads[i]!,
        ...measureSense(reading, (id) => statistics.rarityOf(id)),
        ...measureStory(reading, statistics, batch),
        close: closeOf(reading),
    }));
}

/** 1: the student stopped, after a whole sentence; less where it was cut off, least in the middle of a sentence. */
function closeOf({ sentences, finished }: ParsedStory): number {
    if (sentences.at(-1)?.ended !== true) return 0;
    return finished ? 1 : 0.6;
}
