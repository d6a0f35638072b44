/** Both sides check what crosses the pipe: another version, a hole or a number that is none never gets through. */
import { describe, expect, it } from 'vitest';
import { contractVersion, engineCommandSchema, engineEventSchema } from '../../../src/shared/contracts/engine.ts';

const tell = { kind: 'tell', config: { version: 1, preset: 'quick', values: { seed: 1 } }, from: '/a', stories: 3 };
const start = { type: 'start', version: contractVersion, resources: '/resources', task: tell };
const sample = { seed: 1, prompt: 'Once', story: ' upon', tokens: Uint16Array.of(7), words: 1, finished: true };

describe('a command', () => {
    it.each([start, { type: 'pause' }, { type: 'recorded' }])('$type gets through', (command) =>
        expect(engineCommandSchema.parse(structuredClone(command))).toEqual(command),
    );

    it.each([
        ['another version', { ...start, version: contractVersion + 1 }],
        ['no version', { type: 'start', resources: '/resources', task: tell }],
        ['an unknown type', { type: 'explode' }],
        ['no source', { ...start, task: { ...tell, from: '' } }],
        ['no stories', { ...start, task: { ...tell, stories: 0 } }],
    ])('with %s does not', (_, command) => expect(engineCommandSchema.safeParse(command).success).toBe(false));
});

describe('an event', () => {
    it.each([
        { type: 'phase', phase: 'writing', done: 1, of: 2 },
        { type: 'story', sample },
        {
            type: 'pretrained',
            steps: [{ step: 1, at: 0, words: 1, tokens: 2, loss: 3, validationLoss: null, lr: 0.1, gradientNorm: 1 }],
        },
        { type: 'fault', fault: { kind: 'engine-lost', message: 'signal SIGKILL' } },
        { type: 'finished', why: 'done', peakRssBytes: 1 },
    ])('$type gets through', (event) => expect(engineEventSchema.parse(structuredClone(event))).toEqual(event));

    it.each([
        ['a number that is none', { type: 'progress', done: Number.NaN }],
        ['an unknown phase', { type: 'phase', phase: 'dreaming', done: 0, of: 0 }],
        ['tokens as a list', { type: 'story', sample: { ...sample, tokens: [7] } }],
        [
            'a loss that is not finite',
            {
                type: 'pretrained',
                steps: [
                    {
                        step: 1,
                        at: 0,
                        words: 1,
                        tokens: 2,
                        loss: Infinity,
                        validationLoss: null,
                        lr: 0.1,
                        gradientNorm: 1,
                    },
                ],
            },
        ],
        [
            'a checkpoint outside the run',
            {
                type: 'checkpoint',
                checkpoint: { path: '../elsewhere', kind: 'final', at: 0, words: 0, update: 0, digest: 'd' },
            },
        ],
        ['an unknown fault', { type: 'fault', fault: { kind: 'bad-luck' } }],
    ])('with %s does not', (_, event) => expect(engineEventSchema.safeParse(event).success).toBe(false));
});
