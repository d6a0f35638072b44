/** What a check of a teacher found, in words that the command line and the app share. */
import type { TeacherReport } from './contract.ts';

/** Whether a teacher knows a story from its shuffled words, in sentences. */
export function orderVerdicts({
    overShuffledSentences,
    overShuffledWords,
    stories,
}: NonNullable<TeacherReport['order']>): readonly string[] {
    const say = (against: string, { mean, low, high }: typeof overShuffledWords): string => {
        const verdict =
            low > 0.5
                ? 'it can tell them apart'
                : high < 0.5
                  ? 'it prefers the shuffled ones'
                  : 'it cannot tell them apart';
        return `a whole story gets more than one with its ${against} shuffled in ${(100 * mean).toFixed(0)} % of pairs (95 %: ${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}): ${verdict}`;
    };
    return [
        say('words', overShuffledWords),
        say('sentences', overShuffledSentences),
        `from ${stories} stories of each kind; chance is 50 %`,
    ];
}
