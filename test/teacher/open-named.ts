import { openReader } from '../../src/main/engine/teachers/reading.ts';
import { openTeacher } from '../../src/main/teacher/open-teacher.ts';
import type { Teacher } from '../../src/main/teacher/teacher.ts';
import { composeConfig } from '../../src/shared/run/config.ts';

/** A teacher by its name alone, everything else as the table of settings has it. */
export function openNamed(teacher: string, threads = 1): Promise<Teacher> {
    return openTeacher(composeConfig('improved', { teacher }), {
        resources: 'resources',
        note: () => {},
        openReader: (folder) => openReader(folder, threads),
        startTeacher: () => {
            throw new Error('no language model was asked for');
        },
    });
}
