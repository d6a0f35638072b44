/** Prepares the text for pretraining: reads a corpus, trains a tokenizer, packs rows of tokens, holds some out. */
import type { Phase } from '../../../shared/contracts/engine.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { openCorpus, type Corpus, type CorpusSource } from '../../text/corpus/corpus.ts';
import { layoutFor, packCorpus, type PackedRows } from '../../text/corpus/packing.ts';
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts';
import { trainTokenizer } from '../../text/tokenizer-training.ts';
import type { RandomStream } from '../../learning/random.ts';

export interface CorpusText {
    readonly corpus: Corpus;
    readonly tokenizer: Tokenizer;
    readonly training: PackedRows;
    readonly heldOut: PackedRows;
    /** Held-out loss of a student that knows only how frequent each token is, nats per token. */
    readonly unigramEntropy: number;
}

type Announce = (phase: Phase, done: number, of: number) => void;

export async function openCorpusText(
    where: string,
    config: RunConfig,
    random: RandomStream,
    announce: Announce,
    known?: Tokenizer,
): Promise<CorpusText> {
    const source: CorpusSource =
        where === 'storyworld'
            ? { kind: 'storyworld', stories: config['corpus.stories'], seed: config.seed }
            : { kind: 'files', path: where };
    announce('reading the corpus', 0, 0);
    const corpus = await openCorpus(source, { onProgress: (words) => announce('reading the corpus', words, 0) });
    const layout = await layoutFor(config['pretrain.packing'], corpus);
    const tokenizer =
        known ??
        (await trainTokenizer(corpus, layout, {
            vocabularySize: config['tokenizer.vocabulary'],
            minFrequency: config['tokenizer.minFrequency'],
            onProgress: (progress) => {
                const done = progress.phase === 'counting' ? progress.words : progress.merges;
                announce('training the tokenizer', done, progress.of);
            },
        }));
    announce('reading the corpus', 0, corpus.extent.train.words);
    const packing = {
        layout,
        // with its first token, a row of the published packing is one whole context
        tokensPerRow: config['student.context'] - (layout.kind === 'paper' ? 1 : 0),
        random: random.fork('packing'),
        onProgress: (words: number) => announce('reading the corpus', words, corpus.extent.train.words),
    };
    const training = await packCorpus(corpus, 'train', tokenizer, packing);
    const heldOut = await packCorpus(corpus, 'dev', tokenizer, packing);
    return {
        corpus,
        tokenizer,
        training,
        heldOut,
        unigramEntropy: unigramCrossEntropy(training, heldOut, tokenizer.vocabularySize),
    };
}

/** Cross-entropy of held-out tokens under the frequencies of the training text, add-half smoothed; nats per token. */
function unigramCrossEntropy(training: PackedRows, heldOut: PackedRows, vocabulary: number): number {
    const counts = new Float64Array(vocabulary).fill(0.5);
    let total = vocabulary / 2;
    for (let row = 0; row < training.length; row++) {
        for (const token of training.row(row).subarray(1)) counts[token]!++;
        total += training.tokensPerRow;
    }
    let nats = 0;
    for (let row = 0; row < heldOut.length; row++) {
        for (const token of heldOut.row(row).subarray(1)) nats -= Math.log(counts[token]! / total);
    }
    return nats / (heldOut.length * heldOut.tokensPerRow);
}
