/**
 * Turns a lack of device memory into a fault that names the micro-batch, so that a run can continue with a smaller one.
 */
import { FaultError } from '../../shared/faults.ts';
import { OutOfDeviceMemory } from './runtime/runtime.ts';

/**
 * Runs the work of one or more micro-batches. @throws the fault `gpu-out-of-memory` where the device has no room for it
 */
export async function withinMemory<Result>(
    phase: string,
    microBatch: number,
    work: () => Promise<Result>,
): Promise<Result> {
    try {
        return await work();
    } catch (error) {
        if (error instanceof OutOfDeviceMemory) throw new FaultError({ kind: 'gpu-out-of-memory', phase, microBatch });
        throw error;
    }
}
