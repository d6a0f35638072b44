/** Teachers by name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../../shared/faults.ts';
import { parseRubricFile } from '../../shared/rubric-file.ts';
import type { Rubric } from '../../shared/rubric.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import { noSuchTeacher } from '../../shared/teachers.ts';
import { ensembleOf } from './ensemble.ts';
import { LengthTeacher } from './length.ts';
import { openLlamaTeacher } from './llama-teacher.ts';
import type { RemoteProcess } from './llama/model-process.ts';
import { RandomTeacher } from './random.ts';
import { RulesTeacher } from './rules.ts';
import { readRulesFile } from './rules/statistics-file.ts';
import { openServerTeacher, teacherKey } from './server/server-teacher.ts';
import type { Teacher } from './teacher.ts';

/** Where a teacher finds what the configuration only names. */
export interface TeacherSurroundings {
    /** The folder `resources` of the app, where `teacher/english.rules` lies. */
    readonly resources: string;
    /** Files and addresses by the name that the configuration has for them. */
    readonly places?: Readonly<Record<string, string>>;
    /** Text of the rubric's file that the configuration names; the one that ships by that name where it is left out. */
    readonly rubric?: string | undefined;
    readonly startTeacher: () => RemoteProcess;
    /** Tells whoever watches. */
    readonly note: (text: string) => void;
}

/** The teacher the configuration names, ready to rate. @throws `bad-input` where there is none by that name */
export async function openTeacher(config: RunConfig, surroundings: TeacherSurroundings): Promise<Teacher> {
    const { resources, places = {} } = surroundings;
    const members = config.teacher.split('+');
    if (members.length > 1 && places[config.teacher] === undefined) return openEnsemble(members, config, surroundings);
    if (/^server(#|$)/.test(config.teacher)) return openServer(config, surroundings);
    if (/\.gguf$/i.test(config.teacher))
        return openLlamaTeacher(config, {
            file: places[config.teacher] ?? config.teacher,
            rubric: rubricOf(config, surroundings),
            startProcess: surroundings.startTeacher,
            note: surroundings.note,
        });
    switch (config.teacher) {
        case 'rules': {
            const { statistics, norms } = readRulesFile(join(resources, 'teacher', 'english.rules'));
            return new RulesTeacher(statistics, norms);
        }
        case 'random':
            return new RandomTeacher();
        case 'length':
            return new LengthTeacher();
        default:
            throw badInput(noSuchTeacher(config.teacher));
    }
}

async function openEnsemble(
    names: readonly string[],
    config: RunConfig,
    surroundings: TeacherSurroundings,
): Promise<Teacher> {
    const members: Teacher[] = [];
    try {
        for (const teacher of names) members.push(await openTeacher({ ...config, teacher }, surroundings));
        return ensembleOf(members);
    } catch (error) {
        await Promise.all(members.map((member) => member.release()));
        throw error;
    }
}

const firstWaitMs = 1000;

function openServer(config: RunConfig, surroundings: TeacherSurroundings): Promise<Teacher> {
    const address = surroundings.places?.[config.teacher];
    if (address === undefined)
        throw badInput(
            `The address of the teacher "${config.teacher}" is not known here; nothing was started. Give it again: --teacher http://…/v1.`,
        );
    const rubric = rubricOf(config, surroundings);
    const [, model = config['teacher.model']] = config.teacher.split(/#(.*)/s);
    return openServerTeacher({
        place: { address, key: teacherKey(address) },
        model,
        reading: config['teacher.reading'],
        rubric,
        sees: config['teacher.sees'],
        inFlight: config['teacher.inFlight'],
        patience: {
            seconds: config['teacher.patience'],
            retries: config['teacher.retries'],
            waitMs: firstWaitMs,
        },
        note: surroundings.note,
    });
}

function rubricOf(config: RunConfig, { resources, rubric }: TeacherSurroundings): Rubric {
    const id = config['teacher.rubric'];
    return parseRubricFile(rubric ?? readFileSync(join(resources, 'rubrics', `${id}.md`), 'utf8'), id);
}
