/** The thread that measures style; style-thread.ts starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultOf, type Fault } from '../../../../shared/faults.ts';
import type { StyleReport } from '../../../../shared/views/style.ts';
import { styleOfRun } from './style.ts';

export type StyleMessage =
    | { readonly kind: 'measured'; readonly style: StyleReport | null }
    | { readonly kind: 'fault'; readonly fault: Fault };

function report(message: StyleMessage): void {
    parentPort!.postMessage(message);
}

try {
    report({ kind: 'measured', style: styleOfRun(workerData as string) });
} catch (error) {
    report({ kind: 'fault', fault: faultOf(error) });
}
