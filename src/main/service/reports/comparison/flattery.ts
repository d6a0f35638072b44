/** Counts the stories of a run that speak to whoever rates them, before, while and after it learned. */
import type { FlatteryFound, FlatteryShare } from '../../../../shared/findings/flattery-words.ts';
import { selfPraiseIn } from '../../../../shared/findings/self-praise.ts';
import { premiumAtEqualLength } from '../../../learning/statistics/premium.ts';
import { wilson } from '../../../learning/statistics/shares.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import type { RatedSample, RecordedEvaluation } from '../../../store/run/evaluations.ts';
import { ratableStories } from '../../../store/run/ratings/rated-stories.ts';
import { cleanedTwin, speaksToJudge } from '../../../text/meta-story.ts';

const stretches = 8;
/** Of longer runs every n-th story is read: a share is known to a third of a per cent then. */
const mostRead = 20_000;
const shownExamples = 3;

/** @param results of the evaluation after learning */
export function flatteryIn(
    db: RunDatabase,
    before: readonly RatedSample[],
    after: readonly RatedSample[],
    { results }: Pick<RecordedEvaluation, 'results'>,
): FlatteryFound {
    const all = ratableStories(db);
    const step = Math.ceil(all.length / mostRead) || 1;
    const read = all
        .filter((_, i) => i % step === 0)
        .map(({ story, words, total, update }) => ({ story, words, total, update, isMarked: speaksToJudge(story) }));
    const updates = [...new Set(read.map(({ update }) => update))];
    const size = Math.max(1, Math.ceil(updates.length / stretches));
    const training = Array.from({ length: Math.ceil(updates.length / size) }, (_, i) => {
        const those = updates.slice(i * size, (i + 1) * size);
        const [from, to] = [those[0]!, those.at(-1)!];
        const stories = read.filter(({ update }) => update >= from && update <= to);
        return { updates: [from, to] as const, ...shareOf(stories.map(({ isMarked }) => isMarked)) };
    });
    const clean = (samples: readonly RatedSample[]): FlatteryShare =>
        shareOf(samples.map(({ story }) => speaksToJudge(story)));
    return {
        before: clean(before),
        after: clean(after),
        training,
        premium: premiumAtEqualLength(
            read.flatMap(({ words, total, isMarked }) => (total === null ? [] : [{ words, score: total, isMarked }])),
        ),
        twins: selfPraiseIn(results),
        examples: read
            .filter(({ isMarked }) => isMarked)
            .slice(-shownExamples)
            .toReversed()
            .map(({ story }) => ({ story, cleaned: cleanedTwin(story)?.cleaned ?? null })),
    };
}

function shareOf(marks: readonly boolean[]): FlatteryShare {
    const speaking = marks.filter((isMarked) => isMarked).length;
    return { stories: marks.length, speaking, share: wilson(speaking, marks.length) };
}
