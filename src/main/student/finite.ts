/** Stops the work as soon as a number is not finite, before anything derived from it is recorded or saved. */
import type { Phase } from '../../shared/contracts/engine.ts';
import { FaultError } from '../../shared/faults.ts';

/** @throws the fault `numbers-not-finite` */
export function requireFinite(values: Float32Array | readonly number[], where: string, phase: Phase): void {
    if (!areFinite(values)) throw new FaultError({ kind: 'numbers-not-finite', phase, where });
}

/** A plain loop: `every` takes several times as long, and there are hundreds of millions of numbers. */
function areFinite(values: Float32Array | readonly number[]): boolean {
    for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) return false;
    return true;
}
