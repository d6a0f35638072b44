import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { checkConfig, parameterCount } from '../../../src/main/student/gpt2/config.ts';
import {
    initialWeights,
    languageModelParameters,
    policyParameters,
} from '../../../src/main/student/gpt2/parameters.ts';
import { elementCount } from '../../../src/main/student/onnx/graph.ts';

const published = { layers: 12, width: 768, heads: 12, vocabulary: 16_000, context: 512 };
const tiny = { layers: 4, width: 128, heads: 4, vocabulary: 4_000, context: 128 };

describe('parameters', () => {
    it('count what the published student has, and what their table lists', () => {
        expect(parameterCount(published)).toBe(97_737_216);
        expect(parameterCount(tiny)).toBe(1_321_728);
        for (const config of [published, tiny]) {
            const listed = languageModelParameters(config).reduce((sum, { dims }) => sum + elementCount(dims), 0);
            expect(parameterCount(config)).toBe(listed);
        }
    });

    it('start as GPT-2 does', () => {
        const weights = initialWeights(tiny, policyParameters(tiny), new RandomStream('start'));
        const deviation = (name: string): number => {
            const values = weights.get(name)!;
            return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
        };
        expect(deviation('transformer.wte.weight')).toBeCloseTo(0.02, 3);
        expect(deviation('transformer.h.1.attn.c_attn.weight')).toBeCloseTo(0.02, 3);
        expect(deviation('transformer.h.1.mlp.c_proj.weight')).toBeCloseTo(0.02 / Math.sqrt(8), 3);
        expect(new Set(weights.get('transformer.h.3.ln_2.weight'))).toEqual(new Set([1]));
        expect(new Set(weights.get('transformer.h.3.mlp.c_fc.bias'))).toEqual(new Set([0]));
        const head = weights.get('v_head.summary.weight')!;
        expect(Math.max(...head.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(128));
        expect(deviation('v_head.summary.weight')).toBeCloseTo(1 / Math.sqrt(3 * 128), 2);
    });

    it('of one seed are the same, whatever else is drawn', () => {
        const seed = new RandomStream('seed', 1);
        seed.uniform();
        const again = initialWeights(tiny, languageModelParameters(tiny), new RandomStream('seed', 1));
        const weights = initialWeights(tiny, policyParameters(tiny), seed);
        for (const [name, values] of again) expect(weights.get(name)).toEqual(values);
    });

    it('of impossible sizes are refused', () => {
        expect(() => checkConfig({ ...tiny, heads: 6 })).toThrow('Choose for example 126 wide');
        expect(() => checkConfig({ ...tiny, vocabulary: 70_000 })).toThrow(
            'vocabulary must be a whole number from 2 to 65536',
        );
        expect(() => checkConfig({ ...tiny, width: Number.NaN })).toThrow('not NaN');
    });
});
