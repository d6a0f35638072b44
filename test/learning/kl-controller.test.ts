import { describe, expect, it } from 'vitest';
import { nextKlCoefficient } from '../../src/main/learning/ppo/kl-controller.ts';
import { expectClose, readGolden } from './golden.ts';

interface AdaptiveKl {
    readonly init: number;
    readonly target: number;
    readonly horizon: number;
    readonly nSteps: number;
    readonly klSequence: readonly number[];
    readonly coefBeforeEachPlusFinal: readonly number[];
    readonly after278BatchesBelow4p8: number;
}

describe('the adaptive KL coefficient', () => {
    const golden = readGolden<AdaptiveKl>('adaptive_kl');
    const control = { target: golden.target, horizon: golden.horizon };

    it('follows the published sequence, negative drift included', () => {
        const coefficients = [golden.init];
        for (const kl of golden.klSequence)
            coefficients.push(nextKlCoefficient(coefficients.at(-1)!, kl, golden.nSteps, control));
        expectClose(coefficients, golden.coefBeforeEachPlusFinal);
    });

    it('never moves by more than a fifth of stories/horizon', () => {
        let coefficient = golden.init;
        for (let update = 0; update < 278; update++)
            coefficient = nextKlCoefficient(coefficient, 4.79, golden.nSteps, control);
        expectClose([coefficient], [golden.after278BatchesBelow4p8]);
    });

    it('stops at a drift that is not a number instead of carrying it on', () => {
        expect(() => nextKlCoefficient(0.2, Number.NaN, 360, control)).toThrow('stopped being finite');
    });
});
