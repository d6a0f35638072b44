/** A device for WebGPU in tests: the machine's own, or the software Vulkan that Debian's Chromium brings. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { openRuntime } from '../../src/main/student/runtime/open.ts';

const chromium = '/usr/lib/chromium';
const driver = join(chromium, 'vk_swiftshader_icd.json');
const isHere = process.env['VK_ICD_FILENAMES'] === undefined && existsSync(driver);

/** What a child process needs in its environment to find that driver. */
export const softwareVulkan: Readonly<Record<string, string>> = isHere
    ? { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium }
    : {};

const loaded: unknown[] = []; // collected, the loader would be unloaded

/**
 * Why WebGPU cannot be tested here, said once on the console, or null. `STORYLOOP_WEBGPU=required` makes it an error.
 * The driver is used in this process and its children.
 */
export async function whyNoWebGpu(): Promise<string | null> {
    Object.assign(process.env, softwareVulkan);
    if (isHere) {
        (await openRuntime({ kind: 'native', threads: 1 })).release(); // configures koffi, which it refuses later
        loaded.push(koffi.load(join(chromium, 'libvulkan.so.1'))); // LD_LIBRARY_PATH is read when a process starts
    }
    try {
        (await openRuntime({ kind: 'webgpu', threads: 1 })).release();
        return null;
    } catch (error) {
        if (process.env['STORYLOOP_WEBGPU'] === 'required') throw error;
        const why = error instanceof Error ? error.message : String(error);
        console.log(`The tests of WebGPU are skipped: ${why}`);
        return why;
    }
}
