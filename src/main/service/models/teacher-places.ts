/**
 * Finds what a person means by `--teacher`: the name of each teacher, and the file or address behind it. A run's record
 * keeps only the names; addresses and paths stay in `source.json`, so that no export names a computer.
 */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { badInput, commandLine } from '../../../shared/faults.ts';
import { shellArgument } from '../../../shared/text/shell-word.ts';
import { noJudge, noSuchTeacher, ownTeachers } from '../../../shared/ratings/teachers.ts';
import { dataFolder } from '../../store/home/run-folder.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { findModel } from './shelf.ts';

/** Files and addresses, by the name of the teacher in the configuration. */
export type TeacherPlaces = Readonly<Record<string, string>>;

export interface FoundTeachers {
    /** For the setting `teacher`: `rules`, `model.gguf`, `server#model`; those of an ensemble joined by +. */
    readonly teacher: string;
    readonly places: TeacherPlaces;
}

/** @throws bad input where a file is missing, or an address is not valid */
export function findTeachers(typed: string, home = dataFolder()): FoundTeachers {
    const members = (isFile(givenPath(typed)) ? [typed] : typed.split('+')).map((each) =>
        findTeacher(each.trim(), home),
    );
    const names = members.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
        throw badInput(
            `The teacher "${twice}" is named twice in "${typed}"; nothing was started. Tell servers apart by their models: http://one/v1#model+http://other/v1#model.`,
        );
    return {
        teacher: names.join('+'),
        places: Object.fromEntries(members.flatMap(({ name, place }) => (place === null ? [] : [[name, place]]))),
    };
}

/**
 * The second judge of an evaluation.
 * @throws bad input where it is nobody's name, or one that rewards
 */
export function findJudge(typed: string, teacher: string, home = dataFolder()): FoundTeachers {
    if (typed === noJudge) return { teacher: noJudge, places: {} };
    const found = findTeachers(typed, home);
    const both = found.teacher.split('+').find((member) => teacher.split('+').includes(member));
    if (both !== undefined)
        throw badInput(
            (name) =>
                `${name('evaluation.judge')} names "${both}", which rewards this run and is no second opinion; nothing was started. Name another, or "${noJudge}".`,
        );
    return found;
}

function findTeacher(typed: string, home: string): { readonly name: string; readonly place: string | null } {
    const isGguf = /\.gguf$/i.test(typed);
    if (/^[a-z][\w+.-]+:\/\//i.test(typed)) return findServer(typed);
    if (isBareAddress(typed) && !isFile(givenPath(typed))) return findServer(`http://${typed}`);
    const path = givenPath(typed);
    if (isGguf && isFile(path)) return { name: basename(path), place: path };
    const model = findModel(typed, home);
    if (model !== undefined) return { name: basename(model), place: model };
    if (ownTeachers.some((name) => name === typed)) return { name: typed, place: null };
    if (isFile(path))
        throw badInput(
            `${typed} does not end in .gguf; nothing was started. If it is a model in GGUF, give it such a name.`,
            `Type: ${commandLine} models add ${shellArgument(path)}`,
        );
    if (isGguf || /[/\\]/.test(typed))
        throw badInput(`There is no model file at "${path}"; nothing was started. Check the path.`);
    throw badInput(noSuchTeacher(typed));
}

/** Is it an address without http://, such as "127.0.0.1:8000/v1": one with a port, or with the path of a server? */
function isBareAddress(typed: string): boolean {
    return /^(localhost|[\w-]+(\.[\w-]+)*|\[[\da-f:]+\])(:\d+(\/\S*|#\S+)?|\/v1\/?(#\S+)?)$/i.test(typed);
}

function findServer(typed: string): { readonly name: string; readonly place: string } {
    const address = URL.canParse(typed) ? new URL(typed) : null;
    if (address === null || !/^https?:$/.test(address.protocol))
        throw badInput(
            `"${typed}" is not the address of a teacher; nothing was started. It looks like http://127.0.0.1:8000/v1 or http://127.0.0.1:8000/v1#model.`,
        );
    const secret = [...address.searchParams.keys()].find((name) => /key|token|secret|pass|sig|auth|^code$/i.test(name));
    if (address.username !== '' || address.password !== '' || secret !== undefined)
        throw badInput(
            'The address of a teacher holds a key or a password, which would be written down; nothing was started. Put the key into the environment as STORYLOOP_TEACHER_KEY.',
        );
    const model = decodeURIComponent(address.hash.slice(1));
    const place = `${address.origin}${address.pathname.replace(/\/+$/, '')}${address.search}`;
    return { name: model === '' ? 'server' : `server#${model}`, place };
}

function isFile(path: string): boolean {
    return existsSync(path) && statSync(path).isFile();
}
