/** Which settings act in a run: those of its kind and of its kind of teacher. The others stand in its record unused. */
import { ownTeachers } from '../ratings/teachers.ts';
import type { Field, Job } from './field.ts';

/** Only a language model reads these, in a file or behind a server. */
const ofModels = ['reading', 'rubric', 'sees', 'storyTokens', 'cache', 'unreadable'];
const ofFiles = [...ofModels, 'sideBySide', 'device', 'threads'];
const ofServers = [...ofModels, 'model', 'inFlight', 'patience', 'retries'];
const ofEvery = ['shuffle', 'bias', 'biasWord', 'biasPoints'];

/** @param teacher as the setting has it: `rules`, `model.gguf`, `server#model`, an address; several with + between */
export function isApplied(key: string, { jobs }: Pick<Field, 'jobs'>, job: Job, teacher: string): boolean {
    if (!jobs.includes(job)) return false;
    const [room, name] = key.split('.');
    if (room !== 'teacher' || name === undefined || ofEvery.includes(name)) return true;
    return teacher.split('+').some((member) => settingsOf(member.trim()).includes(name));
}

function settingsOf(teacher: string): readonly string[] {
    if (ownTeachers.some((each) => each === teacher)) return [];
    return /^(server(#|$)|\w+:\/\/)/u.test(teacher) ? ofServers : ofFiles;
}
