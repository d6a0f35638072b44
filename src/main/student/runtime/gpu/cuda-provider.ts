/** Finds onnxruntime's CUDA provider where onnxruntime would, without loading anything. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FaultError } from '../../../../shared/faults.ts';
import { LIBRARY_VERSION, libraryFile } from '../native/library-file.ts';

const fileNames: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    linux: ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'],
    win32: ['onnxruntime_providers_cuda.dll', 'onnxruntime_providers_shared.dll'],
};
/** Windows finds libraries by PATH, which is another one in every terminal and in the app. */
const variables = ['CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH'];
/** Where NVIDIA's driver for Linux tells of itself. */
const driverFolder = '/proc/driver/nvidia';

/**
 * What tells the provider beside the library from another, and its surroundings from others: a check of CUDA holds as
 * long as this stays the same. Null where no provider is there. Names no folder.
 * @param driver where the driver tells of itself
 * @throws bad input for a library that a person named and that is not there
 */
export function cudaProvider(driver = driverFolder): string | null {
    const folder = libraryFolder();
    const files = (fileNames[process.platform] ?? []).map((name) => join(folder ?? '', name));
    if (folder === null || files.length === 0 || !files.every((file) => existsSync(file))) return null;
    const { size, mtimeMs } = statSync(files[0]!);
    const surroundings = variables.map((name) => process.env[name] ?? '');
    const parts = [LIBRARY_VERSION, size, mtimeMs, textOf(join(driver, 'version')), gpuNames(driver), ...surroundings];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The names of the GPUs, in the driver's order; none where it does not tell, as on Windows. */
function gpuNames(driver: string): readonly string[] {
    const folder = join(driver, 'gpus');
    if (!existsSync(folder)) return [];
    const told = readdirSync(folder).sort();
    return told.map((gpu) => /^Model:\s*(.*)$/m.exec(textOf(join(folder, gpu, 'information')))?.[1] ?? '');
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Null where this platform has no library, for then nothing lies beside it. */
function libraryFolder(): string | null {
    try {
        return dirname(libraryFile().path);
    } catch (error) {
        if (error instanceof FaultError) throw error; // a person named it
        return null;
    }
}
