/** The thread that counts a corpus and learns its merges; tokenizer-training.ts starts and ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { faultOf } from '../../shared/faults.ts';
import type { Fault } from '../../shared/faults.ts';
import { countPretokens, trainBytePairs } from './tokenizer/bpe-training.ts';
import type { BytePairs } from './tokenizer/tokenizer.ts';
import type { Corpus } from './corpus/corpus.ts';
import { trainingTexts } from './corpus/packing.ts';
import type { Layout } from './corpus/packing.ts';
import { countWords } from './words.ts';

export interface BpeJob {
    readonly corpus: Corpus;
    readonly layout: Layout;
    readonly vocabularySize: number;
    readonly minFrequency: number;
}

export type BpeMessage =
    | { readonly kind: 'counting'; readonly words: number }
    | { readonly kind: 'merging'; readonly merges: number; readonly wanted: number }
    | { readonly kind: 'trained'; readonly pairs: BytePairs }
    | { readonly kind: 'fault'; readonly fault: Fault };

const wordsBetweenReports = 200_000;
const mergesBetweenReports = 200;

function train({ corpus, layout, vocabularySize, minFrequency }: BpeJob): BytePairs {
    const counts = new Map<string, number>();
    let words = 0;
    let nextReport = 0;
    for (const { text } of trainingTexts(corpus, 'train', layout)) {
        countPretokens(text, counts);
        words += countWords(text);
        if (words < nextReport) continue;
        nextReport = words + wordsBetweenReports;
        report({ kind: 'counting', words });
    }
    return trainBytePairs(counts, {
        vocabularySize,
        minFrequency,
        onMerge: (merges, wanted) => {
            if (merges % mergesBetweenReports === 0) report({ kind: 'merging', merges, wanted });
        },
    });
}

function report(message: BpeMessage): void {
    parentPort!.postMessage(message);
}

try {
    report({ kind: 'trained', pairs: train(workerData as BpeJob) });
} catch (error) {
    report({ kind: 'fault', fault: faultOf(error) });
}
