/** How many files and items the official folders of 2025 hold (collate_preds.py refuses other numbers). */
import type { BenchmarkTask } from '../../../shared/benchmarks/benchmarks.ts';

/** The whole evaluation, and the small one that is made for every checkpoint. */
export type BenchmarkSet = 'full' | 'fast';

interface Size {
    readonly files: number;
    readonly items: number;
}

/** Tasks that are not in a set are absent. Zorro is not in the challenge; its 23 paradigms have 2,000 pairs each. */
export const officialSizes: Readonly<Record<BenchmarkSet, Readonly<Partial<Record<BenchmarkTask, Size>>>>> = {
    full: {
        blimp: { files: 67, items: 59_875 },
        supplement: { files: 5, items: 5_218 },
        ewok: { files: 11, items: 7_618 },
        entity_tracking: { files: 3, items: 9_483 },
        comps: { files: 4, items: 91_028 },
        wug_adj: { files: 1, items: 200 },
        wug_past: { files: 1, items: 50 },
        reading: { files: 1, items: 1_726 },
        aoa: { files: 2, items: 8_005 },
    },
    fast: {
        blimp: { files: 67, items: 13_400 },
        supplement: { files: 5, items: 250 },
        ewok: { files: 11, items: 1_100 },
        entity_tracking: { files: 1, items: 3_152 },
        wug_adj: { files: 1, items: 200 },
        wug_past: { files: 1, items: 50 },
        reading: { files: 1, items: 1_726 },
    },
};
