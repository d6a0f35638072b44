/** The text that a judge's reader learns from: passages in random order, so that each must be read by itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../src/main/learning/random.ts';
import { corpusDocuments, shareOf, type Share } from './corpus-shares.ts';
import { normalise, sentencesOf } from './story-passages.ts';

/** Passages are this long, in words, so that a sentence has been seen at every distance from a beginning. */
const shortest = 30;
const longest = 110;
/** Simple modern stories are few: they are read so often, cut anew each time. */
const simpleCopies = 3;

/** Writes a corpus folder of the share's documents, with story-like held-out text beside it. */
export function writeReaderText(corpus: string, share: Share, folder: string): void {
    const random = new RandomStream('reader text', share);
    const documents = corpusDocuments(corpus, /\.train$/u).filter(({ text }) => shareOf(text) === share);
    const passages = documents.flatMap(({ file, text }, at) =>
        Array.from({ length: /[\\/]simple[\\/]/u.test(file) ? simpleCopies : 1 }, (_, copy) =>
            cut(text, random.fork('cut', at, copy)),
        ).flat(),
    );
    const held = corpusDocuments(corpus, /(?:fairy_tales|storyweaver|african_storybook)\.dev$/u);
    mkdirSync(folder, { recursive: true });
    const write = (name: string, texts: readonly string[]): void =>
        writeFileSync(join(folder, name), `${texts.map((text) => `~ ${text}`).join('\n\n')}\n`);
    write(
        'all.train',
        Array.from(random.fork('order').permutation(passages.length), (i) => passages[i]!),
    );
    write(
        'all.dev',
        held.flatMap(({ text }, at) => cut(text, random.fork('dev', at))),
    );
}

function cut(text: string, random: RandomStream): string[] {
    const passages: string[] = [];
    const nextTarget = (): number => shortest + random.integer(longest - shortest + 1);
    let sentences: string[] = [];
    let words = 0;
    let target = nextTarget();
    for (const sentence of text.split('\n').map(normalise).filter(Boolean).flatMap(sentencesOf)) {
        sentences.push(sentence);
        words += sentence.split(' ').length;
        if (words < target) continue;
        passages.push(sentences.join(' '));
        sentences = [];
        words = 0;
        target = nextTarget();
    }
    if (words >= 10) passages.push(sentences.join(' '));
    return passages;
}
