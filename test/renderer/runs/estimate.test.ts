/** What a run would take, in the words beside a new run. */
import { describe, expect, it } from 'vitest';
import { estimateLines, fits, fitSentence } from '../../../src/renderer/lib/runs/estimate.ts';
import type { Estimate } from '../../../src/shared/views/new-run.ts';

const estimate: Estimate = {
    measured: {
        device: 'CPU',
        parameters: 1000,
        microBatch: 12,
        memoryBytes: 4e9,
        gpuMemory: null,
        teacherMemory: { ram: 5e9, vram: 0 },
        checkpointBytes: 5e8,
        resumeBytes: 1.5e9,
        learning: null,
        pretraining: null,
    },
    memory: { needed: 9e9, of: 16e9, fits: true },
    gpu: null,
    disk: { needed: 6.7e9, checkpoints: 11, free: 41e9, fits: true },
    time: { update: { low: 31, high: 36 }, updates: 920, whole: { low: 28_800, high: 32_400 } },
    besideRuns: 0,
};

describe('what a run would take', () => {
    it('leads with the conclusion', () => {
        expect(fitSentence(estimate)).toBe('It fits.');
        const memory = { needed: 20e9, of: 16e9, fits: false };
        expect(fitSentence({ ...estimate, memory })).toMatch(/needs 20\.0 GB of memory and this computer has 16\.0 GB/);
        const disk = { ...estimate.disk, fits: false };
        expect(fitSentence({ ...estimate, disk })).toMatch(/needs 6\.7 GB and 41\.0 GB are free/);
        expect([fits(estimate), fits({ ...estimate, disk })]).toEqual([true, false]);
    });
    it('says what a GPU is asked for', () => {
        const gpu = { name: 'NVIDIA A100-SXM4-40GB', needed: 21.4e9, of: 42.3e9, fits: true };
        const measured = { ...estimate.measured, teacherMemory: { ram: 1e9, vram: 9.5e9 } };
        const lines = new Map(estimateLines({ ...estimate, measured, gpu }));
        expect(lines.get('GPU memory')).toBe(
            'about 21.4 GB of the 42.3 GB of NVIDIA A100-SXM4-40GB, of which the teacher 9.5 GB',
        );
        expect(lines.get('Memory')).not.toMatch(/GPU/);
        expect(new Map(estimateLines({ ...estimate, measured })).get('Memory')).toMatch(/; and 9\.5 GB of GPU memory/);
        const full = { ...estimate, gpu: { ...gpu, needed: 44e9, fits: false } };
        expect(fitSentence(full)).toMatch(/needs 44\.0 GB of GPU memory and this GPU has 42\.3 GB/);
        expect([fits({ ...estimate, gpu }), fits(full)]).toEqual([true, false]);
    });
    it('says every number with its unit', () => {
        expect(Object.fromEntries(estimateLines(estimate))).toEqual({
            Memory: '9.0 GB of 16.0 GB, of which the teacher 5.0 GB; 12 sequences at once',
            Disk: '6.7 GB of 41.0 GB free, with 11 checkpoints of 500 MB',
            Time: 'about 8 h 00 to 9 h 00: 920 updates, 31 to 36 s an update, and the evaluations',
            'Runs on': 'CPU',
        });
        const endless = { ...estimate.time!, updates: null, whole: null };
        expect(new Map(estimateLines({ ...estimate, time: endless })).get('Time')).toBe(
            '31 to 36 s an update, without end',
        );
        const pretraining = { step: 2, tokensPerStep: 4000 };
        const reads = { ...estimate, time: null, measured: { ...estimate.measured, pretraining } };
        expect(new Map(estimateLines(reads)).get('Time')).toBe('2,000 tokens a second: ten million take 1 h 23');
    });
});
