/** The text that the shipped student learns from: all of a corpus as story-sized passages. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../src/main/learning/random.ts';
import { corpusDocuments } from './corpus-shares.ts';
import { normalise, sentencesOf } from './story-passages.ts';

/** In words; a passage ends with a sentence, and where it can, outside of a quotation. */
const shortest = 25;
const longest = 75;
const longestQuotation = 110;
/** What is left of a document is a passage of its own from here on. */
const shortestRest = 10;
/** Simple modern stories are few: they are read so often, cut anew each time. */
const simpleCopies = 5;

/**
 * Writes a corpus folder for one pass with the packing `documents`: every document once, and all but the novels once
 * more, cut anew. Passages stand in random order, so that each must be read by itself.
 */
export function writeStudentText(corpus: string, folder: string): void {
    const random = new RandomStream('student text');
    const found = corpusDocuments(corpus, /\.train$/u).flatMap(({ file, text }, at) =>
        Array.from({ length: copiesOf(file) }, (_, copy) => passagesOfAll(text, random.fork('cut', at, copy))).flat(),
    );
    const held = corpusDocuments(corpus, /fairy_tales\.dev$/u).flatMap(({ text }, at) =>
        passagesOfAll(text, random.fork('held-out', at)),
    );
    mkdirSync(folder, { recursive: true });
    const write = (name: string, texts: readonly string[]): void =>
        writeFileSync(join(folder, name), `${texts.join('\n\n')}\n`);
    write(
        'passages.train',
        Array.from(random.fork('order').permutation(found.length), (i) => found[i]!),
    );
    write('passages.dev', held);
}

function copiesOf(file: string): number {
    if (/[\\/]simple[\\/]/u.test(file)) return simpleCopies;
    return file.includes('novels') ? 1 : 2;
}

/** A document's text, all but a last few words, in passages of a story's length. */
export function passagesOfAll(document: string, random: RandomStream): string[] {
    const found: string[] = [];
    const nextTarget = (): number => shortest + random.integer(longest - shortest + 1);
    let sentences: string[] = [];
    let target = nextTarget();
    for (const sentence of document.split('\n').map(normalise).filter(Boolean).flatMap(sentencesOf)) {
        sentences.push(sentence);
        const text = sentences.join(' ');
        const words = text.split(' ').length;
        const isQuoted = (text.match(/"/gu)?.length ?? 0) % 2 === 1;
        if (words < target || (isQuoted && words < longestQuotation)) continue;
        found.push(text);
        sentences = [];
        target = nextTarget();
    }
    const rest = sentences.join(' ');
    if (rest.split(' ').length >= shortestRest) found.push(rest);
    return found;
}
