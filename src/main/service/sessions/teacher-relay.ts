/** Starts the processes of teachers for an engine and passes messages between the two, unread. */
import { teacherRequestSchema, type EngineCommand } from '../../../shared/contracts/engine.ts';
import type { ChildProcess } from '../../processes/child-process.ts';
import { teacherEntry, type ProcessHost } from '../../processes/process-host.ts';

export interface TeacherRelay {
    /** True where the message was for a teacher. */
    handle(message: unknown): boolean;
    /** Ends all teachers, so that none outlives its engine. */
    end(): void;
}

export function relayTeachers(host: ProcessHost, post: (command: EngineCommand) => void): TeacherRelay {
    const teachers = new Map<number, ChildProcess>();
    return {
        handle(message) {
            const request = teacherRequestSchema.safeParse(message);
            if (!request.success) return false;
            const { type, teacher } = request.data;
            if (type === 'teacher-start') {
                const child = host.start(teacherEntry());
                teachers.set(teacher, child);
                child.onMessage((words) => post({ type: 'teacher-says', teacher, message: words }));
                child.onExit((words) => {
                    teachers.delete(teacher);
                    post({ type: 'teacher-gone', teacher, words });
                });
            } else if (type === 'teacher-post') teachers.get(teacher)?.post(request.data.message);
            else teachers.get(teacher)?.kill();
            return true;
        },
        end() {
            for (const child of teachers.values()) child.kill();
        },
    };
}
