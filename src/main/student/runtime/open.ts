/** Chooses the runtime: the C API where it works, the official binding otherwise, and says which and why. */
import { env } from 'onnxruntime-node';
import { badInput } from '../../../shared/faults.ts';
import { officialRuntime } from './official.ts';
import type { Runtime, RuntimeOptions } from './runtime.ts';

/** Opens a runtime with the given number of threads; its description says what runs and why. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
    if (!Number.isInteger(options.threads) || options.threads < 1 || options.threads > 1024) {
        throw badInput(`The number of threads must be a whole number from 1 to 1024, not ${options.threads}.`);
    }
    const version = env.versions.node ?? 'of unknown version';
    return officialRuntime(options.threads, version, 'the only runtime so far');
}
