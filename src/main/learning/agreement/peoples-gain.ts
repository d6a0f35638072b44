/** What people would say that a run gained: the corrected means of its stories before and after learning. */
import type { Interval } from '../../../shared/findings/gain-words.ts';
import { sumOfCriteria } from '../../../shared/ratings/agreement.ts';
import type { CriterionGain, LabelPlan, PassedShares, PeoplesGain } from '../../../shared/ratings/peoples-gain.ts';
import { bestTotal, totalScore, type Criterion, type CriterionId } from '../../../shared/ratings/rubric.ts';
import { mean, standardDeviation } from '../statistics/descriptive.ts';
import {
    correctedMean,
    gainInterval,
    gainWhileRating,
    halfWidthAfter,
    meanInterval,
    z95,
    type CorrectedMean,
    type JudgedStories,
} from './corrected-mean.ts';
import { correctedPrevalence, shareGain, type Prevalence } from './prevalence.ts';

type ScoresOf = Readonly<Record<CriterionId, number>>;

/** A story of before or after that the teacher could rate, and what each person said who rated it. */
export interface GainStory {
    readonly teacher: ScoresOf;
    readonly people: readonly ScoresOf[];
}

export interface GainSides {
    readonly before: readonly GainStory[];
    readonly after: readonly GainStory[];
}

/** Fewer rated stories of a side are too few for a normal distribution to be near. */
export const leastRated = 20;
/** What a plan asks about, and in what steps it looks for half the width. */
const moreRated = 40;

/**
 * The gain by one teacher, corrected; null where fewer than `leastRated` stories of a side are rated.
 * @param open stories of the run's sets that nobody has rated yet
 */
export function peoplesGain(
    teacher: string,
    criteria: readonly Criterion[],
    { before, after }: GainSides,
    open: number,
): PeoplesGain | null {
    const sides = [before, after] as const;
    const rated = sides.map((stories) => stories.filter(({ people }) => people.length > 0).length);
    if (Math.min(...rated) < leastRated) return null;
    const single = criteria.map((criterion) =>
        criterionGain(criterion.id, sides, ({ [criterion.id]: score }) => score!, isYesOrNo(criterion)),
    );
    const sum = criterionGain(sumOfCriteria, sides, (scores) => totalScore(criteria, scores), false);
    const all = criteria.length > 1 ? [...single, sum] : single;
    return {
        teacher,
        most: bestTotal(criteria),
        judged: [before.length, after.length],
        rated: [rated[0]!, rated[1]!],
        criteria: all.map(({ gain }) => gain),
        plan: planOf(all.at(-1)!.means, open),
    };
}

const isYesOrNo = ({ min, max }: Criterion): boolean => min === 0 && max === 1;

interface MeasuredCriterion {
    readonly gain: CriterionGain;
    readonly means: readonly [CorrectedMean, CorrectedMean];
}

function criterionGain(
    criterion: CriterionId,
    [before, after]: readonly [readonly GainStory[], readonly GainStory[]],
    read: (scores: ScoresOf) => number,
    yesOrNo: boolean,
): MeasuredCriterion {
    const [earlier, later] = [judgedBy(before, read), judgedBy(after, read)];
    const means = [correctedMean(earlier), correctedMean(later)] as const;
    return {
        means,
        gain: {
            criterion,
            teacher: plainGain([before, after].map((side) => side.map((story) => read(story.teacher)))),
            before: meanInterval(means[0]),
            after: meanInterval(means[1]),
            people: gainInterval(...means),
            whileRating: gainWhileRating(...means),
            lambda: [means[0].lambda, means[1].lambda],
            passed: yesOrNo ? passedShares(correctedPrevalence(earlier), correctedPrevalence(later)) : null,
        },
    };
}

function judgedBy(stories: readonly GainStory[], read: (scores: ScoresOf) => number): JudgedStories {
    const rated = stories.filter(({ people }) => people.length > 0);
    return {
        people: rated.map(({ people }) => mean(people.map(read))),
        teacher: rated.map(({ teacher }) => read(teacher)),
        unrated: stories.flatMap(({ teacher, people }) => (people.length > 0 ? [] : read(teacher))),
    };
}

/** After − before by the teacher's word alone. */
function plainGain(scores: readonly (readonly number[])[]): Interval {
    const [before, after] = scores;
    const error = (side: readonly number[]): number => standardDeviation(side) / Math.sqrt(side.length);
    const gain = mean(after!) - mean(before!);
    const half = z95 * Math.hypot(error(before!), error(after!));
    return { mean: gain, low: gain - half, high: gain + half };
}

/** The teacher's errors are counted on each side by itself: learning may have moved them. */
function passedShares(before: Prevalence | null, after: Prevalence | null): PassedShares | null {
    if (before === null || after === null) return null;
    const alike = (of: 'sensitivity' | 'specificity'): PassedShares['sensitivity'] => ({
        right: before[of].right + after[of].right,
        of: before[of].of + after[of].of,
    });
    return {
        before: before.passed,
        after: after.passed,
        gain: shareGain(before.passed, after.passed),
        sensitivity: alike('sensitivity'),
        specificity: alike('specificity'),
    };
}

function planOf([before, after]: readonly [CorrectedMean, CorrectedMean], open: number): LabelPlan {
    const now = halfWidthAfter(before, after, 0) ?? 0;
    const most = 2 * Math.min(before.unrated, after.unrated);
    let toHalve: number | null = null;
    for (let more = 2; more < most && toHalve === null; more += 2) {
        const width = halfWidthAfter(before, after, more);
        if (width !== null && width <= now / 2) toHalve = more;
    }
    return { open, now, more: moreRated, then: halfWidthAfter(before, after, moreRated), toHalve };
}
