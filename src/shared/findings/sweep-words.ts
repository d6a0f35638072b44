/** What feedback was worth in reading, in a sentence that claims no more than the sweep shows. */
import type { Equivalent, SweepMeasure, Reach, ReachInterval } from '../benchmarks/sweep.ts';
import { rounded } from '../text/numbers.ts';

/** What reading and feedback are counted in; FLOP are the student's. */
export const sweepAxes = ['words', 'tokens', 'flop'] as const;
export type SweepAxis = (typeof sweepAxes)[number];

export const axisNames: Readonly<Record<SweepAxis, string>> = { words: 'words', tokens: 'tokens', flop: 'FLOP' };

/**
 * “5.4 k words of feedback after 1 M words of reading brought Zorro to where 2.1 M more words of reading would have
 * brought it [1.5 M, more than 3.4 M]: a word of feedback was worth 389 of reading.”
 */
export function sayEquivalent(measure: SweepMeasure, equivalent: Equivalent, axis: SweepAxis = 'words'): string {
    const { start, feedback, [axis]: reading } = equivalent;
    const unit = axisNames[axis];
    const began = axis === 'tokens' ? `${rounded(start.tokens)} tokens` : `${rounded(start.words)} words`;
    const taught = `${rounded(feedback[axis])} ${unit} of feedback after ${began} of reading`;
    const range = `[${sayReach(reading.low)}, ${sayReach(reading.high)}]`;
    const { kind, value } = reading.value;
    if (kind === 'more')
        return value > 0
            ? `${taught} brought ${measure.subject} to where not even ${rounded(value)} more ${unit} of reading brought it ${range}; the sweep ends there.`
            : `${taught} brought ${measure.subject} beyond all of the sweep, which ends where they began; how much reading that is worth is not known.`;
    if (kind === 'fewer')
        return `${taught} left ${measure.subject} below the lowest checkpoint measured${reading.high.kind === 'fewer' ? '' : ` ${range}`}: no equivalent in reading can be given.`;
    if (value <= 0) {
        const had =
            axis === 'flop'
                ? `reading with ${rounded(-value)} FLOP less`
                : `${rounded(start[axis] + value)} ${unit} of reading`;
        return `${taught} left ${measure.subject} where ${had} had it ${range}: they were worth no reading.`;
    }
    const each = rounded(value / feedback[axis]);
    const isCertain = reading.low.kind === 'at' && reading.low.value > 0;
    const one = { words: 'a word', tokens: 'a token', flop: 'a FLOP' }[axis];
    return `${taught} brought ${measure.subject} to where ${rounded(value)} more ${unit} of reading would have brought it ${range}: ${
        isCertain ? `${one} of feedback was worth ${each} of reading` : 'but it could be none'
    }.`;
}

/** “As much as 2.1 M more words of reading”: the answer in a few words, above the sentence that says of what. */
export function equivalentHeadline(equivalent: Equivalent, axis: SweepAxis): string {
    const { kind, value } = equivalent[axis].value;
    if (kind === 'fewer') return 'No equivalent in reading can be given';
    if (value <= 0) return kind === 'more' ? 'More than all of the sweep' : 'Worth no reading';
    return `${kind === 'more' ? 'More than' : 'As much as'} ${rounded(value)} more ${axisNames[axis]} of reading`;
}

function sayReach({ kind, value }: Reach): string {
    if (kind === 'at') return rounded(value);
    if (kind === 'fewer' && value <= 0) return 'below the sweep'; // it began there: fewer than none says nothing
    return `${kind === 'more' ? 'more than' : 'fewer than'} ${rounded(value)}`;
}

/** “2.1 M [1.5 M, more than 3.4 M]” */
export function sayReaches({ value, low, high }: ReachInterval): string {
    return `${sayReach(value)} [${sayReach(low)}, ${sayReach(high)}]`;
}
