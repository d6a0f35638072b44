/**
 * Installs onnxruntime's CUDA provider (Linux x64, some 250 MB), which `--runtime-kind auto` then tries: `npm run
 * setup:cuda`. `-- --remove` removes it again. STORYLOOP_NUGET names another NuGet feed than onnxruntime-node's.
 */
import { parseArgs } from 'node:util';
import { ProgressLine } from '../src/main/headless/progress-line.ts';
import { gigabytes } from '../src/main/service/models/download.ts';
import { commandLine, FaultError } from '../src/shared/faults.ts';
import { cudaPackageFor, host } from './cuda-package.ts';
import { installFolders, provideCuda, removeCuda, systemLibraries } from './cuda-provider.ts';

const again = 'npm run setup:cuda';

async function setUp(): Promise<void> {
    const { values } = parseArgs({ options: { remove: { type: 'boolean', default: false } } });
    const shipped = cudaPackageFor(process.platform, process.arch);
    const wanted = { ...shipped, feed: process.env['STORYLOOP_NUGET'] || shipped.feed };
    const folders = installFolders();
    if (values.remove) {
        const gone = removeCuda(wanted, folders);
        console.log(gone.length === 0 ? 'There was nothing to remove.' : `Removed:\n${indented(gone)}`);
        return;
    }
    const line = new ProgressLine(process.stderr, () => performance.now());
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const { files, wasThere, isVouchedFor } = await provideCuda(wanted, folders, {
        signal: stop.signal,
        onProgress: ({ phase, done, of }) =>
            line.show({
                phase: `${phase} ${wanted.name} ${wanted.version}`,
                step: `${gigabytes(done)} of ${gigabytes(of)}`,
                done: done / of,
            }),
    }).finally(() => line.clear());
    const asks = systemLibraries(files.find((file) => file.includes('_cuda'))!);
    console.log(
        [
            `onnxruntime’s CUDA provider ${wanted.version} ${wasThere ? 'was here already; nothing was fetched' : 'is here'}:`,
            indented(files),
            ...(isVouchedFor ? [] : [`${host(wanted.feed)} publishes no hash: only size and checksums were compared.`]),
            ...(asks.length === 0
                ? []
                : [
                      `It needs NVIDIA’s driver and these libraries, of the CUDA version in their names: ${asks.join(', ')}.`,
                  ]),
            `Now run: ${commandLine} device --cuda`,
            'If it passes, new runs use CUDA; --runtime-kind native stays on the processor.',
            'Unproven on your GPU: an earlier version ran on one NVIDIA H100, this version on none.',
            `To remove it: ${again} -- --remove`,
        ].join('\n'),
    );
}

function indented(files: readonly string[]): string {
    return files.map((file) => `  ${file}`).join('\n');
}

try {
    await setUp();
} catch (error) {
    if (!(error instanceof FaultError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
}
