/** Stops the work as soon as a number is not finite, before anything derived from it is recorded or saved. */
import type { Phase } from '../../shared/contract.ts';
import { FaultError } from '../../shared/faults.ts';

/** @throws the fault `numbers-not-finite` */
export function requireFinite(values: Float32Array | readonly number[], where: string, phase: Phase): void {
    if (!values.every(Number.isFinite)) throw new FaultError({ kind: 'numbers-not-finite', phase, where });
}
