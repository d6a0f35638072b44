/** Works on recorded benchmarks in a thread, one job after another: each may hold 170,000 items in memory. */
import { extname } from 'node:path';
import { answerOfThread } from '../../../processes/answer-of-thread.ts';
import type { BenchmarkAnswers, BenchmarkJob, BenchmarkMessage, BenchmarkWork } from './benchmark-worker.ts';

// the same folder in the source tree (.ts) and in a bundle (.js)
const workerFile = new URL(`./benchmark-worker${extname(import.meta.url)}`, import.meta.url);

export type BenchmarkThread = <Job extends BenchmarkJob>(
    job: Job,
    signal?: AbortSignal,
) => Promise<BenchmarkAnswers[Job['does']]>;

export function openBenchmarkThread(home: string): BenchmarkThread {
    let last: Promise<unknown> = Promise.resolve();
    return <Job extends BenchmarkJob>(job: Job, signal?: AbortSignal) => {
        const answer = last.then(() =>
            answerOfThread<BenchmarkMessage, { readonly is: BenchmarkAnswers[Job['does']] }>({
                file: workerFile,
                job: { home, job } satisfies BenchmarkWork,
                does: 'reads and counts benchmarks',
                read: (message) => ({ is: message.answer as BenchmarkAnswers[Job['does']] }), // of this job
                signal,
            }),
        );
        last = answer.catch(() => undefined); // the caller gets the error
        return answer.then(({ is }) => is);
    };
}
