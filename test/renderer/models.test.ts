import { describe, expect, it } from 'vitest';
import type { ModelRow } from '../../src/shared/views/computer.ts';
import {
    factLines,
    isModelFound,
    predictedHours,
    scorerOf,
    scorersOf,
    speedWords,
} from '../../src/renderer/lib/models.ts';

const catalogued: NonNullable<ModelRow['catalogued']> = {
    id: 'a',
    title: 'Llama 3.2 1B',
    means: 'small',
    licence: 'Llama 3.2',
    page: '',
    context: 8192,
    isVouchedFor: true,
    fit: 'processor',
    memoryNeeded: 2e9,
};
const row = (changed: Partial<ModelRow> = {}): ModelRow => ({
    name: 'a-Q4_K_M.gguf',
    bytes: 1e9,
    here: 1e9,
    catalogued,
    download: null,
    speed: null,
    facts: { architecture: 'llama', quantisation: 'Q4_K_M', parameters: 1.2e9, context: 8192, isFromFile: true },
    ...changed,
});
const speed = { at: 1, storiesPerSecond: 2, tokensPerSecond: 812.4, hoursPerMillionWords: 3, device: 'CPU' };

it('a student is scored by who taught it, where that one is here', () => {
    const taughtBy = (by: string): string => scorerOf({ score: { mean: 6, most: 9, by, isClean: true } });
    expect(['reader', 'Llama 3.2 1B · digits'].map(taughtBy)).toEqual(['reader', 'rules']);
    expect(scorerOf({ score: null })).toBe('rules');
    expect(scorersOf([row()]).map(({ title }) => title)).toEqual(['rules', 'reader', 'Llama 3.2 1B']);
});

describe('facts of a model', () => {
    it('say what was measured as measured', () => {
        expect(Object.fromEntries(factLines(row({ speed }), null))).toMatchObject({
            Quantisation: 'Q4_K_M',
            Reads: '812 tokens a second, measured',
            'A million words': expect.stringMatching(/^3 h.* measured in a check$/u),
        });
        expect(speedWords({ speed })).toMatch(/^812 tokens a second, 3 h/u);
    });
    it('predict by size from the nearest checked model on the same kind of device, and say so', () => {
        const checked = row({ name: 'b', speed });
        const far = row({ name: 'c', bytes: 9e9, speed: { ...speed, hoursPerMillionWords: 99 } });
        const onGpu = row({ name: 'd', bytes: 2e9, speed, catalogued: { ...catalogued, fit: 'graphics' } });
        const wanted = row({ bytes: 2e9 });
        const predicted = predictedHours(wanted, [wanted, far, checked, onGpu]);
        expect(predicted).toEqual({ hours: 6, from: 'Llama 3.2 1B' });
        expect(Object.fromEntries(factLines(wanted, predicted))['A million words']).toMatch(
            /^about 6 h.* predicted from/u,
        );
    });
    it('say that nothing is known where nothing is', () => {
        expect(predictedHours(row(), [row(), row({ name: 'b' })])).toBeNull();
        expect(Object.fromEntries(factLines(row(), null))['A million words']).toBe('unknown until it is checked');
        const facts = { architecture: null, quantisation: 'Q8_0', parameters: null, context: null, isFromFile: false };
        expect(factLines(row({ facts }), null)[0]).toEqual(['Quantisation', 'Q8_0 (by its name)']);
    });
});

it('finds models by all of the words, wherever they are said', () => {
    expect(isModelFound(row(), 'llama q4')).toBe(true);
    expect(isModelFound(row(), 'llama qwen')).toBe(false);
    expect(isModelFound(row(), '')).toBe(true);
});
