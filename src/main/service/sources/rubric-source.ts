/** Finds what a person means by `--teacher-rubric`: a rubric that ships, by its name, or a file of their own. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { anchorsOf } from '../../../shared/ratings/rubric-anchors.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import type { RubricView } from '../../../shared/ratings/rating-sets.ts';
import type { Rubric } from '../../../shared/ratings/rubric.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { resourcesFolder } from './resources.ts';

export interface FoundRubric {
    /** For the setting `teacher.rubric`: the file's name without folder and ending. */
    readonly name: string;
    readonly text: string;
}

/** The name of a run's own copy, so that the run does not depend on a file that may change or vanish. */
export const rubricFile = 'rubric.md';

/** @throws `bad-input` where there is none, or it cannot be used */
export function findRubric(typed: string): FoundRubric {
    const shipped = join(resourcesFolder(), 'rubrics', `${typed}.md`);
    const isName = /^[\w-]+$/.test(typed) && existsSync(shipped);
    const file = isName ? shipped : givenPath(typed);
    if (!isName && !statSync(file, { throwIfNoEntry: false })?.isFile())
        throw badInput(
            `There is no rubric at "${file}"; nothing was started. Name a Markdown file, or storyteller-v1.`,
        );
    const found = { name: basename(file).replace(/\.(md|txt)$/i, ''), text: readFileSync(file, 'utf8') };
    parseRubricFile(found.text, found.name); // refuses a faulty one now, before an engine starts
    return found;
}

/**
 * What people read who rate by a rubric. One that only rules follow has no words: those of the published criteria are
 * then read from the rubric that ships for the same criteria and scores.
 */
export function rubricForPeople(rubric: Rubric): RubricView {
    const told = rubric.text.trim() === '' ? inWords(rubric) : rubric;
    return { id: told.id, text: told.text, anchors: anchorsOf(told) };
}

function inWords(rubric: Rubric): Rubric {
    const { name, text } = findRubric('storyteller-v1');
    const shipped = parseRubricFile(text, name);
    const scaleOf = ({ criteria }: Rubric): string =>
        JSON.stringify(criteria.map(({ id, min, max }) => [id, min, max]));
    return scaleOf(shipped) === scaleOf(rubric) ? shipped : rubric;
}
