/** onnxruntime's WebGPU provider: Vulkan on Linux, Direct3D 12 on Windows, Metal on a Mac. */
import { koffi } from '../native/koffi.ts';
import { badInputAbout } from '../../../../shared/faults.ts';
import { nothingStarted } from '../../../../shared/text/refusal.ts';
import type { DeviceProvider } from './device-runtime.ts';

export const webGpu: DeviceProvider = {
    kind: 'webgpu',
    name: 'WebGPU',
    target: { kernels: 'webgpu', precision: 'float32' },
    memoryName: 'WebGPU_Buf',
    writesInPlace: false, // a kernel may not write a buffer that it reads
    readGpu: () => null, // onnxruntime does not tell what Dawn found
    append: ({ api }, options) => api.call('SessionOptionsAppendExecutionProvider', options, 'WebGPU', null, null, 0),
    openCopies: ({ api, environment }) =>
        Promise.resolve((from, to) =>
            api.call('CopyTensors', environment, BigInt64Array.of(from), BigInt64Array.of(to), null, 1),
        ),
    whyNot: (reason) =>
        badInputAbout('not-set-up', (name) => `${whyNoDevice(reason, whyNoVulkan())} ${nothingStarted(name)}`),
    whyFailed: () => null,
};

/**
 * Translates onnxruntime's message.
 * @param vulkan what the system's loader says of Vulkan; null where it has nothing to say
 */
export function whyNoDevice(reason: string, vulkan: string | null = null): string {
    if (/not supported in this build|not enabled in this build/i.test(reason))
        return `The onnxruntime that is installed was built without WebGPU (${reason}).`;
    if (/adapter/i.test(reason)) {
        const said = [/adapter: ([^\n]+)/i.exec(reason)?.[1]?.trim(), vulkan].filter(
            (each) => typeof each === 'string',
        );
        const brackets = said.length === 0 ? '' : ` (${said.join('; ')})`;
        return `No GPU was found that WebGPU can use${brackets}: on Linux that takes a Vulkan driver, on Windows Direct3D 12, on a Mac Metal.`;
    }
    return `WebGPU could not be started (${reason}).`;
}

const vulkanLoader = 'libvulkan.so.1';

/** Asks the system's loader again, since WebGPU tells what it said to nobody but the terminal. */
function whyNoVulkan(): string | null {
    if (process.platform !== 'linux') return null;
    try {
        koffi.load(vulkanLoader);
        return null; // it is there; what it found no driver in, it does not say
    } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        return `${vulkanLoader}: ${words.replace(/^Failed to load shared library: /, '')}`;
    }
}
