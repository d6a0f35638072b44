/** Who gave the scores of a report, and what they stand for: a reader of it has met neither. */
import type { Rubric } from '../../../../shared/ratings/rubric.ts';
import { measured } from '../../../../shared/text/numbers.ts';
import type { HoldOutReport } from '../../../../shared/views/hold-out.ts';
import { rubricForPeople } from '../../sources/rubric-source.ts';
import { number, tableOf, text } from './markup.ts';

/** Of the teachers that ship; a language model is known by its own name. */
const kinds: ReadonlyMap<string, string> = new Map([
    ['rules', 'rules counts what stands on the surface of a story, against counts of English tales.'],
    [
        'reader',
        'reader is a small language model that reads along, with rules beside it: it knows children’s stories by their statistics, not by what they mean.',
    ],
    ['second-reader', 'second-reader is such a model, too, trained on other texts and with other weights.'],
]);
const hardlyIndependent = 0.8; // correlation from which two opinions are little more than one

/** @param names of teacher and judges */
export function ratersSay(names: readonly string[], holdOut: HoldOutReport | null): string {
    const who = names.flatMap((name) => kinds.get(name) ?? []);
    if (holdOut === null || ![holdOut.teacher, holdOut.judge].every((name) => names.includes(name)))
        return who.join(' ');
    const { teacher, judge, agreement, points } = holdOut;
    const agree = `Over the first ${points[0]!.stories} stories that both read, scores of ${teacher} and ${judge} correlated at ${measured(agreement)}`;
    const sense =
        agreement >= hardlyIndependent
            ? ': they are hardly independent, and what one overlooks the other is likely to overlook, too.'
            : '.';
    return [...who, `${agree}${sense}`].join(' ');
}

/** What each score stands for; empty where no rubric tells. */
export function anchorsTable(rubric: Rubric | null, teacher: string): string {
    if (rubric === null) return '';
    const { id, anchors } = rubricForPeople(rubric);
    const rows = rubric.criteria.flatMap(({ id: criterion, name }) =>
        Object.entries(anchors[criterion] ?? {}).map(([score, means]) => [text(name), number(score), text(means)]),
    );
    if (rows.length === 0) return '';
    const measures = rubric.text === '' ? `, for people; ${teacher} measures, and does not read them` : '';
    return `<details><summary>What each score stands for</summary>${tableOf(`Scores in words, from the rubric “${id}”${measures}`, [text('Criterion'), number('Score'), text('Stands for')], rows)}</details>`;
}
