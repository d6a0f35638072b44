/** Teachers by name. */
import { join } from 'node:path';
import { badInput } from '../../shared/faults.ts';
import { LengthTeacher } from './length.ts';
import { RandomTeacher } from './random.ts';
import { RulesTeacher } from './rules.ts';
import { readRulesFile } from './rules/statistics-file.ts';
import type { Teacher } from './teacher.ts';

export const teacherNames = ['rules', 'random', 'length'] as const;

/** @param resources the folder `resources` of the app, where `teacher/english.rules` lies */
export function openTeacher(name: string, resources: string): Teacher {
    switch (name) {
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
                `There is no teacher called "${name}"; nothing was started. Choose one of ${teacherNames.join(', ')}.`,
            );
    }
}
