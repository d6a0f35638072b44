/** The agreement report of very many stories, in the thread that the app measures it in. */
import type { RatingTable, TableRating } from '../../src/main/learning/agreement/rating-table.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { measureAgreement } from '../../src/main/service/sets/agreement.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';
import { inTurns, median, type Bench } from './measuring.ts';
import { atMost } from './row.ts';

const stories = 10_000;

export const agreement: Bench = {
    name: 'agreement',
    async measure({ repeats }) {
        const people = tableOf(['ada', 'ben', 'cleo'], { isTrained: false });
        const teacher = tableOf(['ada', 'ben', 'teacher'], { isTrained: true });
        const seconds = await inTurns(
            { people: () => measureAgreement(people), teacher: () => measureAgreement(teacher) },
            Math.min(repeats, 3),
        );
        const note = `${stories} stories × 3 raters × 2,000 draws, whole scores`;
        return [
            { name: 'agreement.people', value: median(seconds.people), unit: 's', target: atMost(5), note },
            { name: 'agreement.teacher', value: median(seconds.teacher), unit: 's', note },
        ];
    },
};

/** Whole scores of raters who see the same worth through noise of their own. */
function tableOf(names: readonly string[], { isTrained }: { readonly isTrained: boolean }): RatingTable {
    const random = new RandomStream('bench agreement');
    const scoresOf = (worth: number): TableRating['scores'] =>
        Object.fromEntries(
            storytellerCriteria.map(({ id, min, max }) => [
                id,
                Math.max(min, Math.min(max, Math.round(worth + 0.7 * random.normal()))),
            ]),
        );
    const worths = Array.from({ length: stories }, () => 3 * random.uniform());
    return {
        criteria: storytellerCriteria,
        raters: names.map((id) => ({ id, kind: id === 'teacher' ? 'teacher' : 'person' })),
        stories: worths.map((_, i) => ({
            id: String(i),
            words: isTrained ? 20 + random.integer(60) : null,
            stage: isTrained ? 1 + Math.floor((4 * i) / stories) : null,
        })),
        ratings: worths.flatMap((worth, story) =>
            names.flatMap((_, rater): TableRating[] => [
                { story, rater, isRepeat: false, scores: scoresOf(worth) },
                ...(isTrained && story % 10 === 0 ? [{ story, rater, isRepeat: true, scores: scoresOf(worth) }] : []),
            ]),
        ),
    };
}
