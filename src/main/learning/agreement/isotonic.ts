/**
 * What people give where a teacher gives a certain fraction: the monotone line closest to the ratings in mean square,
 * by pooling adjacent violators (Ayer et al. 1955; Barlow et al. 1972, §1.2). Whether it helps is measured on stories
 * it was not fitted to (ten folds), and against a constant: people's mean, whatever the teacher says. A line through
 * the scores of a random teacher is nearly that constant, and so comes nearer to people than the scores did.
 */
import { readCalibration } from '../../../shared/ratings/calibration-line.ts';
import type { CalibrationFit } from '../../../shared/ratings/calibration.ts';
import { badInput } from '../../../shared/faults.ts';
import { countedStories } from '../../../shared/text/numbers.ts';
import type { ObservedWorth } from '../../../shared/ratings/rating-sets.ts';
import type { RandomStream } from '../random.ts';
import { mean, standardDeviation } from '../statistics/descriptive.ts';
import { risingPools } from '../statistics/rising.ts';
import { studentQuantile } from '../statistics/student-t.ts';

type WorthPoint = [at: number, worth: number];

const folds = 10;
/** With fewer stories the folds would be mere noise. */
const leastStories = 20;

/** teacher, people: (N) fractions 0–1 of the same stories. @throws bad input where there is too little to fit */
export function calibrate(teacher: readonly number[], people: readonly number[], random: RandomStream): CalibrationFit {
    if (teacher.length < leastStories)
        throw badInput(
            `Only ${countedStories(teacher.length)} rated by both teacher and people, too few to calibrate; nothing was written. Rate at least ${leastStories}.`,
        );
    const points = risingLine(teacher, people);
    const dealt = random.permutation(teacher.length); // story → its position in the shuffle
    const fitted = Array.from({ length: folds }, (_, fold) => {
        const training = teacher.flatMap((_score, story) => (dealt[story]! % folds === fold ? [] : story));
        const worths = training.map((story) => people[story]!);
        return {
            line: risingLine(
                training.map((story) => teacher[story]!),
                worths,
            ),
            constant: mean(worths),
        };
    });
    const squared = (guess: (at: number, fold: (typeof fitted)[number]) => number): readonly number[] =>
        teacher.map((at, story) => (guess(at, fitted[dealt[story]! % folds]!) - people[story]!) ** 2); // (N)
    const before = squared((at) => at);
    const after = squared((at, { line }) => readCalibration(line, at));
    const constant = squared((_at, fold) => fold.constant);
    return {
        points,
        errorBefore: Math.sqrt(mean(before)),
        errorAfter: Math.sqrt(mean(after)),
        errorConstant: Math.sqrt(mean(constant)),
        isWorth: isBelow(after, constant),
    };
}

/** Is the mean of the first (N) below that of the second by more than chance explains? Student, one-sided 5 %. */
function isBelow(first: readonly number[], second: readonly number[]): boolean {
    const gains = first.map((value, i) => second[i]! - value);
    const least = (studentQuantile(gains.length - 1, 0.9) * standardDeviation(gains)) / Math.sqrt(gains.length);
    return mean(gains) > least;
}

/** The most groups of stories shown beside the line. */
const mostGroups = 10;

/**
 * What the line is compared with: stories of equal score or, where a teacher uses many different scores, neighbours in
 * groups of about the same size. (N), (N) fractions 0–1 → ascending by `at`
 */
export function observedWorths(teacher: readonly number[], people: readonly number[]): readonly ObservedWorth[] {
    const order = teacher.map((_, i) => i).sort((a, b) => teacher[a]! - teacher[b]! || a - b);
    const levels = new Set(teacher).size;
    const groups = new Map<number, number[]>();
    order.forEach((story, rank) => {
        const key = levels <= mostGroups ? teacher[story]! : Math.floor((mostGroups * rank) / order.length);
        groups.set(key, [...(groups.get(key) ?? []), story]);
    });
    return [...groups.values()].map((stories) => ({
        at: mean(stories.map((story) => teacher[story]!)),
        worth: mean(stories.map((story) => people[story]!)),
        stories: stories.length,
    }));
}

/**
 * The points of a line that rises or stays level: both ends of every pool.
 * @throws bad input where the teacher gave one score only
 */
export function risingLine(x: readonly number[], y: readonly number[]): WorthPoint[] {
    const sums = new Map<number, { sum: number; count: number }>();
    x.forEach((at, i) => {
        const found = sums.get(at) ?? { sum: 0, count: 0 };
        sums.set(at, { sum: found.sum + y[i]!, count: found.count + 1 });
    });
    if (sums.size < 2)
        throw badInput('The teacher gave one score only, so there is nothing to calibrate; nothing was written.');
    const levels = [...sums].sort(([a], [b]) => a - b);
    const pools = risingPools(
        levels.map(([, { sum }]) => sum),
        levels.map(([, { count }]) => count),
    );
    return pools.flatMap(({ first, last, sum, weight }): WorthPoint[] => {
        const [from, to] = [levels[first]![0], levels[last]![0]];
        const worth = sum / weight;
        return from === to
            ? [[from, worth]]
            : [
                  [from, worth],
                  [to, worth],
              ];
    });
}
