/** Numbers that are no longer finite stop the work before anything made of them is recorded or saved. */
import type { Phase } from '../../shared/contract.ts';
import { FaultError } from '../../shared/faults.ts';
import type { Bound } from '../student/runtime/runtime.ts';

/** @throws the fault `numbers-not-finite` */
export function requireFinite(values: Float32Array | readonly number[], where: string, phase: Phase): void {
    if (!values.every(Number.isFinite)) throw new FaultError({ kind: 'numbers-not-finite', phase, where });
}

/** The same for live tensors: weights, moments. */
export function requireFiniteTensors(tensors: Bound, where: string, phase: Phase): void {
    for (const tensor of Object.values(tensors)) requireFinite(tensor.read() as Float32Array, where, phase);
}
