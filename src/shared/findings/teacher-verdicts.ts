/** What a check of a teacher found, in words that the command line and the app share. */
import type { TeacherReport } from '../contracts/engine.ts';

/** Whether a teacher knows a story from its shuffled words and sentences and from a mixture of stories, in words. */
export function orderVerdicts({
    overShuffledSentences,
    overShuffledWords,
    overOtherStories,
    stories,
}: NonNullable<TeacherReport['order']>): readonly string[] {
    const say = (damage: string, { mean, low, high }: typeof overShuffledWords): string => {
        const verdict =
            low > 0.5
                ? 'it can tell them apart'
                : high < 0.5
                  ? 'it prefers the damaged ones'
                  : 'it cannot tell them apart';
        return `a whole story gets more than one ${damage} in ${(100 * mean).toFixed(0)} % of pairs (95 %: ${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}): ${verdict}`;
    };
    return [
        say('with its words shuffled', overShuffledWords),
        say('with its sentences shuffled', overShuffledSentences),
        say('of other stories’ sentences', overOtherStories),
        `from ${stories} stories of each kind; chance is 50 %`,
    ];
}
