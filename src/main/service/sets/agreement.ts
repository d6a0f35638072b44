/** Measures the agreement of raters in a thread: ten thousand stories take seconds, and the service must answer. */
import { extname } from 'node:path';
import type { AgreementReport } from '../../../shared/ratings/agreement.ts';
import type { MeasuredAgreement } from '../../../shared/ratings/rating-sets.ts';
import { reportInWords } from '../../learning/agreement/in-words.ts';
import type { RatingTable } from '../../learning/agreement/rating-table.ts';
import { answerOfThread } from '../../processes/answer-of-thread.ts';
import { givenPath } from '../../store/home/given-path.ts';
import type { AgreementMessage } from './agreement-worker.ts';
import { readRatingsCsv, type CsvOptions } from './ratings-csv.ts';

// the same folder in the source tree (.ts) and in a bundle (.js)
const workerFile = new URL(`./agreement-worker${extname(import.meta.url)}`, import.meta.url);

/** The agreement of ratings from any CSV in long form. @throws bad input where they cannot be read or compared */
export function agreementOfCsv(
    file: string,
    { onRead, ...options }: CsvOptions & { readonly onRead?: (ratings: number, stories: number) => void },
): Promise<MeasuredAgreement> {
    const table = readRatingsCsv(givenPath(file), options);
    onRead?.(table.ratings.length, table.stories.length);
    return measureAgreement(table);
}

export async function measureAgreement(table: RatingTable): Promise<MeasuredAgreement> {
    const report = await answerOfThread<AgreementMessage, AgreementReport>({
        file: workerFile,
        job: table,
        does: 'measures agreement',
        read: (message) => message.report,
    });
    return { report, words: reportInWords(report) };
}
