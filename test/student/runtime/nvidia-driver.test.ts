/** What NVIDIA's driver is asked about a GPU, by an imagined driver, and by a library that is built here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import {
    gpuInWords,
    readGpu,
    usualPrecision,
    type GpuDriver,
} from '../../../src/main/student/runtime/gpu/nvidia-driver.ts';
import { rehearsedDevice } from '../../support/rehearsed-device.ts';

const h100 = { name: 'NVIDIA H100 80GB HBM3', memoryBytes: 84_942_979_072, capability: '9.0' };
const rtx4090 = { name: 'NVIDIA GeForce RTX 4090', memoryBytes: 25_386_352_640, capability: '8.9' };
const a100 = { name: 'NVIDIA A100-SXM4-40GB', memoryBytes: 42_298_834_944, capability: '8.0' };

function driverOf(changes: Partial<GpuDriver> = {}): GpuDriver {
    return {
        cuInit: (flags) => (flags === 0 ? 0 : 1),
        cuDeviceGet(device, ordinal) {
            device[0] = 7 + ordinal;
            return 0;
        },
        cuDeviceGetName(name, length, device) {
            expect([length, device]).toEqual([name.length, 7]);
            name.set(new TextEncoder().encode(`${h100.name}\0garbage`));
            return 0;
        },
        cuDeviceTotalMem(bytes, device) {
            expect(device).toBe(7);
            bytes[0] = BigInt(h100.memoryBytes);
            return 0;
        },
        cuDeviceGetAttribute(value, attribute, device) {
            expect(device).toBe(7);
            value[0] = { 75: 9, 76: 0 }[attribute]!;
            return 0;
        },
        ...changes,
    };
}

it('reads name, memory and compute capability of the first GPU', () => {
    expect(readGpu(() => driverOf())).toEqual(h100);
});

it('says memory as it is sold', () => {
    expect(gpuInWords(h100)).toBe('NVIDIA H100 80GB HBM3, 80 GB');
    expect(gpuInWords(rtx4090)).toMatch(/, 24 GB$/);
    expect(gpuInWords(a100)).toMatch(/, 40 GB$/);
});

it('computes in TF32 by itself only on GPUs that are faster in it', () => {
    expect([h100, a100, rtx4090, null].map(usualPrecision)).toEqual(['tf32', 'tf32', 'float32', 'float32']);
});

it('knows nothing where the driver is missing, fails or answers with nothing', () => {
    const noDriver = (): GpuDriver => {
        throw new Error('libcuda.so.1: cannot open shared object file');
    };
    expect(readGpu(noDriver)).toBeNull();
    for (const failing of [
        'cuInit',
        'cuDeviceGet',
        'cuDeviceGetName',
        'cuDeviceTotalMem',
        'cuDeviceGetAttribute',
    ] as const)
        expect(readGpu(() => driverOf({ [failing]: () => 100 }))).toBeNull();
    expect(readGpu(() => driverOf({ cuDeviceTotalMem: () => 0 }))).toBeNull();
});

const compiler = process.env['CC'] ?? 'cc';

function canCompile(): boolean {
    if (process.platform !== 'linux') return false;
    try {
        execFileSync(compiler, ['--version'], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}

const source = `
#include <stddef.h>
#include <string.h>
int cuInit(unsigned int flags) { return flags == 0 ? 0 : 1; }
int cuDeviceGet(int *device, int ordinal) { *device = 3 + ordinal; return 0; }
int cuDeviceGetName(char *name, int length, int device) {
    if (device != 3 || length < 64) return 1;
    strcpy(name, "${h100.name}");
    return 0;
}
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = ${h100.memoryBytes}u; return device == 3 ? 0 : 1; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? 9 : attribute == 76 ? 0 : -1;
    return device == 3 ? 0 : 1;
}
`;

it.skipIf(!canCompile())('calls the functions of cuda.h by their names and types', () => {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-gpu-'));
    try {
        writeFileSync(join(folder, 'cuda.c'), source);
        execFileSync(compiler, ['-shared', '-fPIC', '-o', join(folder, 'libcuda.so.1'), join(folder, 'cuda.c')]);
        const module = pathToFileURL('src/main/student/runtime/gpu/nvidia-driver.ts').href;
        const script = `const { readGpu } = await import('${module}'); console.log(JSON.stringify(readGpu()))`;
        const read = (folderOfDriver: string): unknown =>
            JSON.parse(
                execFileSync(process.execPath, ['--input-type=module', '-e', script], {
                    env: { ...process.env, LD_LIBRARY_PATH: folderOfDriver },
                    encoding: 'utf8',
                }),
            );
        expect(read(folder)).toEqual(h100);
    } finally {
        rmSync(folder, { recursive: true });
    }
});

it('is part of what a run says it computes on', async () => {
    const runtime = await rehearsedDevice(1, 'float32', h100);
    expect(runtime.gpu).toEqual(h100);
    expect(runtime.description).toMatch(/^Rehearsal on NVIDIA H100 80GB HBM3, 80 GB, onnxruntime /);
    runtime.release();
    const unknown = await rehearsedDevice(1, 'bf16');
    expect(unknown.gpu).toBeNull();
    expect(unknown.description).toMatch(/^Rehearsal, bf16, onnxruntime /);
    unknown.release();
});
