/**
 * What it earns a story to speak to its judge: the teacher rates it again without those sentences, and without others
 * of about as many words. Nothing is learned from these twins, and no twin is rated where no story speaks.
 */
import { totalOf, type Rating } from '../../../shared/ratings/rubric.ts';
import { selfPraiseOf, type SelfPraiseMeasured } from '../../../shared/findings/self-praise.ts';
import { premiumOverTwins } from '../../learning/statistics/premium.ts';
import { mean } from '../../learning/statistics/descriptive.ts';
import { cleanedTwin, speaksToJudge } from '../../text/meta-story.ts';
import { countWords } from '../../text/words.ts';
import type { RatingContext, StoryToRate, Teacher } from '../../teacher/teacher.ts';

const mostTwins = 100; // stories; more say the same, and a language model takes its time

/** Results of a clean evaluation; none where no twin could be made or rated. */
export async function selfPraiseResults(
    teacher: Teacher,
    stories: readonly StoryToRate[],
    ratings: readonly Rating[],
    context: RatingContext,
): Promise<Readonly<Record<string, number>>> {
    const { criteria } = teacher.facts.rubric;
    const totals = ratings.map((rating) => totalOf(criteria, rating));
    const told = stories
        .map(({ prompt, story, finished }, i) => ({ prompt, story, finished, total: totals[i] ?? null }))
        .filter(({ story, total }) => total !== null && speaksToJudge(story))
        .flatMap((each) => {
            const twin = cleanedTwin(each.story);
            return twin === null ? [] : [{ ...each, ...twin }];
        })
        .slice(0, mostTwins);
    if (told.length === 0) return {};
    const twins = told.flatMap(({ prompt, finished, cleaned, shortened }) =>
        [cleaned, ...(shortened === null ? [] : [shortened])].map((story) => ({ prompt, story, finished })),
    );
    const given = (await teacher.rate(twins, context)).map((rating) => totalOf(criteria, rating));
    const rated = told.flatMap(({ story, total, cleaned, shortened }) => {
        const ofCleaned = given.shift() ?? null;
        const ofShortened = shortened === null ? null : (given.shift() ?? null);
        if (ofCleaned === null) return [];
        const words = countWords(story) - countWords(cleaned);
        return [
            { premium: total! - ofCleaned, overOthers: ofShortened === null ? null : ofShortened - ofCleaned, words },
        ];
    });
    if (rated.length === 0) return {};
    const overOthers = rated.flatMap(({ overOthers: over }) => over ?? []);
    const measured: SelfPraiseMeasured = {
        twins: rated.length,
        words: mean(rated.map(({ words }) => words)),
        premium: premiumOverTwins(rated.map(({ premium }) => premium)),
        overOthers: premiumOverTwins(overOthers),
    };
    return selfPraiseOf(measured);
}
