/** What a person means by `--teacher-rubric`: one that ships, by its name, or a file of their own. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { resourcesFolder } from './resources.ts';

export interface FoundRubric {
    /** For the setting `teacher.rubric`: the name without folder and ending. */
    readonly name: string;
    readonly text: string;
}

/** A run's own copy: the file may change or go, the run does not. */
export const rubricFile = 'rubric.md';

/** @throws `bad-input` where there is none, or one that cannot be used */
export function findRubric(typed: string): FoundRubric {
    const shipped = join(resourcesFolder(), 'rubrics', `${typed}.md`);
    const isName = /^[\w-]+$/.test(typed) && existsSync(shipped);
    const file = isName ? shipped : givenPath(typed);
    if (!isName && !statSync(file, { throwIfNoEntry: false })?.isFile())
        throw badInput(
            `There is no rubric at "${file}"; nothing was started. Name a Markdown file, or storyteller-v1.`,
        );
    const found = { name: basename(file).replace(/\.(md|txt)$/i, ''), text: readFileSync(file, 'utf8') };
    parseRubricFile(found.text, found.name); // refused now, not when the engine has started
    return found;
}
