/** Opens the teacher of a task with what it needs from outside of the engine. */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { openTeacher } from '../../teacher/open-teacher.ts';
import type { Teacher } from '../../teacher/teacher.ts';
import { openReader } from './reading.ts';
import { teacherMemory } from './remembering.ts';
import type { Reports, TeacherSource } from '../supervisor.ts';

type RatingTask = Extract<EngineTask, { teachers?: unknown }>;

/** Opens the teacher and notes where it computes, except for a check, which reports that itself. */
export async function openTeacherOf(
    task: RatingTask,
    config: RunConfig,
    supervisor: Reports & TeacherSource,
): Promise<Teacher> {
    const teacher = await openTeacher(config, {
        resources: supervisor.resources,
        places: task.teachers ?? {},
        rubric: task.rubric,
        startTeacher: () => supervisor.startTeacher(),
        openReader: (folder) => openReader(folder),
        note: (text) => supervisor.send({ type: 'note', text }),
        ...(config['teacher.cache'] === 'on' ? { memory: teacherMemory(supervisor) } : {}),
    });
    for (const { name, details } of teacher.facts.members ?? [teacher.facts])
        if (task.kind !== 'check' && 'device' in details)
            supervisor.send({ type: 'note', text: `The teacher ${name} runs on ${details['device']}.` });
    return teacher;
}
