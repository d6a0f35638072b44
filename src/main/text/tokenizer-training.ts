/**
 * Trains a tokenizer on a corpus in a thread of its own: 100 million words take a while, and the work can be cancelled.
 */
import { extname } from 'node:path';
import { answerOfThread } from '../processes/answer-of-thread.ts';
import { checkVocabularySize } from './tokenizer/bpe-training.ts';
import type { BpeJob, BpeMessage } from './bpe-worker.ts';
import type { Corpus } from './corpus/corpus.ts';
import type { Layout } from './corpus/packing.ts';
import { Tokenizer } from './tokenizer/tokenizer.ts';

export type TokenizerProgress =
    | { readonly phase: 'counting'; readonly words: number; readonly of: number }
    | { readonly phase: 'merging'; readonly merges: number; readonly of: number };

export interface TokenizerTraining {
    /** specials + 256 bytes + merges */
    readonly vocabularySize: number;
    /** A pair must occur this often to be merged; 2 as published. */
    readonly minFrequency?: number;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: TokenizerProgress) => void) | undefined;
}

// The same folder in the source tree (.ts) and in a bundle (.js).
const workerFile = new URL(`./bpe-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Learns byte-pair encoding from the training text as the layout presents it.
 * @throws bad input for an impossible vocabulary; the signal's reason when aborted
 */
export async function trainTokenizer(corpus: Corpus, layout: Layout, options: TokenizerTraining): Promise<Tokenizer> {
    const { vocabularySize, minFrequency = 2, signal, onProgress } = options;
    checkVocabularySize(vocabularySize);
    const job: BpeJob = { corpus, layout, vocabularySize, minFrequency };
    return answerOfThread<BpeMessage, Tokenizer>({
        file: workerFile,
        job,
        does: 'learns the tokenizer',
        signal,
        read(message) {
            switch (message.kind) {
                case 'counting':
                    onProgress?.({ phase: 'counting', words: message.words, of: corpus.extent.train.words });
                    return undefined;
                case 'merging':
                    onProgress?.({ phase: 'merging', merges: message.merges, of: message.wanted });
                    return undefined;
                case 'trained':
                    return new Tokenizer(message.pairs);
                default:
                    return message satisfies never;
            }
        },
    });
}
