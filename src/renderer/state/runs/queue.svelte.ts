/** Runs that wait for their turn. */
import type { QueuedRun } from '../../../shared/views/new-run.ts';

let rows = $state.raw<readonly QueuedRun[]>([]);

export const queue = {
    get rows(): readonly QueuedRun[] {
        return rows;
    },
};

export function takeQueue(told: readonly QueuedRun[]): void {
    rows = told;
}
