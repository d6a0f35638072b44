/** onnxruntime's WebGPU provider: Vulkan on Linux, Direct3D 12 on Windows, Metal on a Mac. */
import { badInputAbout } from '../../../../shared/faults.ts';
import { nothingStarted } from './device-runtime.ts';
import type { DeviceProvider } from './device-runtime.ts';

export const webGpu: DeviceProvider = {
    kind: 'webgpu',
    name: 'WebGPU',
    target: { kernels: 'webgpu', precision: 'float32' },
    memoryName: 'WebGPU_Buf',
    writesInPlace: false, // a kernel may not write a buffer that it reads
    append: ({ api }, options) => api.call('SessionOptionsAppendExecutionProvider', options, 'WebGPU', null, null, 0),
    openCopies: ({ api, environment }) =>
        Promise.resolve((from, to) =>
            api.call('CopyTensors', environment, BigInt64Array.of(from), BigInt64Array.of(to), null, 1),
        ),
    whyNot: (reason) => badInputAbout('not-set-up', `${whyNoDevice(reason)} ${nothingStarted}`),
    whyFailed: () => null,
};

/** Translates onnxruntime's message. */
export function whyNoDevice(reason: string): string {
    if (/not supported in this build|not enabled in this build/i.test(reason))
        return `The onnxruntime that is installed was built without WebGPU (${reason}).`;
    if (/adapter/i.test(reason))
        return 'No graphics processor was found that WebGPU can use: on Linux that takes a Vulkan driver, on Windows Direct3D 12, on a Mac Metal.';
    return `WebGPU could not be started (${reason}).`;
}
