/**
 * The device that CUDA should be, played by the processor: memory of onnxruntime's own, written in place, reached only
 * by copies through a graph. All that the runtime on CUDA does happens here too, but for CUDA.
 */
import { cuda } from '../../src/main/student/runtime/cuda.ts';
import { deviceRuntime } from '../../src/main/student/runtime/device-runtime.ts';
import type { DeviceProvider } from '../../src/main/student/runtime/device-runtime.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';

const processor: DeviceProvider = { ...cuda, name: 'Rehearsal', memoryName: 'Cpu', append: () => {} };

export function rehearsedDevice(threads: number): Promise<Runtime> {
    return deviceRuntime(processor, threads);
}
