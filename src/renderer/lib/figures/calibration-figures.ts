/** What a calibration would change, as the page shows it. */
import { readCalibration } from '../../../shared/ratings/calibration-line.ts';
import type { CalibrationFile, CalibrationFit } from '../../../shared/ratings/calibration.ts';
import type { Criterion } from '../../../shared/ratings/rubric.ts';
import { counted } from '../text/words.ts';

export interface ScoreRange {
    readonly least: number;
    readonly most: number;
}

/** Of the criteria together, as the rubric weighs them. */
export function rangeOf(criteria: readonly Criterion[]): ScoreRange {
    const weighed = (end: 'min' | 'max'): number => criteria.reduce((sum, each) => sum + each.weight * each[end], 0);
    return { least: weighed('min'), most: weighed('max') };
}

/** What each whole score of the teacher would be paid as; at most eleven of them. */
export function paidAs({ sum }: CalibrationFile, { least, most }: ScoreRange): readonly (readonly [number, number])[] {
    const step = Math.max(1, Math.ceil((most - least) / 10));
    return Array.from({ length: Math.floor((most - least) / step) + 1 }, (_, i) => {
        const score = least + i * step;
        return [score, least + readCalibration(sum.points, (score - least) / (most - least)) * (most - least)];
    });
}

/** Does it err less than the teacher's own scores, and than one score for all stories, where it was not fitted? */
export function helps({ errorBefore, errorAfter, isWorth = true }: CalibrationFit): boolean {
    return errorAfter < errorBefore && isWorth;
}

const fewestStories = 100; // below it the line changes with every few stories
const fewestPeople = 2; // one person's taste is not what people like

/**
 * What makes a calibration a trial and no measure; null where nothing does.
 * @param agrees on some criterion the teacher agrees with people beyond chance
 */
export function caution(
    { stories, people }: Pick<CalibrationFile, 'stories' | 'people'>,
    agrees: boolean,
): string | null {
    const of = `${counted(stories, 'story', 'stories')}, ${counted(people, 'rater')}`;
    if (stories < fewestStories || people < fewestPeople)
        return `${of}: treat it as a trial. ${fewestStories} stories and ${fewestPeople} raters are the least to rely on.`;
    return agrees
        ? null
        : `${of}, and no criterion yet shows the teacher agreeing with people beyond chance: treat it as a trial.`;
}

const longestSetting = 100_000; // characters that the app takes

/** Does a text look like a calibration? The app reads it closely when a run starts. */
export function isCalibration(text: string): boolean {
    return text.length <= longestSetting && parsed(text) !== null;
}

/** A setting's value as a person reads it: a calibration is a whole table. */
export function shownSetting(key: string, value: string | number | undefined): string {
    const text = String(value ?? '');
    if (key !== 'reward.calibration' || !text.startsWith('{')) return text;
    const calibration = parsed(text);
    if (calibration === null) return 'a table that cannot be read';
    const { teacher, people, stories } = calibration;
    return `${teacher} by ${counted(people, 'person', 'people')} on ${counted(stories, 'story', 'stories')}`;
}

function parsed(text: string): CalibrationFile | null {
    try {
        const json = JSON.parse(text) as Partial<CalibrationFile> | null;
        return json?.format === 'storyloop-calibration' ? (json as CalibrationFile) : null;
    } catch {
        return null;
    }
}
