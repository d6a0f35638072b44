/**
 * NVIDIA's driver, asked what its first GPU is. None of these calls makes a context, so nothing of the GPU's memory
 * is taken, and CUDA_VISIBLE_DEVICES holds for them as it does for onnxruntime.
 */
import { koffi } from '../native/koffi.ts';
import type { Precision } from '../../onnx/target.ts';
import type { Gpu } from '../runtime.ts';

/** The functions of cuda.h that are called: each gives 0 where it succeeds. */
export interface GpuDriver {
    cuInit(flags: number): number;
    cuDeviceGet(device: number[], ordinal: number): number;
    cuDeviceGetName(name: Uint8Array, length: number, device: number): number;
    cuDeviceTotalMem(bytes: (number | bigint)[], device: number): number;
    cuDeviceGetAttribute(value: number[], attribute: number, device: number): number;
}

/** CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR of cuda.h. */
const [MAJOR, MINOR] = [75, 76];

const FIRST_GPU = 0;
const longestName = 256;
const gibibyte = 2 ** 30;

/** The GPU that CUDA computes on, or null where the driver cannot be asked or does not answer. */
export function readGpu(openDriver: () => GpuDriver = openGpuDriver): Gpu | null {
    try {
        const driver = openDriver();
        const device = [0];
        const bytes: (number | bigint)[] = [0];
        const [major, minor] = [[0], [0]];
        const name = new Uint8Array(longestName);
        const failed =
            driver.cuInit(0) ||
            driver.cuDeviceGet(device, FIRST_GPU) ||
            driver.cuDeviceGetName(name, name.length, device[0]!) ||
            driver.cuDeviceTotalMem(bytes, device[0]!) ||
            driver.cuDeviceGetAttribute(major, MAJOR, device[0]!) ||
            driver.cuDeviceGetAttribute(minor, MINOR, device[0]!);
        const memoryBytes = Number(bytes[0]);
        if (failed !== 0 || !(memoryBytes > 0)) return null;
        const end = name.indexOf(0);
        return {
            name: new TextDecoder().decode(name.subarray(0, end < 0 ? longestName : end)),
            memoryBytes,
            capability: `${major[0]}.${minor[0]}`,
        };
    } catch {
        return null; // without this driver, or with one that lacks these functions, nothing is known of the GPU
    }
}

/**
 * Compute capabilities of the GPUs whose products in TF32 are several times as fast as in float32: A100, H100 and
 * H200, B200, B300. On a GeForce both have one peak (NVIDIA's data sheets).
 */
const fastInTf32: ReadonlySet<string> = new Set(['8.0', '9.0', '10.0', '10.3']);

/** The precision on CUDA where none is asked for. */
export function usualPrecision(gpu: Gpu | null): Precision {
    return gpu !== null && fastInTf32.has(gpu.capability) ? 'tf32' : 'float32';
}

/** "NVIDIA H100 80GB HBM3, 80 GB": memory as it is sold, since the driver keeps a little of it. */
export function gpuInWords({ name, memoryBytes }: Gpu): string {
    return `${name}, ${Math.ceil(memoryBytes / gibibyte)} GB`;
}

function openGpuDriver(): GpuDriver {
    const library = koffi.load(process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1');
    return {
        cuInit: library.func('int cuInit(unsigned int flags)'),
        cuDeviceGet: library.func('int cuDeviceGet(_Out_ int *device, int ordinal)'),
        cuDeviceGetName: library.func('int cuDeviceGetName(void *name, int length, int device)'),
        cuDeviceTotalMem: library.func('int cuDeviceTotalMem_v2(_Out_ size_t *bytes, int device)'),
        cuDeviceGetAttribute: library.func('int cuDeviceGetAttribute(_Out_ int *value, int attribute, int device)'),
    };
}
