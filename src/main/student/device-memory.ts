/** A device that has no room for a micro-batch: a fault that says which one, so that a run goes on with a smaller. */
import { FaultError } from '../../shared/faults.ts';
import { OutOfDeviceMemory } from './runtime/runtime.ts';

/** Does the work of one micro-batch, or several one after the other. @throws the fault where the device has no room for it */
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
