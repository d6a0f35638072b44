/** Fits calibrations: what each teacher's scores are worth to the people who rated a set. */
import { sumOfCriteria } from '../../../shared/ratings/agreement.ts';
import { calibrationVersion, type CalibrationFile, type CalibrationFit } from '../../../shared/ratings/calibration.ts';
import { badInput, FaultError } from '../../../shared/faults.ts';
import { isSameName } from '../../../shared/text/names.ts';
import type { ObservedWorth, TeacherCalibration } from '../../../shared/ratings/rating-sets.ts';
import { scoreFraction, type Criterion } from '../../../shared/ratings/rubric.ts';
import { calibrate, observedWorths } from '../../learning/agreement/isotonic.ts';
import { meanColumn } from '../../learning/agreement/rating-table.ts';
import { RandomStream } from '../../learning/random.ts';
import { rubricDigest } from '../../learning/rubric-digest.ts';
import type { SetTable } from './set-table.ts';

interface Fitted {
    readonly calibration: CalibrationFile;
    readonly observed: Readonly<Record<string, readonly ObservedWorth[]>>;
}

/** A calibration for every teacher of the set, or the reason why it has none. */
export function calibrationsOf(set: SetTable): readonly TeacherCalibration[] {
    return teachersIn(set).map((teacher): TeacherCalibration => {
        try {
            return { kind: 'fitted', teacher, ...fitTeacher(set, teacher) };
        } catch (error) {
            if (!(error instanceof FaultError) || error.fault.kind !== 'bad-input') throw error;
            return { kind: 'refused', teacher, sentence: error.message };
        }
    });
}

/**
 * The calibration of one teacher.
 * @param wanted its name; null where there is only one
 * @throws bad input where there is no such teacher, too little to fit, or nothing shown that its scores are worth
 */
export function calibrationOf(set: SetTable, wanted: string | null): CalibrationFile {
    const teachers = teachersIn(set);
    const [only = null, second] = teachers;
    const teacher =
        wanted === null
            ? second === undefined
                ? only
                : null
            : (teachers.find((each) => isSameName(each, wanted)) ?? null);
    if (teacher === null)
        throw badInput((name) =>
            teachers.length === 0
                ? 'No teacher rated these stories here, so there is nothing to calibrate; nothing was written. Bring the runs of the set to this computer.'
                : `Several teachers rated these stories; nothing was written. Choose one as ${name('teacher')}: ${teachers.join(', ')}.`,
        );
    const { calibration } = fitTeacher(set, teacher);
    const { isWorth, errorAfter, errorConstant = 0 } = calibration.sum;
    if (isWorth === false)
        throw badInput(
            `The scores of ${teacher} are not shown to be worth anything: calibrated they miss people’s mean by ${errorAfter.toFixed(3)} of 1, and always the same score misses it by ${errorConstant.toFixed(3)}; nothing was written. Rate more stories, or choose another teacher.`,
        );
    return calibration;
}

function teachersIn({ table }: SetTable): readonly string[] {
    return table.raters.filter(({ kind }) => kind === 'teacher').map(({ id }) => id);
}

function fitTeacher({ table, rubric, id: set }: SetTable, teacher: string): Fitted {
    const { criteria, raters, stories, ratings } = table;
    const people = raters.flatMap(({ kind }, i) => (kind === 'person' ? i : []));
    const teacherAt = raters.findIndex(({ id, kind }) => kind === 'teacher' && id === teacher);
    const fit = (of: readonly Criterion[], name: string): OneFit => {
        const column = (rater: number): Float64Array => {
            const fractions = new Float64Array(stories.length).fill(Number.NaN);
            for (const rating of ratings)
                if (rating.rater === rater && !rating.isRepeat)
                    fractions[rating.story] = scoreFraction(of, rating.scores);
            return fractions;
        };
        const mean = meanColumn(people.map(column), stories.length);
        const teacherScores = column(teacherAt);
        const both = stories.map((_, i) => i).filter((i) => !Number.isNaN(teacherScores[i]! + mean[i]!));
        const [teachers, worths] = [both.map((i) => teacherScores[i]!), both.map((i) => mean[i]!)];
        return {
            stories: both.length,
            fit: calibrate(teachers, worths, new RandomStream('calibration', set, teacher, name)),
            observed: observedWorths(teachers, worths),
        };
    };
    const sum = fit(criteria, sumOfCriteria);
    const single = criteria.map((criterion) => [criterion.id, fit([criterion], criterion.id)] as const);
    return {
        calibration: {
            format: 'storyloop-calibration',
            version: calibrationVersion,
            rubric: rubricDigest(rubric),
            teacher,
            set,
            stories: sum.stories,
            people: people.length,
            sum: sum.fit,
            criteria: Object.fromEntries(single.map(([criterion, { fit: each }]) => [criterion, each])),
        },
        observed: Object.fromEntries(
            [...single, [sumOfCriteria, sum] as const].map(([id, each]) => [id, each.observed]),
        ),
    };
}

interface OneFit {
    readonly fit: CalibrationFit;
    readonly stories: number;
    readonly observed: readonly ObservedWorth[];
}
