/** Remembers how fast teachers were when they were checked on this computer, in `workshop.sqlite`. */
import { z } from 'zod';
import type { TeacherReport } from '../../../shared/contracts/engine.ts';
import type { TeacherSpeed } from '../../../shared/views/computer.ts';
import { readSetting, writeSetting, type Workshop } from '../../store/home/workshop.ts';

const key = 'teacher speeds';
const mostKept = 200;
const speedSchema = z.object({
    at: z.number(),
    storiesPerSecond: z.number().positive(),
    tokensPerSecond: z.number().nullable(),
    hoursPerMillionWords: z.number().nullable(),
    device: z.string().nullable(),
});
const storedSchema = z.record(z.string(), speedSchema);

/** By the teacher's name; none where another version wrote what this one does not understand. */
export function teacherSpeeds({ db }: Pick<Workshop, 'db'>): Readonly<Record<string, TeacherSpeed>> {
    const stored = storedSchema.safeParse(readSetting(db, key) ?? {});
    return stored.success ? stored.data : {};
}

export function noteTeacherSpeed(
    workshop: Pick<Workshop, 'db'>,
    teacher: string,
    { storiesPerSecond, tokensPerSecond, hoursPerMillionWords, details }: TeacherReport,
    at: number,
): void {
    if (!(storiesPerSecond > 0)) return; // it rated nothing
    const { device } = details;
    const speed: TeacherSpeed = {
        at,
        storiesPerSecond,
        tokensPerSecond,
        hoursPerMillionWords,
        device: typeof device === 'string' ? device : null,
    };
    const others = Object.entries(teacherSpeeds(workshop)).filter(([name]) => name !== teacher);
    const newest = others.toSorted(([, a], [, b]) => b.at - a.at).slice(0, mostKept - 1);
    writeSetting(workshop.db, key, Object.fromEntries([...newest, [teacher, speed]]));
}
