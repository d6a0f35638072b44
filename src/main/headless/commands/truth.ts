/** What a rater made of stories of known truth, as a table. */
import {
    defectName,
    defectVerdict,
    shareWords,
    thresholdSentence,
} from '../../../shared/findings/known-truth-words.ts';
import type { TruthFound } from '../../../shared/ratings/known-truth.ts';
import { wrapped } from '../terminal.ts';

const nameWidth = 58;

export function printTruth(found: TruthFound): void {
    console.log(
        `${found.rater}: how often a sound story gets more than its twin (ties half; chance is 50 %)\n\n${'  the twin is one …'.padEnd(nameWidth)} pairs  ties  sound above      below the threshold`,
    );
    for (const each of found.defects)
        console.log(
            `  ${defectName(each).padEnd(nameWidth - 2)} ${String(each.pairs).padStart(5)} ${String(each.ties).padStart(5)}  ${shareWords(each.preferred).padEnd(16)} ${shareWords(each.sensitivity).padEnd(16)} ${defectVerdict(each)}`,
        );
    console.log(`\n${wrapped(thresholdSentence(found))}`);
    if (found.unreadable > 0) console.log(`${found.unreadable} stories could not be rated.`);
}
