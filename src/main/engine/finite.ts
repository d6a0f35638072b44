/** Stops the work where numbers are no longer finite, before anything computed from them is recorded or saved. */
import type { Phase } from '../../shared/contracts/engine.ts';
import { requireFinite } from '../student/finite.ts';
import type { NamedTensors } from '../student/runtime/runtime.ts';

/** Checks tensors such as weights and moments. @throws the fault `numbers-not-finite` */
export function requireFiniteTensors(tensors: NamedTensors, where: string, phase: Phase): void {
    for (const tensor of Object.values(tensors)) requireFinite(tensor.read() as Float32Array, where, phase);
}
