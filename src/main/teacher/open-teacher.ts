/** Teachers by name. */
import { join } from 'node:path';
import { badInput } from '../../shared/faults.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import { LengthTeacher } from './length.ts';
import { RandomTeacher } from './random.ts';
import { RulesTeacher } from './rules.ts';
import { readRulesFile } from './rules/statistics-file.ts';
import type { Teacher } from './teacher.ts';

/** Teachers that need nothing but Storyloop. */
export const teacherNames = ['rules', 'random', 'length'] as const;

/** Where a teacher finds what the configuration only names. */
export interface TeacherSurroundings {
    /** The folder `resources` of the app, where `teacher/english.rules` lies. */
    readonly resources: string;
    /** Files and addresses by the name that the configuration has for them. */
    readonly places?: Readonly<Record<string, string>>;
}

/** The teacher the configuration names, ready to rate. @throws `bad-input` where there is none by that name */
export async function openTeacher(config: RunConfig, { resources }: TeacherSurroundings): Promise<Teacher> {
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
            throw badInput(
                `There is no teacher called "${config.teacher}"; nothing was started. Choose one of ${teacherNames.join(', ')}.`,
            );
    }
}
