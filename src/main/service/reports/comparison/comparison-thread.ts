/**
 * Compares a run before and after learning in a thread: thousands of stories take seconds, and the service must answer.
 */
import { extname } from 'node:path';
import { answerOfThread } from '../../../processes/answer-of-thread.ts';
import type { RunComparison } from './comparison.ts';
import type { ComparisonMessage } from './comparison-worker.ts';

// the same folder in the source tree (.ts) and in a bundle (.js)
const workerFile = new URL(`./comparison-worker${extname(import.meta.url)}`, import.meta.url);

/** As `compareRun`. @throws the fault that the thread met */
export async function compareRunAside(database: string): Promise<RunComparison | null> {
    const { comparison } = await answerOfThread<ComparisonMessage, { readonly comparison: RunComparison | null }>({
        file: workerFile,
        job: database,
        does: 'compares a run before and after learning',
        read: ({ comparison }) => ({ comparison }),
    });
    return comparison;
}
