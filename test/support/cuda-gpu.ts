/** An NVIDIA GPU in tests, where the machine has one and the provider for CUDA is set up. */
import { openRuntime } from '../../src/main/student/runtime/open.ts';

/**
 * Why nothing can be tested on CUDA here, said once on the console, or null. `STORYLOOP_CUDA=required` makes it an
 * error.
 */
export async function whyNoGpu(): Promise<string | null> {
    try {
        (await openRuntime({ kind: 'cuda', threads: 1 })).release();
        return null;
    } catch (error) {
        if (process.env['STORYLOOP_CUDA'] === 'required') throw error;
        const why = error instanceof Error ? error.message : String(error);
        console.log(`The tests of CUDA on a real GPU are skipped: ${why}`);
        return why;
    }
}
