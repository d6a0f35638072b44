/** The thread that measures agreement; `agreement.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AgreementReport } from '../../../shared/ratings/agreement.ts';
import { faultOf, type Fault } from '../../../shared/faults.ts';
import type { RatingTable } from '../../learning/agreement/rating-table.ts';
import { agreementReport } from '../../learning/agreement/report.ts';
import { RandomStream } from '../../learning/random.ts';

export type AgreementMessage =
    { readonly kind: 'measured'; readonly report: AgreementReport } | { readonly kind: 'fault'; readonly fault: Fault };

function report(message: AgreementMessage): void {
    parentPort!.postMessage(message);
}

try {
    const random = new RandomStream('agreement'); // the same ratings always get the same intervals
    report({ kind: 'measured', report: agreementReport(workerData as RatingTable, { random }) });
} catch (error) {
    report({ kind: 'fault', fault: faultOf(error) });
}
