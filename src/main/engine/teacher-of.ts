/** The teacher of a task, with what it needs of the world around the engine. */
import type { EngineTask } from '../../shared/contract.ts';
import type { RunConfig } from '../../shared/run-config.ts';
import { openTeacher } from '../teacher/open-teacher.ts';
import type { Teacher } from '../teacher/teacher.ts';
import { teacherMemory } from './remembering.ts';
import type { Supervisor } from './supervisor.ts';

type RatingTask = Extract<EngineTask, { teachers?: unknown }>;

export function openTeacherOf(task: RatingTask, config: RunConfig, supervisor: Supervisor): Promise<Teacher> {
    return openTeacher(config, {
        resources: supervisor.resources,
        places: task.teachers ?? {},
        rubric: task.rubric,
        startTeacher: () => supervisor.startTeacher(),
        note: (text) => supervisor.send({ type: 'note', text }),
        ...(config['teacher.cache'] === 'on' ? { memory: teacherMemory(supervisor) } : {}),
    });
}
