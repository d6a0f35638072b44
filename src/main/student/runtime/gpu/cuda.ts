/**
 * onnxruntime's CUDA provider, for NVIDIA GPUs.
 *
 * One device, the first that CUDA shows (CUDA_VISIBLE_DEVICES chooses). In float32, matrix products do not use TF32, so
 * that results agree with the CPU's; in bf16, what stays float32 does. Every graph has an arena of its own that grows
 * by what is requested: onnxruntime's shared arena (CreateAndRegisterAllocatorV2) aborts the process where the provider
 * is missing.
 */
import { badInput, badInputAbout, type Sentence } from '../../../../shared/faults.ts';
import type { Precision } from '../../onnx/target.ts';
import { readGpu } from './nvidia-driver.ts';
import { copyModel, copyThrough } from './copies.ts';
import type { DeviceProvider } from './device-runtime.ts';
import { releaseAtExit } from '../native/session.ts';
import { nothingStarted } from '../../../../shared/text/refusal.ts';

// Names of core/providers/cuda/cuda_execution_provider_info.cc
const options = (precision: Precision): Readonly<Record<string, string>> => ({
    device_id: '0',
    use_tf32: precision === 'float32' ? '0' : '1',
    arena_extend_strategy: 'kSameAsRequested',
});

export const cudaIn = (precision: Precision): DeviceProvider => ({
    kind: 'cuda',
    target: { kernels: 'cuda', precision },
    name: 'CUDA',
    memoryName: 'Cuda',
    writesInPlace: true, // the kernels of a run follow each other on one stream, in the graph's order
    readGpu: () => readGpu(),
    append(ort, sessionOptions) {
        const { api } = ort;
        releaseAtExit(ort);
        const cudaOptions = api.ask('CreateCUDAProviderOptions');
        try {
            // The first call that loads the provider is the only one that reports why it cannot be loaded.
            const [names, values] = [Object.keys(options(precision)), Object.values(options(precision))];
            api.call('UpdateCUDAProviderOptions', cudaOptions, names, values, names.length);
            api.call('SessionOptionsAppendExecutionProvider_CUDA_V2', sessionOptions, cudaOptions);
        } finally {
            api.release('CUDAProviderOptions', cudaOptions);
        }
    },
    // CopyTensors cannot reach a provider that was added through session options.
    openCopies: async ({ api }, compile) => copyThrough(api, await compile(copyModel())),
    whyNot(reason) {
        const { why, toType, isMissing } = whyNoCuda(reason, process.platform);
        const sentence: Sentence = (name) => `${why} ${nothingStarted(name)}`;
        return isMissing ? badInputAbout('not-set-up', sentence, toType) : badInput(sentence, toType);
    },
    // No kernel of the student's graphs needed cuDNN in provider 1.30.0; another build's may.
    whyFailed: (reason) =>
        /cuDNN (is not available|is unavailable|library was not found)/.test(reason)
            ? badInput(
                  (name) =>
                      `A kernel of onnxruntime needs cuDNN, which was not found; everything recorded is safe. Install cuDNN 9 for the CUDA that is here, or choose ${name('runtime.kind')} native to compute on the processor.`,
              )
            : null,
});

interface Reason {
    readonly why: string;
    /** A command that helps; shown on the command line only. */
    readonly toType?: string;
    /** CUDA is not set up, which is no fault. */
    readonly isMissing: boolean;
}

const pointAtBuild = 'unpack a GPU build of onnxruntime 1.30.0 and let STORYLOOP_ONNXRUNTIME name its folder';

/** Translates the messages of onnxruntime and of the system's loader. */
export function whyNoCuda(reason: string, platform: NodeJS.Platform): Reason {
    if (platform === 'darwin') return { why: 'There is no CUDA for this system.', isMissing: true };
    if (
        /not (enabled|supported|available) in this build|CUDA execution provider is (either )?not enabled/i.test(reason)
    ) {
        const how = platform === 'win32' ? `: ${pointAtBuild}` : '';
        return { why: `The onnxruntime that is installed was built without CUDA${how}.`, isMissing: true };
    }
    // Linux names the library it looked for
    const absent = /([^\s/]+): cannot open shared object file/.exec(reason)?.[1];
    if (absent?.startsWith('libonnxruntime_providers'))
        return {
            why: 'CUDA is not set up here.',
            toType: "npm run setup:cuda fetches onnxruntime's provider for it (Linux x64).",
            isMissing: true,
        };
    if (absent === 'libcuda.so.1')
        return { why: "NVIDIA's driver was not found (libcuda.so.1): install it.", isMissing: false };
    if (absent !== undefined) {
        const version = /^lib(?:cublas|cublasLt|cudart)\.so\.(\d+)/.exec(absent)?.[1];
        const cudaOf = version === undefined ? 'the CUDA that the provider was built for' : `CUDA ${version}`;
        return {
            why: `CUDA was not found: onnxruntime's provider asks for ${absent}. Install ${cudaOf}, with cuBLAS and cuRAND, or let LD_LIBRARY_PATH name the folders that have them.`,
            isMissing: false,
        };
    }
    // Windows names the library that wanted another
    const unloaded = /error 126 .*?(onnxruntime_providers_\w+)\.dll/s.exec(reason)?.[1];
    if (unloaded === 'onnxruntime_providers_shared')
        return { why: `CUDA is not set up here: ${pointAtBuild}.`, isMissing: true };
    if (unloaded !== undefined)
        return {
            why: `${unloaded}.dll, or a library of CUDA or cuDNN that it asks for, was not found: put the folders that have them on the PATH.`,
            isMissing: false,
        };
    if (/undefined symbol|version `/.test(reason))
        return {
            why: `The CUDA provider that is here does not fit (${brief(reason)}): remove it and install it again.`,
            toType: 'npm run setup:cuda -- --remove takes it away; npm run setup:cuda fetches it again.',
            isMissing: false,
        };
    const failure = /CUDA failure (\d+): ([^;\n]+)/.exec(reason);
    if (failure !== null)
        return {
            why: `CUDA is here, and its driver found no device that can be used (CUDA failure ${failure[1]}: ${failure[2]!.trim()}).`,
            isMissing: false,
        };
    return { why: `CUDA could not be started (${brief(reason)}).`, isMissing: false };
}

/** The last part of a message, without folder names. */
function brief(reason: string): string {
    const line = reason
        .trim()
        .split('\n')[0]!
        .replace(/\S*\/(?=\S)/g, '');
    return line.length > 200 ? `… ${line.slice(-200)}` : line;
}
