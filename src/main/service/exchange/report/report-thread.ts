/** Writes a report in a thread: the tables of a large run take seconds, and the service must answer. */
import { extname } from 'node:path';
import { answerOfThread } from '../../../processes/answer-of-thread.ts';
import type { ReportJob, ReportMessage } from './report-worker.ts';
import type { WrittenReport } from './report.ts';

// the same folder in the source tree (.ts) and in a bundle (.js)
const workerFile = new URL(`./report-worker${extname(import.meta.url)}`, import.meta.url);

/** As `reportOfRun`. @throws the fault that the thread met */
export function reportOfRunAside(job: ReportJob): Promise<WrittenReport> {
    return answerOfThread<ReportMessage, WrittenReport>({
        file: workerFile,
        job,
        does: 'writes a report',
        read: (message) => ('report' in message ? message.report : undefined),
    });
}
