/**
 * Finds the libonnxruntime that the C API is called in, without loading it: the one onnxruntime-node ships, or a build
 * of the same version that a person names in STORYLOOP_ONNXRUNTIME, for providers the shipped one lacks (CUDA on
 * Windows).
 */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';

/** The version whose slots api.ts was checked against; no other version is called. */
export const LIBRARY_VERSION = '1.30.0';
export const VARIABLE = 'STORYLOOP_ONNXRUNTIME';

const fileNames: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    linux: ['libonnxruntime.so.1', `libonnxruntime.so.${LIBRARY_VERSION}`, 'libonnxruntime.so'],
    darwin: ['libonnxruntime.1.dylib', `libonnxruntime.${LIBRARY_VERSION}.dylib`, 'libonnxruntime.dylib'],
    win32: ['onnxruntime.dll'],
};

/** Where a folder may hold the library: directly, as in a release archive, or as in a NuGet package. */
const foldersInside = (): readonly string[] => [
    '.',
    'lib',
    join('runtimes', `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`, 'native'),
];

/**
 * The library's path, and whether a person named it.
 * @throws bad input for a library that a person named and that is not there; an error with the reason for the shipped
 * one
 */
export function libraryFile(): { readonly path: string; readonly isChosen: boolean } {
    const chosen = process.env[VARIABLE];
    if (chosen === undefined || chosen === '') return { path: shippedPath(), isChosen: false };
    return { path: chosenPath(chosen), isChosen: true };
}

function shippedPath(): string {
    const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    // A packaged app keeps native libraries beside its archive; only Electron's own loader would redirect the path.
    const home = dirname(manifest).replace(/\.asar(?=[\\/])/, '.asar.unpacked');
    const path = join(home, 'bin', 'napi-v6', process.platform, process.arch, namesHere()[0]!);
    if (!existsSync(path)) throw new Error(`onnxruntime-node has no library for ${process.platform} ${process.arch}`);
    return path;
}

function chosenPath(chosen: string): string {
    const found = statSync(chosen, { throwIfNoEntry: false });
    if (found === undefined) throw refused('names no file or folder that is here');
    if (!found.isDirectory()) return chosen;
    const candidates = foldersInside().flatMap((folder) => namesHere().map((name) => join(chosen, folder, name)));
    const path = candidates.find((candidate) => existsSync(candidate));
    if (path === undefined) throw refused(`names a folder without ${namesHere()[0]}`);
    return path;
}

function namesHere(): readonly string[] {
    const names = fileNames[process.platform];
    if (names === undefined) throw new Error(`no onnxruntime library is known for ${process.platform}`);
    return names;
}

export function refused(what: string): Error {
    return badInput(
        `${VARIABLE} ${what}; nothing was started. Point it at the library of an onnxruntime ${LIBRARY_VERSION}, or at its folder, or leave it away.`,
    );
}
