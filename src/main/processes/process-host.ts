/**
 * Starts a child process that runs one of our rooms. Two hosts exist: plain Node here, Electron's utilityProcess in the
 * shell; the child cannot tell which one started it.
 */
import { fileURLToPath } from 'node:url';
import { forkChild, type ChildProcess } from './child-process.ts';

export interface ProcessHost {
    start(entry: string): ChildProcess;
}

/** A process's entry: beside us in the built bundle, in its own room when run from source. */
function entryOf(room: string): string {
    const fromSource = import.meta.url.endsWith('.ts');
    return fileURLToPath(new URL(fromSource ? `../${room}/main.ts` : `./${room}.js`, import.meta.url));
}

export function engineEntry(): string {
    return entryOf('engine');
}

export function teacherEntry(): string {
    return entryOf('teacher');
}

export function exchangeEntry(): string {
    return entryOf('exchange');
}

export const nodeProcessHost = { start: (entry: string) => forkChild(entry) } satisfies ProcessHost;
