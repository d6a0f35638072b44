/** An exported student is the same student to Hugging Face's transformers, by recorded numbers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { plainLogits } from '../../src/main/student/plain-forward.ts';
import { adversarialStrings } from '../exchange/adversarial-strings.ts';
import { sampleText, shippedStudent } from './shipped-student.ts';

interface Recorded {
    readonly weightsSha256: string;
    readonly strings: number;
    readonly tokensSha256: string;
    readonly decodedEqual: number;
    readonly special: Readonly<Record<'bos' | 'eos' | 'pad', number>>;
    readonly ids: readonly number[];
    readonly logits: readonly (readonly number[])[]; // (T, every 97th of V)
    readonly greedy: readonly number[];
}

const recorded = JSON.parse(readFileSync(new URL('hugging-face.json', import.meta.url), 'utf8')) as Recorded;
const { config, weights, tokenizer, digest } = shippedStudent();

it('was recorded of the student that ships (if not: run record_hugging_face.py again)', () => {
    expect(recorded.weightsSha256).toBe(digest);
});

it('3,000 adversarial strings have the same tokens there, and read as they were', () => {
    const ids = adversarialStrings(recorded.strings).map((text) => [...tokenizer.encode(text)].join(','));
    expect(createHash('sha256').update(ids.join('\n')).digest('hex')).toBe(recorded.tokensSha256);
    expect(recorded.decodedEqual).toBe(recorded.strings);
    expect(recorded.special).toEqual({ bos: 0, eos: tokenizer.endOfText, pad: 1 });
});

it('the logits are the same within 1e-4, and so are the likeliest continuations', () => {
    expect(recorded.ids).toEqual([...tokenizer.encode(sampleText)]);
    const rows = plainLogits(config, weights, recorded.ids);
    let largest = 0;
    rows.forEach((row, t) =>
        recorded.logits[t]!.forEach((logit, i) => (largest = Math.max(largest, Math.abs(row[97 * i]! - logit)))),
    );
    expect(largest).toBeLessThan(1e-4);
    const before = plainLogits(config, weights, recorded.greedy.slice(0, -1)).slice(7);
    expect(before.map((row) => row.indexOf(Math.max(...row)))).toEqual(recorded.greedy.slice(8));
});
