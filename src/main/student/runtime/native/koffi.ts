/** koffi, configured: it accepts settings once per process, and only before the first library is loaded. */
import koffi from 'koffi';

const ONCE = Symbol.for('storyloop.koffi');
const processWide = globalThis as { [ONCE]?: true };

if (processWide[ONCE] === undefined) {
    // onnxruntime's kernels need more stack than koffi's 2 MiB (synchronous calls) and 128 KiB (asynchronous ones)
    koffi.config({ sync_stack_size: 16 * 2 ** 20 - 2 ** 16, async_stack_size: 8 * 2 ** 20 });
    processWide[ONCE] = true;
}

export { koffi };
