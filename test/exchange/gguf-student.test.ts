/** The shipped student as GGUF is the same student to llama.cpp: the same tokens, the same logits. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkGguf, compareLogits, writeGgufStudent } from '../../src/main/exchange/students/gguf-student.ts';
import { askLlama } from '../../src/main/exchange/students/llama.ts';
import {
    policyParameters,
    tokenEmbedding,
    valueHeadBias,
    valueHeadWeight,
} from '../../src/main/student/gpt2/parameters.ts';
import { plainLogits } from '../../src/main/student/plain-forward.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { shippedStudent } from '../parity/shipped-student.ts';
import { temporaryFolder } from '../store/a-run.ts';
import { adversarialStrings } from './adversarial-strings.ts';

const shipped = shippedStudent();
const { config, tokenizer, weights } = shipped;

it('the plain forward pass is the student that onnxruntime computes', async () => {
    const ids = [...tokenizer.encode('Once upon a time there was a fox who lived in the wood.')];
    const runtime = await openRuntime({ kind: 'processor', threads: 1 });
    const head = new Map([
        [valueHeadWeight, new Float32Array(config.width)],
        [valueHeadBias, new Float32Array(1)],
    ]);
    const bound = loadWeights(runtime, policyParameters(config), new Map([...weights, ...head]));
    const [prompt, story] = [Int32Array.from(ids.slice(0, 3)), Int32Array.from(ids.slice(3))];
    const scorer = createScorer(runtime, config, {
        shortestPrompt: 3,
        longestPrompt: 3,
        longestStory: story.length,
        microBatch: 1,
    });
    const { logprobs } = await scorer.score(bound, [{ prompt, story }]);
    plainLogits(config, weights, ids)
        .slice(2, -1)
        .forEach((row, t) => {
            const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
            expect(row[story[t]!]! - Math.log(total)).toBeCloseTo(logprobs[t]!, 4);
        });
    scorer.release();
    runtime.release();
});

describe('a GGUF', () => {
    it.each([
        { type: 'F32', most: 2e-3 },
        { type: 'F16', most: 2e-3 },
        { type: 'Q8_0', most: 0.15 },
    ] as const)('$type is loaded by llama.cpp and agrees: rms at most $most', async ({ type, most }) => {
        const verified = await writeGgufStudent(join(temporaryFolder(), 'student.gguf'), shipped, type);
        const [, rms, same] =
            /odd strings tokenised equal; logits of 32 tokens differ by (\S+) \(rms\), (\d+) of 32/.exec(verified)!;
        expect(Number(rms)).toBeLessThanOrEqual(most);
        expect(Number(same)).toBeGreaterThanOrEqual(type === 'Q8_0' ? 30 : 32);
    });

    it.each(['F32', 'F16'] as const)('%s of a student that is surer of itself leaves too', async (type) => {
        const surer = ['transformer.ln_f.weight', 'transformer.ln_f.bias'].map(
            (name) => [name, weights.get(name)!.map((value) => 4 * value)] as const, // as a temperature of 0.25 would
        );
        const student = { ...shipped, weights: new Map([...weights, ...surer]) };
        expect(await writeGgufStudent(join(temporaryFolder(), 'student.gguf'), student, type)).toMatch(/32 of 32 most/);
    });

    it('has our tokens for 3,000 adversarial strings', async () => {
        const path = join(temporaryFolder(), 'student.gguf');
        await writeGgufStudent(path, shipped, 'F16');
        const strings = adversarialStrings(3000);
        const { tokens } = await askLlama(path, strings, [5], config.context);
        const different = strings.filter((text, i) => [...tokenizer.encode(text)].join() !== tokens[i]!.join());
        expect(different).toEqual([]);
    });

    it('of another student, or of another tokenizer, is found out', async () => {
        const path = join(temporaryFolder(), 'student.gguf');
        await writeGgufStudent(path, shipped, 'F32');
        const changed = weights.get(tokenEmbedding)!.map((value, i) => (i < config.width * 20 ? value + 0.05 : value));
        const other = { ...shipped, weights: new Map([...weights, [tokenEmbedding, changed]]) };
        await expect(checkGguf(path, other, 'F32')).rejects.toThrow(
            /is not what llama.cpp should read \(.*logits|token/,
        );
    });
});

it('logits are compared by rows: rms, and the best token but for ties; the limit grows with the logits', () => {
    const ours = [
        [1, 2, 3],
        [5, 5.0001, 0],
    ];
    const theirs = [
        [1, 2, 3.3],
        [5.0001, 5, 0],
    ];
    const compared = compareLogits(ours, theirs, 2e-3);
    expect(compared.rms).toBeCloseTo(Math.sqrt((0.09 + 2e-8) / 6));
    expect(compared.sameBest).toBe(2);
    expect(compared.limit).toBeCloseTo(2e-3 * 1.8856, 6); // √(64/6 − (16/6)²)
    expect(compareLogits([[1, 2]], [[2, 1]], 2e-3)).toMatchObject({ limit: 2e-3, sameBest: 0 });
});
