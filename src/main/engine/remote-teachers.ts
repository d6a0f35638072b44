/** Teachers' processes as the engine sees them: the supervisor starts them and hands messages on. */
import type { EngineCommand, TeacherRequest } from '../../shared/contract.ts';
import type { RemoteProcess } from '../teacher/llama/model-process.ts';

type TeacherNews = Extract<EngineCommand, { type: `teacher-${string}` }>;

export interface RemoteTeachers {
    start(): RemoteProcess;
    receive(news: TeacherNews): void;
}

export function remoteTeachers(post: (request: TeacherRequest) => void): RemoteTeachers {
    const hears = new Map<number, { message: (message: unknown) => void; exit: (words: string) => void }>();
    let started = 0;
    return {
        start() {
            const teacher = ++started;
            const ears = { message: (_: unknown): void => {}, exit: (_: string): void => {} };
            hears.set(teacher, ears);
            post({ type: 'teacher-start', teacher });
            return {
                post: (message) => post({ type: 'teacher-post', teacher, message }),
                onMessage: (listen) => (ears.message = listen),
                onExit: (listen) => (ears.exit = listen),
                kill: () => post({ type: 'teacher-end', teacher }),
            };
        },
        receive(news) {
            const ears = hears.get(news.teacher);
            if (news.type === 'teacher-says') ears?.message(news.message);
            else {
                hears.delete(news.teacher);
                ears?.exit(news.words);
            }
        },
    };
}
