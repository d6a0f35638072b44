/** Paths as people give them, also where no shell has read them. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** Absolute, from the working folder; a leading "~" is the home folder. */
export function givenPath(given: string): string {
    return resolve(given.replace(/^~(?=$|[\\/])/u, homedir));
}
