/**
 * The numbers by which a policy is checked after an update and told from every other: on the processor all its weights;
 * on a device, whose memory is slow to reach, sums over their rows that are made there.
 */
import { createHash } from 'node:crypto';
import { createRowSums } from '../../student/row-sums.ts';
import type { NamedTensors, Runtime } from '../../student/runtime/runtime.ts';

export interface PolicyNumbers {
    /** By name, in the order of the names; valid until the next computation. Not finite where a weight is not. */
    read(): Promise<ReadonlyMap<string, Float32Array>>;
    release(): void;
}

export async function openPolicyNumbers(runtime: Runtime, policy: NamedTensors): Promise<PolicyNumbers> {
    if (runtime.memory === 'device') {
        const sums = await createRowSums(runtime, policy);
        return { read: async () => new Map([['sums over rows', await sums.read()]]), release: () => sums.release() };
    }
    const names = Object.keys(policy).sort();
    const weights = (): ReadonlyMap<string, Float32Array> =>
        new Map(names.map((name) => [name, policy[name]!.read() as Float32Array]));
    return { read: () => Promise.resolve(weights()), release() {} };
}

/** SHA-256 over a policy's numbers: two updates with one digest are the same update. */
export function digestOf(numbers: ReadonlyMap<string, Float32Array>): string {
    const hash = createHash('sha256');
    for (const [name, values] of numbers) hash.update(name).update(values);
    return hash.digest('hex');
}
