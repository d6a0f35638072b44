/** Which settings act in a run: those of its kind, teacher and method. The others stand in its record unused. */
import { ownTeachers } from '../ratings/teachers.ts';
import type { Field, Job } from './field.ts';
import { hasValueHead, learnsFromPairs, withoutPairs } from './methods.ts';

/** Only a language model reads these, in a file or behind a server. */
const ofModels = ['reading', 'rubric', 'sees', 'storyTokens', 'cache', 'unreadable'];
const ofFiles = [...ofModels, 'sideBySide', 'device', 'threads'];
const ofServers = [...ofModels, 'model', 'inFlight', 'patience', 'retries'];
const ofValueHeads = ['ppo.lambda', 'ppo.valueClipRange', 'ppo.valueWeight', 'ppo.valueStart'];
const ofEvery = ['shuffle', 'bias', 'biasWord', 'biasPoints'];

/** @param values the run's, of which its teacher and its advantage are read */
export function isApplied(
    key: string,
    { jobs }: Pick<Field, 'jobs'>,
    job: Job,
    values: Readonly<Record<string, number | string | undefined>>,
): boolean {
    if (!jobs.includes(job)) return false;
    if (ofValueHeads.includes(key)) return hasValueHead(values);
    if (key === 'ppo.bestOf') return values['ppo.advantage'] === 'best-of-k' || learnsFromPairs(values);
    if (key === 'ppo.dpoBeta') return learnsFromPairs(values);
    if (withoutPairs.includes(key)) return !learnsFromPairs(values);
    const [room, name] = key.split('.');
    if (room !== 'teacher' || name === undefined || ofEvery.includes(name)) return true;
    return String(values['teacher'])
        .split('+')
        .some((member) => settingsOf(member.trim()).includes(name));
}

/** @param teacher as the setting has it: `rules`, `model.gguf`, `server#model`, an address */
function settingsOf(teacher: string): readonly string[] {
    if (ownTeachers.some((each) => each === teacher)) return [];
    return /^(server(#|$)|\w+:\/\/)/u.test(teacher) ? ofServers : ofFiles;
}
