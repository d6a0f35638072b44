/**
 * Turns a lack of device memory into a fault that names the work, and the micro-batch where a run can continue with a
 * smaller one.
 */
import { FaultError } from '../../shared/faults.ts';
import { OutOfDeviceMemory } from './runtime/runtime.ts';

/**
 * Runs the work of one or more micro-batches. @throws the fault `gpu-out-of-memory` where the device has no room for it
 * @param microBatch null where nobody sets how many sequences are read at once
 */
export async function withinMemory<Result>(
    phase: string,
    microBatch: number | null,
    work: () => Promise<Result>,
): Promise<Result> {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof OutOfDeviceMemory)) throw error;
        throw new FaultError({ kind: 'gpu-out-of-memory', phase, microBatch: microBatch ?? undefined });
    }
}
