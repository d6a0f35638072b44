/** The teacher on the real llama.cpp in its real process. */
import { nodeProcessHost, teacherEntry } from '../../../src/main/processes/process-host.ts';
import { openLlamaTeacher } from '../../../src/main/teacher/llama/llama-teacher.ts';
import type { RemoteProcess } from '../../../src/main/teacher/llama/model-process.ts';
import type { Teacher } from '../../../src/main/teacher/teacher.ts';
import { parseRubricFile } from '../../../src/shared/ratings/rubric-file.ts';
import { composeConfig, type ConfigKey } from '../../../src/shared/run/config.ts';

/** Short enough for a context of 512 tokens of one byte each. */
export const shortRubric = 'Grade 0 to 3.\n{{story_prompt}}\n{{student_completion}}\nAnswer:';
export const onOneThread: Partial<Record<ConfigKey, string | number>> = {
    'teacher.device': 'cpu',
    'teacher.threads': 1,
    'teacher.sideBySide': 4,
    'teacher.storyTokens': 200,
    'rollout.prompt': 'Once upon a time',
};

export interface Opening {
    readonly config?: Partial<Record<ConfigKey, string | number>>;
    readonly rubric?: string;
    readonly startProcess?: () => RemoteProcess;
    readonly note?: (text: string) => void;
    readonly patienceMs?: number;
}

export const startTeacherProcess = (): RemoteProcess => nodeProcessHost.start(teacherEntry());

export function openLlama(
    file: string,
    { config = {}, rubric = shortRubric, ...around }: Opening = {},
): Promise<Teacher> {
    return openLlamaTeacher(composeConfig('improved', { ...onOneThread, ...config }), {
        file,
        rubric: parseRubricFile(rubric, 'short'),
        startProcess: startTeacherProcess,
        note: () => {},
        ...around,
    });
}
