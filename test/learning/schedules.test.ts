import { describe, expect, it } from 'vitest';
import { learningRate, warmupSteps, type Schedule } from '../../src/main/learning/schedules.ts';
import { expectClose } from './golden.ts';

const rates = (schedule: Schedule, steps: readonly number[]): number[] =>
    steps.map((step) => learningRate(schedule, step));

describe('learning-rate schedules', () => {
    it('are, by hand: linear', () => {
        const linear: Schedule = { kind: 'linear', peak: 1, steps: 10, warmupSteps: 2, floorFraction: 0 };
        expectClose(rates(linear, [0, 1, 2, 6, 9, 10, 99]), [0, 0.5, 1, 0.5, 0.125, 0, 0]);
    });

    it('are, by hand: cosine to a floor', () => {
        const cosine: Schedule = { kind: 'cosine', peak: 2, steps: 12, warmupSteps: 4, floorFraction: 0.1 };
        expectClose(rates(cosine, [0, 2, 4, 8, 12, 50]), [0, 1, 2, 1.1, 0.2, 0.2]);
    });

    it('are, by hand: constant after the warm-up', () => {
        expectClose(
            rates({ kind: 'constant', peak: 3, steps: 5, warmupSteps: 3, floorFraction: 0 }, [0, 1, 3, 4, 50]),
            [0, 1, 3, 3, 3],
        );
    });

    it('work without a warm-up, and with nothing but one', () => {
        expectClose(rates({ kind: 'linear', peak: 1, steps: 4, warmupSteps: 0, floorFraction: 0 }, [0, 2]), [1, 0.5]);
        expectClose(
            rates({ kind: 'cosine', peak: 1, steps: 4, warmupSteps: 4, floorFraction: 0 }, [0, 2, 4, 5]),
            [0, 0.5, 1, 0],
        );
    });

    it('warm up over the published share of steps, rounded up', () => expect(warmupSteps(0.01, 7553)).toBe(76));
});
