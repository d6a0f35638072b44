/**
 * Files of the exports in the data folder, for whoever hands them out. A path that is asked for is compared with those
 * that the export's manifest names, and what is found must be a plain file inside: nothing else of the disk can be had.
 */
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where the app puts what nobody chose a folder for. */
export function exportsFolder(home: string): string {
    return join(home, 'exports');
}

const folderName = /^[^./\\\0][^/\\\0]*$/u;
const manifestName = 'manifest.json';
const manifestSchema = z.object({ files: z.array(z.object({ path: z.string() })) });

/** @returns null where there is no such file */
export function exportedFile(home: string, name: string, path: string): string | null {
    if (!folderName.test(name) || name.endsWith('.partial')) return null;
    const folder = join(exportsFolder(home), name);
    const segments = path.split('/');
    if (segments.some((segment) => !folderName.test(segment))) return null;
    try {
        if (!lstatSync(folder).isDirectory() || !filesOf(folder).includes(path)) return null;
        const file = join(folder, ...segments);
        const isInside = realpathSync(file) === join(realpathSync(folder), ...segments); // no link on the way
        return isInside && lstatSync(file).isFile() ? file : null;
    } catch (error) {
        if (isNoSuchFile(error)) return null;
        throw error;
    }
}

/** Longer than any name here, below a file, a circle of links, not for us to read, a name that no disk takes: all is none. */
const nothingThere = [
    'ENOENT',
    'ENOTDIR',
    'ENAMETOOLONG',
    'ELOOP',
    'EACCES',
    'EPERM',
    'EINVAL',
    'ERR_INVALID_ARG_VALUE',
];

function isNoSuchFile(error: unknown): boolean {
    return error instanceof Error && 'code' in error && nothingThere.includes(String(error.code));
}

function filesOf(folder: string): readonly string[] {
    const file = join(folder, manifestName);
    if (!lstatSync(file).isFile()) return [];
    const manifest = manifestSchema.safeParse(parsed(readFileSync(file, 'utf8')));
    return manifest.success ? [manifestName, ...manifest.data.files.map(({ path }) => path)] : [];
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
