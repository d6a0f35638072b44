/** An onnxruntime for STORYLOOP_ONNXRUNTIME with a provider for CUDA that cannot be loaded. Linux. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolders } from '../../scripts/cuda-provider.ts';

export const providerFile = 'libonnxruntime_providers_cuda.so';

/** Its provider asks the loader for a library of CUDA that no computer has. */
export function withoutCuda(folder: string): string {
    const shipped = installFolders().folder;
    copyFileSync(join(shipped, 'libonnxruntime.so.1'), join(folder, 'libonnxruntime.so.1'));
    const bytes = readFileSync(join(shipped, 'onnxruntime_binding.node'));
    const needed = bytes.indexOf('libonnxruntime.so.1\0');
    if (needed < 0) throw new Error('the binding does not name the library it needs');
    bytes.write('libcublasLt.so.99\0', needed, 'latin1');
    writeFileSync(join(folder, 'libonnxruntime_providers_shared.so'), bytes);
    writeFileSync(join(folder, providerFile), 'never loaded: the shared one is first');
    return folder;
}

/** Whether `npm run setup:cuda` was run in this copy of Storyloop. */
export function hasProvider(): boolean {
    return existsSync(join(installFolders().folder, providerFile));
}
