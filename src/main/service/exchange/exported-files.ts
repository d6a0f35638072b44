/**
 * Finds the files of exports in the data folder, so that a page can download them. Only a path that the export's
 * manifest names is served, and only if it is a plain file inside that folder: nothing else on the disk can be read.
 */
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf } from '../../../shared/text/json.ts';

/** The folder for exports for which nobody chose another. */
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
        const isInside = realpathSync(file) === join(realpathSync(folder), ...segments); // not by way of a link
        return isInside && lstatSync(file).isFile() ? file : null;
    } catch (error) {
        if (isNoSuchFile(error)) return null;
        throw error;
    }
}

/**
 * Errors that mean "no such file": also too long a name, a path below a file, a circle of links, one we may not read.
 */
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
    const manifest = manifestSchema.safeParse(jsonOf(readFileSync(file, 'utf8')));
    return manifest.success ? [manifestName, ...manifest.data.files.map(({ path }) => path)] : [];
}
