/**
 * Finds what a person means by `--teacher-rubric`: a rubric that ships or one of their own in the data folder, by its
 * name, or a file.
 */
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput, FaultError } from '../../../shared/faults.ts';
import { anchorsOf } from '../../../shared/ratings/rubric-anchors.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import type { RubricView } from '../../../shared/ratings/rating-sets.ts';
import type { Rubric } from '../../../shared/ratings/rubric.ts';
import type { ListedRubric } from '../../../shared/views/new-run.ts';
import { makeFolder, requireWritable } from '../../store/connection/places.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { dataFolder } from '../../store/home/run-folder.ts';
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
    const named = /^[\w-]+$/.test(typed)
        ? rubricPlaces().find((place) => existsSync(join(place, `${typed}.md`)))
        : undefined;
    const file = named === undefined ? givenPath(typed) : join(named, `${typed}.md`);
    if (named === undefined && !statSync(file, { throwIfNoEntry: false })?.isFile())
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

/** Those that ship come first, so that no file of a person's own takes their name. */
const rubricPlaces = (): readonly [shipped: string, own: string] => [
    join(resourcesFolder(), 'rubrics'),
    join(dataFolder(), 'rubrics'),
];

/** Every rubric that has a name; a file that is none is left out, and refused where it is named. */
export function listRubrics(): readonly ListedRubric[] {
    const [shipped, own] = rubricPlaces();
    return [...rubricsIn(shipped, false), ...rubricsIn(own, true)];
}

function rubricsIn(folder: string, isOwn: boolean): readonly ListedRubric[] {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
    return names.sort().flatMap((name): readonly ListedRubric[] => {
        try {
            return [listed(readFileSync(join(folder, name), 'utf8'), name.slice(0, -'.md'.length), isOwn)];
        } catch (error) {
            if (error instanceof FaultError) return [];
            throw error;
        }
    });
}

function listed(source: string, name: string, isOwn: boolean): ListedRubric {
    const rubric = parseRubricFile(source, name);
    return { ...rubric, isOwn, source, anchors: anchorsOf(rubric) };
}

/**
 * Keeps a rubric of a person's own. One that is there is never changed, since it may have rated.
 * @throws `bad-input` where the name is taken, or it cannot be used
 */
export function keepRubric(name: string, source: string): ListedRubric {
    const rubric = listed(source, name, true);
    const [shipped, own] = rubricPlaces();
    if ([shipped, own].some((place) => existsSync(join(place, `${name}.md`))))
        throw badInput(
            `There is a rubric "${name}" already, which may have rated; nothing was changed. Choose another name.`,
        );
    requireWritable(dataFolder());
    makeFolder(own);
    const file = join(own, `${name}.md`);
    writeFileSync(`${file}.partial`, source);
    renameSync(`${file}.partial`, file);
    return rubric;
}
