/** Loads the libonnxruntime that the C API is called in. */
import { koffi } from './koffi.ts';
import { LIBRARY_VERSION, libraryFile, refused, VARIABLE } from './library-file.ts';

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
    const { path, isChosen } = libraryFile();
    if (!isChosen) {
        const { handle, base, version } = load(path);
        if (version !== LIBRARY_VERSION)
            throw new Error(`the library is onnxruntime ${version}, not ${LIBRARY_VERSION}`);
        return { handle, base, description: `onnxruntime ${version}` };
    }
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

function words(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
