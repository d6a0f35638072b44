/** The tokenizer against Hugging Face's `tokenizers`, on the same text in the same run, one thread each. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countPretokens, trainBytePairs } from '../../src/main/text/tokenizer/bpe-training.ts';
import { openCorpus, readDocuments } from '../../src/main/text/corpus/corpus.ts';
import { Tokenizer } from '../../src/main/text/tokenizer/tokenizer.ts';
import { countWords } from '../../src/main/text/words.ts';
import { inTurns, median, medianRatio, type Bench } from './measuring.ts';
import { atLeast, type Row } from './row.ts';
import type { HuggingFaceWork } from './hugging-face-process.ts';
import { storyworldTexts } from './storyworld-texts.ts';

const peer = fileURLToPath(new URL('./hugging-face-process.ts', import.meta.url));
const stories = 20_000;
const mostBytes = 32e6; // of a corpus: enough to measure on
const vocabularySize = 4000;
const theirVocabularySize = 30_000; // of their default trainer, which cannot be told otherwise from Node

export const text: Bench = {
    name: 'text',
    async measure({ repeats, corpus }) {
        const lines = (corpus === null ? storyworldTexts(stories) : await readCorpus(corpus)).map(
            (line) => `${line}\n`,
        );
        const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
        const words = lines.reduce((sum, line) => sum + countWords(line), 0);
        const counted = count(lines);
        const json = new Tokenizer(trainBytePairs(counted, { vocabularySize })).toJson();
        const folder = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const [tokenizerFile, textFile] = [join(folder, 'tokenizer.json'), join(folder, 'text')];
        writeFileSync(tokenizerFile, JSON.stringify(json));
        writeFileSync(textFile, lines.join(''));
        const theirs = await openHuggingFace(tokenizerFile, textFile);
        try {
            const seconds = await inTurns<string>(
                {
                    count: () => count(lines),
                    merge: () => trainBytePairs(counted, { vocabularySize }),
                    train: () => trainBytePairs(count(lines), { vocabularySize: theirVocabularySize, minFrequency: 1 }),
                    encode: () => encodeAfresh(json, lines),
                    ...(theirs && {
                        'their train': () => theirs.work('train'),
                        'their encode': () => theirs.work('encode'),
                    }),
                },
                repeats,
            );
            const against = (what: HuggingFaceWork): Row => ({
                name: `text.${what}-ratio`,
                value: theirs ? medianRatio(seconds[`their ${what}`]!, seconds[what]!) : null,
                unit: '× Hugging Face',
                ...(theirs ? {} : { note: 'absent: the package `tokenizers` cannot be loaded' }),
            });
            const on = `on ${(bytes / 1e6).toFixed(1)} MB of ${corpus ?? 'the storyworld'}`;
            return [
                {
                    name: 'text.count',
                    value: words / median(seconds['count']!),
                    unit: 'words/s',
                    target: atLeast(2e6),
                    note: on,
                },
                { name: 'text.merge', value: median(seconds['merge']!), unit: `s for ${vocabularySize} tokens` },
                against('train'),
                {
                    name: 'text.encode',
                    value: bytes / median(seconds['encode']!),
                    unit: 'B/s',
                    target: atLeast(8e6),
                    note: `${on}, with no token known beforehand`,
                },
                against('encode'),
            ];
        } finally {
            theirs?.close();
            rmSync(folder, { recursive: true, force: true });
        }
    },
};

function count(lines: readonly string[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const line of lines) countPretokens(line, counts);
    return counts;
}

function encodeAfresh(json: unknown, lines: readonly string[]): void {
    const tokenizer = Tokenizer.fromJson(json);
    for (const line of lines) tokenizer.encode(line);
}

/** Their process, or null where their package is not installed. */
async function openHuggingFace(
    tokenizerFile: string,
    textFile: string,
): Promise<{ readonly work: (what: HuggingFaceWork) => Promise<void>; readonly close: () => unknown } | null> {
    const child = fork(peer, [tokenizerFile, textFile], {
        env: { ...process.env, RAYON_NUM_THREADS: '1' },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const ended = once(child, 'exit').then(() => false);
    const answer = (): Promise<boolean> => Promise.race([once(child, 'message').then(() => true), ended]);
    if (!(await answer())) return null;
    return {
        async work(what) {
            child.send(what);
            if (!(await answer()))
                throw new Error(`the process of Hugging Face's tokenizers ended while it should ${what}`);
        },
        close: () => child.connected && child.disconnect(),
    };
}

async function readCorpus(path: string): Promise<string[]> {
    const lines: string[] = [];
    let bytes = 0;
    for (const { paragraphs } of readDocuments(await openCorpus({ kind: 'files', path }), 'train')) {
        for (const paragraph of paragraphs) {
            lines.push(paragraph);
            bytes += Buffer.byteLength(paragraph) + 1;
            if (bytes >= mostBytes) return lines;
        }
    }
    return lines;
}
