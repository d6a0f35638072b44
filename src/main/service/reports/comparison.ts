/** What learning changed: the clean evaluations before and after, compared by seed, from the run's own record. */
import { compareBeforeAfter, type BeforeAfter } from '../../learning/statistics/before-after.ts';
import { lengthMatchedGain, type LengthMatchedGain } from '../../learning/statistics/length-matched.ts';
import { pairBySeed, type CleanStory } from '../../learning/statistics/pairs.ts';
import { RandomStream } from '../../learning/random.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import type { StoryPair } from '../../../shared/views/stories.ts';
import {
    evaluations,
    ratedSamples,
    samplePairs,
    type RatedSample,
    type RecordedEvaluation,
} from '../../store/run/evaluations.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { teacherCriteria } from '../../store/run/ratings.ts';

export interface RunComparison {
    readonly criteria: readonly Criterion[];
    readonly before: RecordedEvaluation;
    readonly after: RecordedEvaluation;
    readonly scores: BeforeAfter;
    readonly lengthMatched: LengthMatchedGain;
    /** Three stories of each student from the same seeds: at the lower quartile, the median and the upper quartile of change. */
    readonly examples: readonly StoryPair[];
}

/** Null where the run was not evaluated on both sides, or fewer than two pairs of stories could be rated. */
export function compareRun(database: string): RunComparison | null {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const done = evaluations(db);
        const before = done.findLast(({ phase }) => phase === 'before');
        const after = done.findLast(({ phase }) => phase === 'after');
        if (!before || !after) return null;
        const criteria = teacherCriteria(db);
        const [earlier, later] = [ratedSamples(db, before.id), ratedSamples(db, after.id)];
        const unreadable = new Set(
            [...earlier, ...later].filter(({ scores }) => scores === null).map(({ seed }) => seed),
        );
        if (earlier.length - unreadable.size < 2) return null;
        const pairs = pairBySeed(storiesOf(earlier), storiesOf(later));
        const random = new RandomStream('comparison', before.digest, after.digest);
        return {
            criteria,
            before,
            after,
            scores: compareBeforeAfter(criteria, pairs, { random: random.fork('difference') }),
            lengthMatched: lengthMatchedGain(criteria, pairs, { random: random.fork('length-matched') }),
            examples: exemplary(samplePairs(db, before.id, after.id)),
        };
    } finally {
        db.close();
    }
}

function storiesOf(samples: readonly RatedSample[]): CleanStory[] {
    return samples.map(({ seed, words, scores }) => ({
        seed,
        words,
        rating: scores === null ? { kind: 'unreadable', reply: '' } : { kind: 'scored', scores },
    }));
}

/** Pairs that stand for all of them, not the best ones. */
function exemplary(pairs: readonly StoryPair[]): readonly StoryPair[] {
    const changeOf = ({ before, after }: StoryPair): number => (after.total ?? 0) - (before.total ?? 0);
    const sorted = pairs
        .filter(({ before, after }) => before.total !== null && after.total !== null)
        .toSorted((a, b) => changeOf(a) - changeOf(b));
    return [0.25, 0.5, 0.75].flatMap((place) => sorted[Math.floor(place * sorted.length)] ?? []);
}
