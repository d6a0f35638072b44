import { afterAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { languageModelParameters } from '../../../src/main/student/gpt2/parameters.ts';
import { plainLogits } from '../../../src/main/student/plain-forward.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { OutOfDeviceMemory, type Runtime } from '../../../src/main/student/runtime/runtime.ts';
import { createSequenceScorer, type Sequence } from '../../../src/main/student/scoring/sequence-scorer.ts';
import { loadWeights } from '../../../src/main/student/weights.ts';
import { describeFault, faultOf, outsideRun } from '../../../src/shared/faults.ts';
import { rehearsedDevice } from '../../support/rehearsed-device.ts';
import { config, startingWeights } from '../training/training.ts';

const runtime = await openRuntime({ kind: 'processor', threads: 1 });
const plain = startingWeights();
const weights = loadWeights(runtime, languageModelParameters(config), plain);
const scorer = createSequenceScorer(runtime, config, weights);
afterAll(() => {
    scorer.release();
    runtime.release();
});

/** What the double-precision network says of the tokens from `from` on. */
function plainLogprob({ ids, from }: Sequence): number {
    const logits = plainLogits(config, plain, Array.from(ids));
    let sum = 0;
    for (let at = Math.max(1, from); at < ids.length; at++) {
        const row = logits[at - 1]!;
        const total = row.reduce((so_far, logit) => so_far + Math.exp(logit), 0);
        sum += row[ids[at]!]! - Math.log(total);
    }
    return sum;
}

const random = new RandomStream('sequences');
const tokens = (count: number): number[] => Array.from({ length: count }, () => random.integer(config.vocabulary));

describe('sequence scorer', () => {
    it('agrees with the plain network, whatever sequences share and wherever scoring begins', async () => {
        const groups = Array.from({ length: 60 }, (_, i): Sequence[] => {
            const shared = tokens(i % 7);
            return Array.from({ length: 1 + (i % 5) }, () => {
                const ids = [...shared, ...tokens(1 + random.integer(config.context - 7))];
                return { ids, from: random.integer(ids.length) };
            });
        });
        const scores = await scorer.score(groups);
        groups.forEach((group, at) =>
            group.forEach((sequence, which) =>
                expect(scores[at]![which], `group ${at}, sequence ${which}`).toBeCloseTo(plainLogprob(sequence), 4),
            ),
        );
    });

    it('counts a shared beginning for each sequence that asks for it', async () => {
        const ids = tokens(8);
        const [[whole, end, same]] = (await scorer.score([
            [
                { ids, from: 0 },
                { ids, from: 5 },
                { ids: [...ids], from: 0 },
            ],
        ])) as [number[]];
        expect(whole).toBe(same);
        expect(end).toBeCloseTo(plainLogprob({ ids, from: 5 }), 4);
        expect(whole).toBeLessThan(end!);
    });

    it('tells each token of a text by itself', async () => {
        const texts = [0, 1, 9, 3].map((count): Sequence => ({ ids: tokens(count), from: count > 5 ? 4 : 0 }));
        const found = await scorer.scoreTokens(texts);
        texts.forEach(({ ids, from }, i) => {
            const places = Array.from(ids, (_, at) => at).slice(Math.max(1, from));
            const plainly = places.map((at) => plainLogprob({ ids: Array.from(ids).slice(0, at + 1), from: at }));
            expect([...found[i]!]).toEqual(plainly.map((value) => expect.closeTo(value, 5)));
        });
    });

    it('never scores a first token, and a text of one token is 0', async () => {
        expect(
            await scorer.score([[{ ids: [3], from: 0 }], [{ ids: [3, 4], from: 0 }], [{ ids: [], from: 0 }]]),
        ).toEqual([[0], [expect.closeTo(plainLogprob({ ids: [3, 4], from: 1 }), 5)], [0]]);
    });

    it('says what it read where the device has no room, and nothing of a micro-batch that nobody set', async () => {
        const device = await rehearsedDevice(1);
        const full: Runtime = { ...device, compile: () => Promise.reject(new OutOfDeviceMemory('by the test')) };
        const live = loadWeights(device, languageModelParameters(config), plain);
        const room = { bytes: 0, needed: () => 1 };
        const scoring = createSequenceScorer(full, config, live, () => room).score([[{ ids: tokens(10), from: 0 }]]);
        const fault = faultOf(await scoring.catch((error: unknown) => error));
        expect(fault).toEqual({ kind: 'gpu-out-of-memory', phase: 'reading 1 × 12 tokens', microBatch: undefined });
        expect(describeFault(fault)).toMatch(/while reading 1 × 12 tokens; .* Close what else uses its memory, then/);
        expect(describeFault(outsideRun(fault))).toMatch(/on the processor: --runtime-kind native/);
        device.release();
    });
});
