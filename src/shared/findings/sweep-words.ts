/** What feedback was worth in reading, in a sentence that claims no more than the sweep shows. */
import type { Equivalent, SweepMeasure, Reach, ReachInterval } from '../benchmarks/sweep.ts';
import { rounded } from '../text/numbers.ts';

/**
 * “5.4 k words of feedback after 1 M words of reading brought Zorro to where 2.1 M more words of reading would have
 * brought it [1.5 M, more than 3.4 M]: a word of feedback was worth 389 of reading.”
 */
export function sayEquivalent(measure: SweepMeasure, { start, feedback, words }: Equivalent): string {
    const taught = `${rounded(feedback.words)} words of feedback after ${rounded(start.words)} words of reading`;
    const range = `[${sayReach(words.low)}, ${sayReach(words.high)}]`;
    const { kind, value } = words.value;
    if (kind === 'more')
        return value > 0
            ? `${taught} brought ${measure.subject} to where not even ${rounded(value)} more words of reading brought it ${range}; the sweep ends there.`
            : `${taught} brought ${measure.subject} beyond all of the sweep, which ends where they began; how much reading that is worth is not known.`;
    if (kind === 'fewer')
        return `${taught} left ${measure.subject} below the first checkpoint of the sweep ${range}: there is nothing that reading would have to make up for.`;
    if (value <= 0)
        return `${taught} left ${measure.subject} where ${rounded(start.words + value)} words of reading had it ${range}: they were worth no reading.`;
    const each = rounded(value / feedback.words);
    const isCertain = words.low.kind === 'at' && words.low.value > 0;
    return `${taught} brought ${measure.subject} to where ${rounded(value)} more words of reading would have brought it ${range}: ${
        isCertain ? `a word of feedback was worth ${each} of reading` : 'but it could be none'
    }.`;
}

export function sayReach({ kind, value }: Reach): string {
    if (kind === 'at') return rounded(value);
    return `${kind === 'more' ? 'more than' : 'fewer than'} ${rounded(value)}`;
}

/** “2.1 M [1.5 M, more than 3.4 M]” */
export function sayReaches({ value, low, high }: ReachInterval): string {
    return `${sayReach(value)} [${sayReach(low)}, ${sayReach(high)}]`;
}
