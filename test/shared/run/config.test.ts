/** The one table of everything a run can be told: its presets, its option names, and what it refuses. */
import { describe, expect, it } from 'vitest';
import {
    composeConfig,
    configKeys,
    fieldOf,
    parseValue,
    ppoLearningRate,
    presetValue,
    resumableKeys,
    type ConfigKey,
} from '../../../src/shared/run/config.ts';
import { optionName } from '../../../src/shared/settings/names.ts';
import { presetNames } from '../../../src/shared/settings/field.ts';
import { configVersion, readStoredConfig } from '../../../src/shared/run/stored-config.ts';

describe('the table', () => {
    it.each(presetNames)('composes the preset %s, within its own limits', (preset) => {
        const config = composeConfig(preset, {});
        expect(Object.keys(config)).toEqual(configKeys);
        for (const key of configKeys) expect(parseValue(key, config[key])).toBe(config[key]);
    });

    it('gives every field an option of its own, a meaning and a job', () => {
        const options = configKeys.map(optionName);
        expect(new Set(options).size).toBe(configKeys.length);
        for (const option of options) expect(option).toMatch(/^--[a-z0-9]+(-[a-z0-9]+)*$/);
        for (const key of configKeys) {
            const { means, jobs, kind } = fieldOf(key);
            expect(means).not.toMatch(/[.]$|^$/);
            expect(jobs.length).toBeGreaterThan(0);
            if (kind === 'choice')
                expect((fieldOf(key) as { choices: readonly string[] }).choices.length).toBeGreaterThan(1);
        }
    });

    it('names the options as people type them', () => {
        expect(optionName('ppo.klTarget')).toBe('--ppo-kl-target');
        expect(optionName('rollout.maxNewTokens')).toBe('--rollout-max-new-tokens');
        expect(optionName('teacher')).toBe('--teacher');
    });

    it('holds the published values in the preset paper', () => {
        // arXiv 2509.15714 and TRL 0.9.4: 360 stories, 4 epochs, KL 0.2 towards 6, 90 new tokens, a million words
        const paper = composeConfig('paper', {});
        expect(paper).toMatchObject({
            'ppo.batch': 360,
            'ppo.minibatch': 360,
            'ppo.epochs': 4,
            'ppo.lr': 1e-6,
            'ppo.klInit': 0.2,
            'ppo.klTarget': 6,
        });
        expect(paper).toMatchObject({
            'ppo.lambda': 0.95,
            'rollout.maxNewTokens': 90,
            'budget.words': 1e6,
            'reward.lengthWeight': 0.4,
            'tokenizer.vocabulary': 16000,
        });
    });

    it('lets a resumed run change only what is a way of running or looking on, or a learning rate', () => {
        for (const key of resumableKeys)
            expect(key).toMatch(
                /^runtime\.|^guard\.|^holdout\.(every|stop)$|^teacher\.(device|threads|inFlight|patience|retries|cache)$|\.lr$/,
            );
    });
});

describe('a value that a person typed', () => {
    it.each<[ConfigKey, string, unknown]>([
        ['seed', '7', 7],
        ['seed', ' 7 ', 7],
        ['ppo.lr', '1e-5', 1e-5],
        ['pretrain.warmup', '0', 0],
        ['teacher', 'length', 'length'],
        ['rollout.prompt', ' Once ', ' Once '],
    ])('%s %j is %j', (key, typed, value) => expect(parseValue(key, typed)).toBe(value));

    it.each<[ConfigKey, string, RegExp]>([
        ['seed', '', /^--seed must be a whole number from 0 to 2147483647, not ""\.$/],
        ['seed', '1.5', /must be a whole number/],
        ['seed', '0x', /must be a whole number/],
        ['seed', 'NaN', /must be a whole number/],
        ['ppo.lr', 'Infinity', /must be a number from 0 to 1 \(per step\), not "Infinity"\.$/],
        ['ppo.lr', '-0.1', /must be a number/],
        ['pretrain.dropout', '1', /from 0 to 0\.9/],
        ['student.width', '5000', /from 8 to 4096/],
        [
            'teacher.reading',
            'Digits',
            /^--teacher-reading cannot be "Digits": choose one of expected, digits, paper-text\.$/,
        ],
    ])('%s %j is refused in one sentence', (key, typed, says) => expect(() => parseValue(key, typed)).toThrow(says));
});

describe('a combination', () => {
    it.each<[Partial<Record<ConfigKey, string | number>>, RegExp]>([
        [
            { 'student.width': 100, 'student.heads': 3 },
            /^A width of 100 cannot be split over 3 heads: --student-heads must divide --student-width\.$/,
        ],
        [{ 'ppo.batch': 100, 'ppo.minibatch': 30 }, /: --ppo-minibatch must divide --ppo-batch/],
        [{ 'ppo.batch': 8, 'ppo.minibatch': 16 }, /--ppo-minibatch must divide/],
        [{ 'budget.words': 0, 'budget.updates': 0, 'budget.minutes': 0 }, /would never end/],
        [{ 'rollout.prompt': '' }, /^--rollout-prompt cannot be empty/],
    ])('%j is refused', (given, says) => expect(() => composeConfig('quick', given)).toThrow(says));

    it('takes over what was given and nothing else', () => {
        const config = composeConfig('improved', { seed: '9', 'student.layers': 2 });
        for (const key of configKeys)
            expect(config[key]).toBe(key === 'seed' ? 9 : key === 'student.layers' ? 2 : presetValue(key, 'improved'));
    });
});

describe('a stored configuration', () => {
    const stored = {
        version: configVersion,
        preset: 'quick' as const,
        values: { ...composeConfig('quick', { seed: 5 }) },
    };

    it('is read back as it was written', () =>
        expect(readStoredConfig(JSON.parse(JSON.stringify(stored)))).toEqual(stored));

    it('of version 1, from before language models rated, is brought up to date', () => {
        const older = Object.entries(stored.values).filter(
            ([key]) => !key.startsWith('teacher.') || /shuffle|unread/.test(key),
        );
        const values = Object.fromEntries(older);
        expect(readStoredConfig({ version: 1, preset: 'quick', values }).values).toEqual(stored.values);
        expect(() => readStoredConfig({ version: 2, preset: 'quick', values })).toThrow(/lacks "teacher\.reading"/);
    });

    it('of version 14 did not choose float32: nothing else was there, but on CUDA', () => {
        const precisionOf = (changed: Partial<Record<ConfigKey, string>>, version = 14): string => {
            const values = { ...stored.values, 'runtime.precision': 'float32', ...changed };
            return readStoredConfig({ version, preset: 'quick', values }).values['runtime.precision'];
        };
        expect(precisionOf({})).toBe('auto');
        expect(precisionOf({ 'runtime.kind': 'cuda' })).toBe('float32');
        expect(precisionOf({ 'runtime.precision': 'bf16' })).toBe('bf16');
        expect(precisionOf({}, configVersion)).toBe('float32');
    });

    it.each<[string, unknown, RegExp]>([
        ['no configuration', 'quick', /cannot be read; its stories and checkpoints are untouched/],
        [
            'a newer version',
            { ...stored, version: configVersion + 1 },
            /is of version \d+ and this Storyloop knows \d+; nothing was changed/,
        ],
        [
            'an unknown key',
            { ...stored, values: { ...stored.values, 'ppo.magic': 1 } },
            /names "ppo\.magic", which this Storyloop does not know/,
        ],
        ['a missing key', { ...stored, values: { ...stored.values, seed: undefined } }, /lacks "seed"|cannot be read/],
        ['an unknown preset', { ...stored, preset: 'slow' }, /cannot be read/],
        [
            'a value out of range',
            { ...stored, values: { ...stored.values, 'ppo.lr': 7 } },
            /--ppo-lr must be .*, not "7"/,
        ],
    ])('with %s is refused', (_, given, says) => expect(() => readStoredConfig(given)).toThrow(says));
});

describe('the learning rate of PPO', () => {
    it('is the published one for the published student, scales inversely with size, and stops at 1e-4', () => {
        const config = composeConfig('improved', {});
        expect(ppoLearningRate(config, 97_737_216)).toBe(1e-6);
        expect(ppoLearningRate(config, 97_737_216 / 10)).toBeCloseTo(1e-5, 12);
        expect(ppoLearningRate(config, 1000)).toBe(1e-4);
        expect(ppoLearningRate(composeConfig('improved', { 'ppo.lr': 0.5 }), 1000)).toBe(0.5);
    });
});
