/** Finds the files that ship with the app: beside `src` or `out`, whichever this code runs from. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the files that ship with the app. @throws where the installation lacks its resources */
export function resourcesFolder(): string {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, 'resources', 'teacher'))) {
        const parent = dirname(folder);
        if (parent === folder) throw new Error('the folder "resources" is missing from the installation');
        folder = parent;
    }
    return join(folder, 'resources');
}
