/**
 * What of each update is drawn beside other runs: a few of its fields, and these without their names, since a page that
 * compares reads them of a dozen runs at once.
 */
import type { UpdateRow } from '../views/runs.ts';

/** In the order in which they travel, behind the row's id. */
export const curveFields = [
    'number',
    'inputWords',
    'tokensTrained',
    'episodes',
    'scoreMean',
    'klMean',
    'entropyMean',
    'storyTokensMean',
    'storyWordsMean',
    'secondsWriting',
    'secondsRating',
    'secondsScoring',
    'secondsLearning',
] as const satisfies readonly (keyof UpdateRow)[];

type CurveField = (typeof curveFields)[number];
export type CurveRow = Pick<UpdateRow, 'id' | CurveField>;
type ValuesOf<Fields extends readonly (keyof UpdateRow)[]> = {
    readonly [Place in keyof Fields]: UpdateRow[Fields[Place]];
};
export type CurveCells = readonly [id: number, ...values: ValuesOf<typeof curveFields>];

export function curveRow([id, ...values]: CurveCells): CurveRow {
    const [number, inputWords, tokensTrained, episodes, scoreMean, klMean, entropyMean, ...others] = values;
    const [storyTokensMean, storyWordsMean, secondsWriting, secondsRating, secondsScoring, secondsLearning] = others;
    return {
        id,
        number,
        inputWords,
        tokensTrained,
        episodes,
        scoreMean,
        klMean,
        entropyMean,
        storyTokensMean,
        storyWordsMean,
        secondsWriting,
        secondsRating,
        secondsScoring,
        secondsLearning,
    };
}
