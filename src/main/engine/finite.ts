/** Live tensors whose numbers are no longer finite stop the work before anything made of them is recorded or saved. */
import type { Phase } from '../../shared/contract.ts';
import { requireFinite } from '../student/finite.ts';
import type { NamedTensors } from '../student/runtime/runtime.ts';

/** Of weights, moments. @throws the fault `numbers-not-finite` */
export function requireFiniteTensors(tensors: NamedTensors, where: string, phase: Phase): void {
    for (const tensor of Object.values(tensors)) requireFinite(tensor.read() as Float32Array, where, phase);
}
