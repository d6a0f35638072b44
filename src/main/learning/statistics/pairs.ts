/** Pairs the stories of a clean evaluation, before and after, by the seed they were written from. */
import { badInput, FaultError } from '../../../shared/faults.ts';
import type { CriterionId, Rating } from '../../../shared/ratings/rubric.ts';

/** One story of an evaluation. With equal seeds, before and after differ only in the student's weights. */
export interface CleanStory {
    readonly seed: number;
    readonly words: number; // of the story alone
    readonly rating: Rating;
}

/** A story with a readable rating. */
export interface RatedStory {
    readonly words: number;
    readonly scores: Readonly<Record<CriterionId, number>>;
}

export interface RatedPair {
    readonly seed: number;
    readonly before: RatedStory;
    readonly after: RatedStory;
}

export interface StoryPairs {
    readonly pairs: readonly RatedPair[]; // by seed, whatever order the stories came in
    /** Left out because one of the two could not be rated. */
    readonly unreadable: number;
}

/** @throws bad input for lists that are empty, repeat a seed or do not hold the same seeds */
export function pairBySeed(before: readonly CleanStory[], after: readonly CleanStory[]): StoryPairs {
    const beforeBySeed = bySeed('before', before);
    const afterBySeed = bySeed('after', after);
    const alone =
        [...beforeBySeed.keys()].find((seed) => !afterBySeed.has(seed)) ??
        [...afterBySeed.keys()].find((seed) => !beforeBySeed.has(seed));
    if (alone !== undefined)
        throw badInput(
            `The evaluations cannot be compared: seed ${alone} has a story on one side only. Both stay as they are; evaluate again with equal seeds and number of stories.`,
        );
    const pairs: RatedPair[] = [];
    for (const seed of [...beforeBySeed.keys()].sort((a, b) => a - b)) {
        const [early, late] = [beforeBySeed.get(seed)!, afterBySeed.get(seed)!];
        if (early.rating.kind === 'unreadable' || late.rating.kind === 'unreadable') continue;
        pairs.push({
            seed,
            before: { words: early.words, scores: early.rating.scores },
            after: { words: late.words, scores: late.rating.scores },
        });
    }
    if (pairs.length < 2)
        throw badInput(
            `Only ${pairs.length} of ${before.length} pairs of stories could be rated, too few to compare. Both evaluations stay as they are; evaluate again with more stories or another teacher.`,
        );
    return { pairs, unreadable: before.length - pairs.length };
}

function bySeed(side: string, stories: readonly CleanStory[]): ReadonlyMap<number, CleanStory> {
    if (stories.length === 0)
        throw badInput(
            `There are no stories from ${side} learning, so there is nothing to compare. Evaluate both students first.`,
        );
    for (const { rating } of stories)
        if (rating.kind === 'scored' && !Object.values(rating.scores).every(Number.isFinite))
            throw new FaultError({ kind: 'numbers-not-finite', phase: 'comparing evaluations', where: 'scores' });
    const found = new Map(stories.map((story) => [story.seed, story]));
    if (found.size < stories.length)
        throw badInput(
            `The stories from ${side} learning repeat a seed, so they cannot be paired. They stay as they are; evaluate again with one story a seed.`,
        );
    return found;
}
