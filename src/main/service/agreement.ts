/** Agreement of raters, measured in a thread of its own: ten thousand stories take seconds. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AgreementReport } from '../../shared/agreement.ts';
import { FaultError } from '../../shared/faults.ts';
import type { MeasuredAgreement } from '../../shared/rating-sets.ts';
import { reportInWords } from '../learning/agreement/in-words.ts';
import type { RatingTable } from '../learning/agreement/rating-table.ts';
import type { AgreementMessage } from './agreement-worker.ts';
import { readRatingsCsv, type CsvOptions } from './ratings-csv.ts';

// the same folder in the source tree (.ts) and in a bundle (.js)
const workerFile = new URL(`./agreement-worker${extname(import.meta.url)}`, import.meta.url);

/** Ratings from anywhere, in long form. Refused in one sentence where they cannot be read or compared. */
export function agreementOfCsv(file: string, options: CsvOptions): Promise<MeasuredAgreement> {
    return measureAgreement(readRatingsCsv(file, options));
}

export async function measureAgreement(table: RatingTable): Promise<MeasuredAgreement> {
    const worker = new Worker(workerFile, { workerData: table });
    const { promise, resolve, reject } = Promise.withResolvers<AgreementReport>();
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the thread that measures agreement ended early with code ${code}`)));
    worker.on('message', (message: AgreementMessage) => {
        switch (message.kind) {
            case 'measured':
                resolve(message.report);
                break;
            case 'fault':
                reject(new FaultError(message.fault));
                break;
            default:
                message satisfies never;
        }
    });
    try {
        const report = await promise;
        return { report, words: reportInWords(report) };
    } finally {
        await worker.terminate();
    }
}
