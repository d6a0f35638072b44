/** What people would say that a run gained, as lines of `agreement`. */
import { change } from '../../../shared/findings/gain-words.ts';
import { passedSentence, peopleSay, planSentence } from '../../../shared/findings/peoples-gain-words.ts';
import type { CriterionGain, PeoplesGain, SetGain } from '../../../shared/ratings/peoples-gain.ts';
import { measured } from '../../../shared/text/numbers.ts';
import { wrapped } from '../terminal.ts';

export function printGain(gain: SetGain): void {
    console.log('\nWhat people would say of the gain');
    if (gain.kind === 'refused') {
        console.log(indented(gain.sentence));
        return;
    }
    for (const each of gain.gains) printTeacher(each);
}

function printTeacher(gain: PeoplesGain): void {
    console.log(`${indented(peopleSay(gain, gain.teacher))}\n`);
    console.log(
        `  ${'criterion'.padEnd(16)} ${'the teacher says'.padEnd(22)} ${'people would say'.padEnd(22)} ${'at every look'.padEnd(22)} before → after   λ`,
    );
    for (const each of gain.criteria) {
        console.log(`  ${line(each)}`);
        if (each.passed !== null) console.log(`    ${passedSentence(each.passed)}`);
    }
    console.log(`\n${indented(planSentence(gain))}`);
}

function line({ criterion, teacher, people, whileRating, before, after, lambda }: CriterionGain): string {
    const cells = [teacher, people, whileRating].map((each) => change(each).padEnd(22));
    const means = `${measured(before.mean)} → ${measured(after.mean)}`;
    return `${criterion.padEnd(16)} ${cells.join(' ')} ${means.padEnd(16)} ${lambda.map((each) => measured(each)).join(', ')}`;
}

const indented = (text: string): string =>
    wrapped(text)
        .split('\n')
        .map((each) => `  ${each}`)
        .join('\n');
