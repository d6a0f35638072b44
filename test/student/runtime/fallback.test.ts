/** Where the C API cannot be used. A process of its own: the library is loaded once per process. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import '../../../src/main/student/runtime/native/native.ts'; // all loaded while the platform still has its name
import '../../../src/main/student/runtime/official.ts';
import '../../../src/main/student/runtime/gpu/cuda.ts';
import '../../../src/main/student/runtime/gpu/webgpu.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';

const platform = process.platform;
beforeAll(() => {
    Object.defineProperty(process, 'platform', { value: 'sunos' });
});
afterAll(() => {
    Object.defineProperty(process, 'platform', { value: platform });
});

it('the processor falls back to the official binding and says why', async () => {
    const runtime = await openRuntime({ kind: 'processor', threads: 2 });
    expect(runtime.kind).toBe('official');
    expect(runtime.description).toMatch(
        /^CPU, 2 threads, onnxruntime \S+ through its Node binding \(because its C API cannot be used: no onnxruntime library is known for sunos\)$/,
    );
});

it('native is refused in one sentence', async () => {
    await expect(openRuntime({ kind: 'native', threads: 2 })).rejects.toThrow(
        'The native runtime cannot be used: no onnxruntime library is known for sunos. Nothing was started. Choose --runtime-kind official.',
    );
});

it.each(['webgpu', 'cuda'] as const)('%s is refused in one sentence', async (kind) => {
    await expect(openRuntime({ kind, threads: 2 })).rejects.toThrow(
        `The runtime '${kind}' cannot be used: no onnxruntime library is known for sunos. Nothing was started. To compute on the processor, choose --runtime-kind native.`,
    );
});
