/**
 * The device that CUDA should be, played by the processor: memory of onnxruntime's own, written in place, reached only
 * by copies through a graph. All that the runtime on CUDA does happens here too, but for CUDA.
 */
import { cudaIn } from '../../src/main/student/runtime/gpu/cuda.ts';
import { deviceRuntime } from '../../src/main/student/runtime/gpu/device-runtime.ts';
import type { DeviceProvider } from '../../src/main/student/runtime/gpu/device-runtime.ts';
import type { Precision } from '../../src/main/student/onnx/target.ts';
import type { Gpu, Runtime } from '../../src/main/student/runtime/runtime.ts';

/**
 * In bf16, what would be rounded on a device is rounded here, and computed in float32.
 * @param gpu what it says it is; a real one of this computer is not asked
 */
export function rehearsedDevice(
    threads: number,
    precision: Precision = 'float32',
    gpu: Gpu | null = null,
): Promise<Runtime> {
    const device: DeviceProvider = {
        ...cudaIn(precision),
        target: { kernels: 'cuda', precision, isImitated: true },
        name: 'Rehearsal',
        memoryName: 'Cpu',
        readGpu: () => gpu,
        append: () => {},
    };
    return deviceRuntime(device, threads);
}
