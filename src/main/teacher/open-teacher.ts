/**
 * Opens the teacher that a configuration names: rules, a judge, a model in a file, a server, an ensemble, a control.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../../shared/faults.ts';
import { parseRubricFile } from '../../shared/ratings/rubric-file.ts';
import type { Rubric } from '../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../shared/run/config.ts';
import { noSuchTeacher } from '../../shared/ratings/teachers.ts';
import { plantedBias } from '../../shared/ratings/bias.ts';
import { askingTwice } from './asking-twice.ts';
import { biased } from './biased.ts';
import { ensembleOf } from './ensemble.ts';
import { lengthTeacher } from './length.ts';
import { openLlamaTeacher } from './llama/llama-teacher.ts';
import { readJudgeFile } from './judges/judge-file.ts';
import { readingJudge } from './judges/reading-judge.ts';
import type { RemoteProcess } from './llama/model-process.ts';
import { randomTeacher } from './random.ts';
import type { Reader } from './reader.ts';
import { rulesTeacher } from './rules/rules-teacher.ts';
import { readRulesFile, type RulesFile } from './rules/statistics-file.ts';
import { openServerTeacher, teacherKey } from './server/server-teacher.ts';
import type { Teacher } from './teacher.ts';

/** What a teacher needs beyond the configuration, which only names it. */
export interface TeacherSurroundings {
    /** The folder `resources` of the app, where `teacher/english.rules` lies. */
    readonly resources: string;
    /** Files and addresses, by the name of the teacher in the configuration. */
    readonly places?: Readonly<Record<string, string>>;
    /** Text of the rubric; left out, the file of that name in `resources/rubrics` is read. */
    readonly rubric?: string | undefined;
    readonly startTeacher: () => RemoteProcess;
    /** Opens the small language model in a checkpoint's folder. */
    readonly openReader: (folder: string) => Promise<Reader>;
    /** Remembers ratings; left out, every story is rated anew. */
    readonly memory?: TeacherMemory;
    /** Tells whoever watches. */
    readonly note: (text: string) => void;
}

export interface TeacherMemory {
    /** The same teacher, which is now asked only for ratings that are not remembered. */
    remembering(teacher: Teacher): Teacher;
    /** What was found out about a server when it was first asked; null before. */
    recallServer(key: string): Promise<string | null>;
    rememberServer(key: string, found: string): void;
}

/**
 * The teacher that the configuration names, ready to rate.
 * @throws `bad-input` where there is none of that name, or it cannot be opened; `teacher-lost` where its process dies
 */
export async function openTeacher(config: RunConfig, surroundings: TeacherSurroundings): Promise<Teacher> {
    const members = config.teacher.split('+');
    const isOne = members.length === 1 || surroundings.places?.[config.teacher] !== undefined;
    const bias = plantedBias(config);
    if (!isOne) return biased(await openEnsemble(members, { ...config, 'teacher.bias': 'none' }, surroundings), bias);
    const opened = await openOne(config, surroundings);
    // what is remembered is what the teacher said, without the bias
    const teacher = surroundings.memory?.remembering(opened) ?? opened;
    return biased(config['teacher.unreadable'] === 'retry' ? askingTwice(teacher) : teacher, bias);
}

async function openOne(config: RunConfig, surroundings: TeacherSurroundings): Promise<Teacher> {
    const { resources, places = {} } = surroundings;
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
            const { statistics, norms } = rulesIn(resources);
            return rulesTeacher(statistics, norms);
        }
        case 'reader':
        case 'second-reader': {
            const folder = join(resources, 'teacher', config.teacher);
            const judge = readJudgeFile(join(folder, 'judge.json'));
            const { statistics } = rulesIn(resources);
            return readingJudge(config.teacher, judge, statistics, await surroundings.openReader(folder));
        }
        case 'random':
            return randomTeacher;
        case 'length':
            return lengthTeacher;
        default:
            throw badInput(noSuchTeacher(config.teacher));
    }
}

const openedRules = new Map<string, RulesFile>();

/** Read once in a process: three judges may look into it, none writes to it, and it takes some 20 MB. */
function rulesIn(resources: string): RulesFile {
    const path = join(resources, 'teacher', 'english.rules');
    const file = openedRules.get(path) ?? readRulesFile(path);
    openedRules.set(path, file);
    return file;
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

async function openServer(config: RunConfig, surroundings: TeacherSurroundings): Promise<Teacher> {
    const address = surroundings.places?.[config.teacher];
    if (address === undefined)
        throw badInput(
            `The address of the teacher "${config.teacher}" is not known here; nothing was started. Give it again, as http://…/v1.`,
            'Type: --teacher http://…/v1',
        );
    const rubric = rubricOf(config, surroundings);
    const [, model = config['teacher.model']] = config.teacher.split(/#(.*)/s);
    const reading = config['teacher.reading'];
    const { memory } = surroundings;
    // Without a name whichever model is loaded answers, so the server is probed each time. A named one is probed once.
    const key = model === '' ? undefined : JSON.stringify(['server', address, model, reading]);
    const known = key === undefined ? null : ((await memory?.recallServer(key)) ?? null);
    return openServerTeacher({
        place: { address, key: teacherKey(address) },
        model,
        known,
        onFound: (found) => {
            if (key !== undefined) memory?.rememberServer(key, found);
        },
        reading,
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
