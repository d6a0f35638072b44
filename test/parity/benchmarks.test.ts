/** The shipped student finds texts of benchmarks as likely as Hugging Face's transformers does, by recorded numbers. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { scoreItems } from '../../src/main/engine/scoring-items.ts';
import { languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { createSequenceScorer } from '../../src/main/student/scoring/sequence-scorer.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import type { BenchmarkItem } from '../../src/shared/benchmarks/benchmarks.ts';
import { ownItems, someItems } from './benchmark-items.ts';
import { shippedStudent } from './shipped-student.ts';

interface Recorded {
    readonly weightsSha256: string;
    /** A log-probability is null for more tokens than the student reads. */
    readonly items: readonly { readonly id: string; readonly logprobs: readonly (number | null)[] }[];
}
const recorded = JSON.parse(readFileSync(new URL('benchmarks.json', import.meta.url), 'utf8')) as Recorded;
const byId = new Map(recorded.items.map(({ id, logprobs }) => [id, logprobs]));
const { config, weights, tokenizer, digest } = shippedStudent();
const runtime = await openRuntime({ kind: 'processor', threads: 1 });
const scorer = createSequenceScorer(runtime, config, loadWeights(runtime, languageModelParameters(config), weights));
afterAll(() => {
    scorer.release();
    runtime.release();
});

it('was recorded of the student that ships (if not: run record_benchmarks.py again)', () => {
    expect(recorded.weightsSha256).toBe(digest);
});

async function expectRecorded(items: readonly BenchmarkItem[]): Promise<void> {
    const scored = await scoreItems(items, tokenizer, config.context, scorer);
    const wrong = scored.flatMap(({ item, logprobs }) => {
        const id = `${item.task} ${item.uid} ${item.index}`;
        const theirs = byId.get(id);
        const isSame = logprobs.every((ours, i) => {
            const their = theirs?.[i];
            if (ours === null || typeof their !== 'number') return ours === their;
            return Math.abs(ours - their) <= 1e-4;
        });
        return isSame ? [] : [{ id, logprobs, theirs }];
    });
    expect(wrong).toEqual([]);
}

it('log-probabilities are the same within 1e-4 nats: sentences, ends, words apart, characters of many bytes', async () => {
    await expectRecorded(ownItems);
});

it('and so they are for up to 500 items of every task', async ({ skip }) => {
    const data = ['mini', 'synthetic', 'zorro'].map((name) =>
        fileURLToPath(new URL(`../../../shared/evaluation_data/${name}`, import.meta.url)),
    );
    if (!data.every((folder) => existsSync(folder))) return skip('../shared/evaluation_data is absent');
    const items = someItems(data);
    expect(items.length).toBeGreaterThan(2000);
    await expectRecorded(items);
});
