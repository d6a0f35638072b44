/** What learning changed, in a sentence that the intervals allow. */
import type { RunChange } from '../../../shared/views/runs.ts';
import { measured } from '../text/words.ts';

export function changeSentence({ total, criteria, perCriterion }: RunChange): string {
    const { difference } = total;
    const by = `by ${measured(Math.abs(difference.mean))} points`;
    if (difference.low <= 0 && difference.high >= 0)
        return 'No change in the total score that chance couldn’t explain.';
    const direction = difference.mean > 0 ? 'better' : 'worse';
    const most = criteria
        .map(({ id, name }) => ({ name, by: perCriterion[id]?.difference.mean ?? 0 }))
        .reduce((a, b) => (Math.abs(b.by) > Math.abs(a.by) ? b : a));
    const where = criteria.length > 1 ? `, most of all in ${most.name.toLowerCase()}` : '';
    return `The teacher finds the stories ${direction} than before learning ${by}${where}.`;
}
