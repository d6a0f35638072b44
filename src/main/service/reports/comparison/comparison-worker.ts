/** The thread that compares a run before and after learning; comparison-thread.ts starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultOf, type Fault } from '../../../../shared/faults.ts';
import { compareRun, type RunComparison } from './comparison.ts';

export type ComparisonMessage =
    | { readonly kind: 'compared'; readonly comparison: RunComparison | null }
    | { readonly kind: 'fault'; readonly fault: Fault };

function report(message: ComparisonMessage): void {
    parentPort!.postMessage(message);
}

try {
    report({ kind: 'compared', comparison: compareRun(workerData as string) });
} catch (error) {
    report({ kind: 'fault', fault: faultOf(error) });
}
