/** The oracle: Hugging Face's `tokenizers`, trained and asked the way our own code is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tokenizer as HuggingFaceTokenizer } from 'tokenizers';

// the package is CommonJS and its types are written for bundlers
const { Tokenizer } = createRequire(import.meta.url)('tokenizers') as {
    readonly Tokenizer: typeof HuggingFaceTokenizer;
};

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };

/**
 * The merges its default trainer learns from a text (vocabulary 30,000, no least frequency, alphabet from the text).
 * Ids differ from ours by the specials and unseen bytes, their order does not, and with it neither do the merges.
 */
export function huggingFaceMerges(text: string): readonly (readonly [string, string])[] {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-merges-'));
    try {
        writeFileSync(join(folder, 'text'), text);
        const tokenizer = readTokenizer({
            version: '1.0',
            added_tokens: [],
            pre_tokenizer: byteLevel,
            decoder: byteLevel,
            model: { type: 'BPE', vocab: {}, merges: [] },
        });
        tokenizer.train([join(folder, 'text')]);
        tokenizer.save(join(folder, 'tokenizer.json'));
        return JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')).model.merges;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

export function readTokenizer(json: unknown): HuggingFaceTokenizer {
    return Tokenizer.fromString(JSON.stringify(json));
}
