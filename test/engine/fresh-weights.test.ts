/** A new student's weights are the same bits however many threads draw them, and a run draws them once. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import { freshWeights, sharedAmong } from '../../src/main/engine/pretraining/fresh-weights.ts';
import { pretrainFromScratch } from '../../src/main/engine/tasks/pretrain.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { parameterCount } from '../../src/main/student/gpt2/config.ts';
import { initialWeights, languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { elementCount } from '../../src/main/student/onnx/graph.ts';
import { tinyPretraining } from '../support/tiny-settings.ts';
import { listener } from './small-learning.ts';

afterEach(() => vi.restoreAllMocks());

describe('by threads', () => {
    const student = { layers: 2, width: 256, heads: 4, vocabulary: 12_000, context: 64 }; // 4.7 million weights
    const random = new RandomStream('a run', 7).fork('weights');
    const bitsOf = (weights: ReadonlyMap<string, Float32Array>): readonly (readonly [string, string])[] =>
        [...weights].map(([name, values]) => [name, createHash('sha256').update(values).digest('hex')]);

    it.each([1, 2, 5])('%i of them', async (threads) => {
        const alone = initialWeights(student, languageModelParameters(student), random);
        const here = vi.spyOn(RandomStream.prototype, 'fillNormal');
        const drawn = await freshWeights(student, random, threads);
        expect(here.mock.calls.length > 0).toBe(threads === 1);
        expect(bitsOf(drawn)).toEqual(bitsOf(alone)); // and in the same order
    });

    it('a small student is drawn where it is asked for', async () => {
        const here = vi.spyOn(RandomStream.prototype, 'fillNormal');
        const drawn = await freshWeights({ ...student, width: 16 }, random, 2);
        expect(drawn.size).toBe(2 + 12 * student.layers + 2);
        expect(here).toHaveBeenCalled();
    });
});

describe('the tensors of the student of the paper', () => {
    const paper = { layers: 12, width: 768, heads: 12, vocabulary: 16_000, context: 512 };
    const parameters = languageModelParameters(paper);
    const loads = (threads: number): readonly number[] =>
        sharedAmong(threads, parameters).map((share) => share.reduce((sum, { dims }) => sum + elementCount(dims), 0));

    it('are dealt out evenly, each once', () => {
        expect(new Set(sharedAmong(4, parameters).flat())).toEqual(new Set(parameters));
        for (const threads of [2, 3, 4, 6])
            expect(Math.max(...loads(threads))).toBeLessThan(1.02 * (parameterCount(paper) / threads));
    });

    it('occupy no more threads than the largest leaves something to do for', () => {
        expect(loads(64)).toHaveLength(8);
        expect(Math.max(...loads(64))).toBeLessThan(1.01 * paper.vocabulary * paper.width);
    });
});

describe('a run of pretraining', () => {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-fresh-weights-'));
    afterEach(() => rmSync(folder, { recursive: true }));

    it('that goes on draws no weights', async () => {
        const values = { ...composeConfig('quick', tinyPretraining), 'pretrain.optimiser': 'adamw' };
        const config = { version: configVersion, preset: 'quick', values };
        const task = { kind: 'pretrain', folder, config, corpus: 'storyworld' } as const;
        const drawing = vi.spyOn(RandomStream.prototype, 'fillNormal');
        const pausedAfter = (steps: number) => {
            let asked = 0;
            return listener([], () => asked++ >= steps);
        };
        expect(await pretrainFromScratch(task, pausedAfter(1))).toEqual({ kind: 'paused' });
        expect(drawing).toHaveBeenCalled();
        drawing.mockClear();
        expect(await pretrainFromScratch(task, pausedAfter(1))).toEqual({ kind: 'paused' });
        expect(drawing).not.toHaveBeenCalled();
    });
});
