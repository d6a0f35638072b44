/** The thread that writes a report; report-thread.ts starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultOf, type Fault } from '../../../../shared/faults.ts';
import type { RunFolder } from '../../../store/home/run-folder.ts';
import { reportOfRun, type WrittenReport } from './report.ts';

export interface ReportJob {
    /** The data folder. */
    readonly home: string;
    readonly folder: RunFolder;
    /** UTC milliseconds. */
    readonly now: number;
}
export type ReportMessage =
    { readonly kind: 'written'; readonly report: WrittenReport } | { readonly kind: 'fault'; readonly fault: Fault };

function tell(message: ReportMessage): void {
    parentPort!.postMessage(message);
}

try {
    const { home, folder, now } = workerData as ReportJob;
    tell({ kind: 'written', report: await reportOfRun(home, folder, now) });
} catch (error) {
    tell({ kind: 'fault', fault: faultOf(error) });
}
