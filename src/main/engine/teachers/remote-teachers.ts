/** The processes of teachers, as the engine sees them: the supervisor starts them and passes messages on. */
import { z } from 'zod';
import type { EngineCommand, TeacherRequest } from '../../../shared/contracts/engine.ts';
import type { RemoteProcess } from '../../teacher/llama/model-process.ts';

type TeacherNews = Extract<EngineCommand, { type: `teacher-${string}` }>;

const tellsMemory = z.object({ peakRssBytes: z.number() });

export interface RemoteTeachers {
    /** Bytes of memory of all their processes together, each at its largest. */
    peakRssBytes(): number;
    start(): RemoteProcess;
    receive(news: TeacherNews): void;
}

export function remoteTeachers(post: (request: TeacherRequest) => void): RemoteTeachers {
    const listeners = new Map<number, { message: (message: unknown) => void; exit: (words: string) => void }>();
    const peaks = new Map<number, number>();
    let most = 0;
    let started = 0;
    return {
        peakRssBytes: () => most,
        start() {
            const teacher = ++started;
            const listener = { message: (_: unknown): void => {}, exit: (_: string): void => {} };
            listeners.set(teacher, listener);
            post({ type: 'teacher-start', teacher });
            return {
                post: (message) => post({ type: 'teacher-post', teacher, message }),
                onMessage: (listen) => (listener.message = listen),
                onExit: (listen) => (listener.exit = listen),
                kill: () => post({ type: 'teacher-end', teacher }),
            };
        },
        receive(news) {
            const listener = listeners.get(news.teacher);
            if (news.type === 'teacher-says') {
                const memory = tellsMemory.safeParse(news.message);
                if (memory.success) peaks.set(news.teacher, memory.data.peakRssBytes);
                most = Math.max(
                    most,
                    [...peaks.values()].reduce((sum, peak) => sum + peak, 0),
                );
                listener?.message(news.message);
            } else {
                listeners.delete(news.teacher);
                peaks.delete(news.teacher);
                listener?.exit(news.words);
            }
        },
    };
}
