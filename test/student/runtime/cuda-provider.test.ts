/** Where CUDA's provider is looked for, and what makes an earlier check of it worthless. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { cudaProvider } from '../../../src/main/student/runtime/gpu/cuda-provider.ts';
import { hasProvider } from '../../support/onnxruntime-folder.ts';

const { platform } = process;
afterEach(() => {
    vi.unstubAllEnvs();
    Object.defineProperty(process, 'platform', { value: platform });
});

function folderOn(system: NodeJS.Platform, files: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-provider-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of files) writeFileSync(join(folder, name), name);
    Object.defineProperty(process, 'platform', { value: system });
    vi.stubEnv('STORYLOOP_ONNXRUNTIME', folder);
    return folder;
}

const onLinux = [
    'libonnxruntime.so.1',
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_shared.so',
] as const;
const onWindows = ['onnxruntime.dll', 'onnxruntime_providers_cuda.dll', 'onnxruntime_providers_shared.dll'] as const;

it.skipIf(hasProvider())('there is none beside the library that comes along', () => expect(cudaProvider()).toBeNull());

it.each([
    ['linux', onLinux],
    ['win32', onWindows],
] as const)('on %s both of its files lie beside the library', (system, files) => {
    folderOn(system, files);
    expect(cudaProvider()).toMatch(/^[0-9a-f]{32}$/);
    folderOn(system, files.slice(0, 2));
    expect(cudaProvider()).toBeNull();
    folderOn(system, [files[0], files[2]]);
    expect(cudaProvider()).toBeNull();
});

it('there is none for a Mac, nor where no library is known', () => {
    folderOn('darwin', ['libonnxruntime.1.dylib', ...onLinux]);
    expect(cudaProvider()).toBeNull();
    Object.defineProperty(process, 'platform', { value: 'sunos' });
    vi.stubEnv('STORYLOOP_ONNXRUNTIME', '');
    expect(cudaProvider()).toBeNull();
});

it('a library that a person named and that is not there is refused, as any runtime refuses it', () => {
    folderOn('linux', []);
    expect(() => cudaProvider()).toThrow(/^STORYLOOP_ONNXRUNTIME names a folder without libonnxruntime\.so\.1;/);
});

it('is another one after an update, and in other surroundings', () => {
    const file = join(folderOn('linux', onLinux), onLinux[1]);
    const found = [cudaProvider()];
    expect(cudaProvider()).toBe(found[0]);
    utimesSync(file, 1e9, 1e9);
    found.push(cudaProvider());
    writeFileSync(file, 'a longer one than before, of the same second');
    utimesSync(file, 1e9, 1e9);
    found.push(cudaProvider());
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '7');
    found.push(cudaProvider());
    vi.stubEnv('LD_LIBRARY_PATH', '/opt/cuda/lib64');
    found.push(cudaProvider());
    expect(new Set(found).size).toBe(5);
});

it('is another one with another driver, and with another GPU in the same place', () => {
    folderOn('linux', onLinux);
    const driver = mkdtempSync(join(tmpdir(), 'storyloop-driver-'));
    onTestFinished(() => rmSync(driver, { recursive: true }));
    const found = [cudaProvider(driver)];
    writeFileSync(join(driver, 'version'), 'NVRM version: 570');
    found.push(cudaProvider(driver));
    for (const gpu of ['Tesla T4', 'NVIDIA H100 80GB HBM3']) {
        mkdirSync(join(driver, 'gpus', '0000:01:00.0'), { recursive: true });
        const file = join(driver, 'gpus', '0000:01:00.0', 'information');
        writeFileSync(file, `Model: \t\t ${gpu}\nIRQ:   \t\t 1\n`);
        found.push(cudaProvider(driver));
        writeFileSync(file, `Model: \t\t ${gpu}\nIRQ:   \t\t 2\n`);
        expect(cudaProvider(driver)).toBe(found.at(-1));
    }
    mkdirSync(join(driver, 'gpus', '0000:02:00.0'));
    found.push(cudaProvider(driver));
    expect(new Set(found).size).toBe(5);
});

it('is the same on Windows in a terminal and in the app, which have other paths', () => {
    folderOn('win32', onWindows);
    vi.stubEnv('PATH', 'C:\\Windows');
    const found = cudaProvider();
    vi.stubEnv('PATH', 'C:\\Windows;C:\\Program Files\\nodejs');
    expect(cudaProvider()).toBe(found);
});
