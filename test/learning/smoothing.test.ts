import { describe, expect, it } from 'vitest';
import { gaussianSmooth } from '../../src/main/learning/smoothing.ts';
import { expectClose, readGolden } from './golden.ts';

describe('gaussian smoothing', () => {
    const golden =
        readGolden<
            Readonly<{ sigma: number; x: readonly number[]; nearest: readonly number[]; mirror: readonly number[] }>
        >('gaussian_filter1d');

    it.each(['nearest', 'mirror'] as const)('equals scipy beyond the ends (%s)', (beyond) => {
        expectClose(gaussianSmooth(golden.x, golden.sigma, beyond), golden[beyond]);
    });

    it.each(['nearest', 'mirror'] as const)(
        'keeps a constant, also one much shorter than the kernel (%s)',
        (beyond) => {
            for (const length of [0, 1, 2, 5])
                expectClose(gaussianSmooth(new Array(length).fill(7), 30, beyond), new Array(length).fill(7));
        },
    );

    it('refuses a width that is none', () => expect(() => gaussianSmooth([1], 0, 'nearest')).toThrow('above 0'));
});
