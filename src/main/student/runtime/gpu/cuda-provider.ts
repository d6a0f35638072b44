/** Finds onnxruntime's CUDA provider where onnxruntime would, without loading anything. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaultError } from '../../../../shared/faults.ts';
import { LIBRARY_VERSION, libraryFile } from '../native/library-file.ts';

const fileNames: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    linux: ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'],
    win32: ['onnxruntime_providers_cuda.dll', 'onnxruntime_providers_shared.dll'],
};
/** Where the system's loader looks for libraries of CUDA. */
const searchPath: Partial<Record<NodeJS.Platform, string>> = { linux: 'LD_LIBRARY_PATH', win32: 'PATH' };
const driverVersion = '/proc/driver/nvidia/version';

/**
 * What tells the provider beside the library from another, and its surroundings from others: a check of CUDA holds as
 * long as this stays the same. Null where no provider is there. Names no folder.
 * @throws bad input for a library that a person named and that is not there
 */
export function cudaProvider(): string | null {
    const folder = libraryFolder();
    const files = (fileNames[process.platform] ?? []).map((name) => join(folder ?? '', name));
    if (folder === null || files.length === 0 || !files.every((file) => existsSync(file))) return null;
    const { size, mtimeMs } = statSync(files[0]!);
    const driver = existsSync(driverVersion) ? readFileSync(driverVersion, 'utf8') : '';
    const variables = ['CUDA_VISIBLE_DEVICES', searchPath[process.platform]!].map((name) => process.env[name] ?? '');
    const parts = [LIBRARY_VERSION, size, mtimeMs, driver, ...variables];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Null where this platform has no library, for then nothing lies beside it. */
function libraryFolder(): string | null {
    try {
        return dirname(libraryFile().path);
    } catch (error) {
        if (error instanceof FaultError) throw error; // a person named it
        return null;
    }
}
