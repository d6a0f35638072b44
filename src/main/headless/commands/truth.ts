/** What a rater made of stories of known truth, as a table. */
import {
    controlSentence,
    shareWords,
    thresholdSentence,
    truthRows,
} from '../../../shared/findings/known-truth-words.ts';
import type { TruthFound } from '../../../shared/ratings/known-truth.ts';
import { wrapped } from '../terminal.ts';

const nameWidth = 58;

export function printTruth(found: TruthFound): void {
    console.log(
        `${found.rater}: how often a sound story gets more than its twin (ties half; chance is 50 %)\n\n${'  the twin is one …'.padEnd(nameWidth)} pairs  ties  sound above      below the threshold`,
    );
    let wasControl = false;
    for (const { name, pairs, ties, preferred, below, verdict, isControl } of truthRows(found)) {
        if (isControl && !wasControl) console.log('  harmless edits, as a control:');
        wasControl = isControl;
        console.log(
            `  ${name.padEnd(nameWidth - 2)} ${String(pairs).padStart(5)} ${String(ties).padStart(5)}  ${shareWords(preferred).padEnd(16)} ${shareWords(below).padEnd(16)} ${verdict}`,
        );
    }
    console.log(`\n${wrapped(controlSentence(found))}`);
    console.log(wrapped(thresholdSentence(found)));
    if (found.unreadable > 0) console.log(`${found.unreadable} stories could not be rated.`);
}
