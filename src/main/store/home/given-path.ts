/** Paths as people give them, also where no shell has read them: in quotes, in a variable, in a window's field. */
import os from 'node:os';
import path from 'node:path';

/**
 * Absolute; a leading "~" is the home folder. Relative paths are taken from the working folder, which is where the
 * person stands: scripts/where-you-stand.mjs goes back there from the program's own folder, where npm runs its scripts.
 */
export function givenPath(given: string): string {
    return path.resolve(given.replace(/^~(?=$|[\\/])/u, homeFolder));
}

export function homeFolder(): string {
    return os.homedir() || os.userInfo().homedir;
}
