/** Turns the tokens of a recorded story into texts, with the tokenizer that it was written with. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizerHash } from '../../../store/run/run.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { Tokenizer } from '../../../text/tokenizer/tokenizer.ts';
import { shippedStudentFolder } from '../../sources/checkpoint-source.ts';

const known = new Map<string, Tokenizer>(); // by hash, because many runs share one

/** The run's tokenizer, from one of its checkpoints or the student that ships; null where none of them has it. */
export function tokenizerOf(db: RunDatabase, folder: string): Tokenizer | null {
    const hash = tokenizerHash(db);
    if (hash === null) return null;
    const found = known.get(hash);
    if (found) return found;
    const checkpoints = join(folder, 'checkpoints');
    const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
    const shipped = shippedStudentFolder();
    const folders = [...names.map((name) => join(checkpoints, name)), ...(shipped === null ? [] : [shipped])];
    for (const file of folders.map((each) => join(each, 'tokenizer.json')).filter((each) => existsSync(each))) {
        const tokenizer = Tokenizer.fromJson(JSON.parse(readFileSync(file, 'utf8')));
        if (tokenizer.digest() !== hash) continue;
        known.set(hash, tokenizer);
        return tokenizer;
    }
    return null;
}

/** Joined, they are the story. A character of several tokens belongs to the last of them; a special token is empty. */
export function tokenTexts(tokenizer: Tokenizer | null, tokens: Uint16Array): readonly string[] | null {
    if (tokenizer === null) return null;
    let decoded = '';
    return Array.from(tokens, (_, t) => {
        const isLast = t === tokens.length - 1;
        const now = tokenizer.decode(tokens.subarray(0, t + 1));
        const whole = isLast ? now : now.replace(/\uFFFD+$/u, '');
        const text = whole.slice(decoded.length);
        decoded = whole;
        return text;
    });
}
