/** Hugging Face's side of the bench `text`, in a process of its own: it prints while it trains. */
import { readFileSync } from 'node:fs';
import { readTokenizer } from '../text/hugging-face.ts';

export type HuggingFaceWork = 'train' | 'encode';

const [tokenizerFile, textFile] = process.argv.slice(2) as [string, string];
const json: unknown = JSON.parse(readFileSync(tokenizerFile, 'utf8'));
const lines = readFileSync(textFile, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => `${line}\n`);

async function work(what: HuggingFaceWork): Promise<void> {
    switch (what) {
        case 'train':
            readTokenizer(json).train([textFile]); // forgets what it has read of its merges
            return;
        case 'encode':
            for (const encoding of await readTokenizer(json).encodeBatch(lines)) encoding.getIds();
            return;
        default:
            what satisfies never;
    }
}

process.on('message', (what: HuggingFaceWork) => void work(what).then(() => process.send!('done')));
process.send!('ready');
