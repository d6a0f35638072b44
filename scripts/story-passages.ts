/** Reads a corpus folder as documents of clean paragraphs, and cuts people's passages of a story's length from it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomStream } from '../src/main/learning/random.ts';

/** Straight quotes, ` - ` for dashes, no emphasis marks. */
export const normalise = (text: string): string =>
    text
        .replace(/[“”«»]/gu, '"')
        .replace(/[‘’]/gu, "'")
        .replace(/[_*]/gu, '')
        .replace(/\s*(?:—|–|--+)\s*/gu, ' - ')
        .replace(/\s+/gu, ' ')
        .trim();

/** Every file with one of the endings, by name: a line is a paragraph, an empty line a document boundary. */
export function readDocuments(folder: string, endings: RegExp): string[][] {
    const files = readdirSync(folder)
        .filter((name) => endings.test(name))
        .sort();
    if (files.length === 0) throw new Error(`no corpus files in ${folder}`);
    const paragraphs = (document: string): string[] =>
        document
            .split('\n')
            .map(normalise)
            .filter((line) => line !== '');
    return files
        .flatMap((name) =>
            readFileSync(join(folder, name), 'utf8')
                .split(/\n\s*\n/u)
                .map(paragraphs),
        )
        .filter((document) => document.length > 0);
}

export const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?]["']?) (?=["'A-Z])/u);

/** Passages of whole sentences, 35–80 words, with balanced quotes and sentences of at most 22 words on average. */
export function passagesOf(document: readonly string[], random: RandomStream): string[] {
    const passages: string[] = [];
    let current: string[] = [];
    let target = 35 + random.integer(46);
    for (const sentence of document.flatMap(sentencesOf)) {
        current.push(sentence);
        const text = current.join(' ');
        const words = text.split(' ').length;
        const balanced = (text.match(/"/gu)?.length ?? 0) % 2 === 0;
        if (words < target || (!balanced && words < 110)) continue;
        const plain = balanced && words <= 100 && !/[\d[\]{}<>|]|[A-Z]{3}/u.test(text) && /[.!?]["']?$/u.test(text);
        if (plain && words / current.length <= 22) passages.push(text);
        current = [];
        target = 35 + random.integer(46);
    }
    return passages;
}
