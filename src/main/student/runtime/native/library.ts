/**
 * Finds and opens the libonnxruntime that the C API is called in: the one onnxruntime-node ships, or a build of the
 * same version that a person names in STORYLOOP_ONNXRUNTIME, for providers the shipped one lacks (CUDA on Windows).
 */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { badInput } from '../../../../shared/faults.ts';

/** The version whose slots api.ts was checked against; no other version is called. */
export const LIBRARY_VERSION = '1.30.0';
const VARIABLE = 'STORYLOOP_ONNXRUNTIME';

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

export interface Library {
    readonly handle: ReturnType<typeof koffi.load>;
    /** Pointer to the struct OrtApiBase. */
    readonly base: bigint;
    /** In words and without a path, because it is recorded with runs. */
    readonly description: string;
}

/**
 * Loads the library and asks it for nothing but its version.
 * @throws bad input for a library that a person named; an error with the reason for the shipped one
 */
export function openLibrary(): Library {
    const chosen = process.env[VARIABLE];
    if (chosen === undefined || chosen === '') {
        const { handle, base, version } = load(shippedPath());
        if (version !== LIBRARY_VERSION)
            throw new Error(`the library is onnxruntime ${version}, not ${LIBRARY_VERSION}`);
        return { handle, base, description: `onnxruntime ${version}` };
    }
    const path = chosenPath(chosen);
    let loaded: ReturnType<typeof load>;
    try {
        loaded = load(path);
    } catch (error) {
        throw refused(`names a file that is not an onnxruntime library (${words(error).replaceAll(path, 'it')})`);
    }
    const { handle, base, version } = loaded;
    if (version !== LIBRARY_VERSION)
        throw refused(`names onnxruntime ${version}, and Storyloop calls ${LIBRARY_VERSION} only`);
    return { handle, base, description: `onnxruntime ${version} of ${VARIABLE}` };
}

// never unloaded: unloading could crash the process through the threads a library has started
const loaded: unknown[] = [];

function load(path: string): { readonly handle: Library['handle']; readonly base: bigint; readonly version: string } {
    const handle = koffi.load(path);
    loaded.push(handle);
    const base: bigint = handle.func('OrtGetApiBase', 'void *', [])();
    const getVersion = koffi.decode(koffi.decode(base, koffi.sizeof('void *'), 'void *'), koffi.proto('str', []));
    return { handle, base, version: getVersion() as string };
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

function refused(what: string): Error {
    return badInput(
        `${VARIABLE} ${what}; nothing was started. Point it at the library of an onnxruntime ${LIBRARY_VERSION}, or at its folder, or leave it away.`,
    );
}

function words(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
