/** The names of methods: what they set, how they are told again, and the settings of older runs. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addConfigOptions, readConfigOptions } from '../../../src/main/headless/options.ts';
import { composeConfig, configKeys } from '../../../src/shared/run/config.ts';
import { configVersion, readStoredConfig } from '../../../src/shared/run/stored-config.ts';
import {
    hasValueHead,
    methodKeys,
    methodOf,
    methods,
    methodWords,
    withMethodNamed,
} from '../../../src/shared/settings/methods.ts';

function typed(...words: readonly string[]): ReturnType<typeof readConfigOptions> {
    const command = addConfigOptions(new Command('learn').exitOverride(), 'learn', 'improved').configureOutput({
        writeErr: () => {},
    });
    command.parse([...words], { from: 'user' });
    return readConfigOptions(command.opts());
}

describe('methods', () => {
    it.each(methods)('$name is set by its name and told from what it set', ({ id, name, switches }) => {
        const { config } = typed('--method', id);
        expect(methodWords(config)).toBe(name);
        expect(hasValueHead(config)).toBe(id === 'ppo');
        for (const preset of ['paper', 'improved', 'quick'] as const)
            expect(methodOf(composeConfig(preset, switches))?.id).toBe(id);
        const others = configKeys.filter((key) => !methodKeys.some((each) => each === key));
        expect(others.filter((key) => config[key] !== composeConfig('improved', {})[key])).toEqual([]);
    });

    it('differ from each other', () => {
        expect(new Set(methods.map(({ switches }) => JSON.stringify(switches))).size).toBe(methods.length);
    });

    it('give way to what is typed, and a mixture is spelt out', () => {
        const { config } = typed('--method', 'grpo', '--ppo-normalise', 'off');
        expect(config['ppo.normalise']).toBe('off');
        expect(methodOf(config)).toBeNull();
        expect(methodWords(config)).toBe(
            'mean advantage, not normalised, KL (k3) in the loss, token ratio, mean over stories',
        );
        expect(() => typed('--method', 'dpo')).toThrow('Allowed choices are ppo, rloo');
    });

    it('are told apart by the switches that act: pairs read only theirs', () => {
        const { config } = typed('--method', 'online-dpo', '--ppo-ratio', 'story', '--ppo-loss-mean', 'stories');
        expect(methodOf(config)?.id).toBe('online-dpo');
    });

    it('without a name were PPO in runs of before', () => {
        const now = composeConfig('quick', {});
        const older = Object.fromEntries(
            Object.entries(now).filter(([key]) => !methodKeys.some((each) => each === key)),
        );
        const { values, version } = readStoredConfig({ version: 9, preset: 'quick', values: older });
        expect(values).toEqual(now);
        expect(methodWords(values)).toBe('PPO');
        expect(version).toBeGreaterThanOrEqual(10);
        expect(() => readStoredConfig({ version: 10, preset: 'quick', values: older })).toThrow(
            'lacks "ppo.advantage"',
        );
    });

    it('stand by their name in lists for the settings that they set', () => {
        const config = composeConfig('quick', methods[1]!.switches);
        const told = [
            { key: 'ppo.advantage', value: 'leave-one-out' },
            { key: 'ppo.ratio', value: 'story' },
            { key: 'ppo.lr', value: 1 },
        ];
        expect(withMethodNamed(told, config)).toEqual([{ key: 'method', value: 'RLOO' }, told[2]]);
        expect(withMethodNamed([told[2]!], config)).toEqual([told[2]]); // nothing of the method is told
        expect(withMethodNamed(told, { ...config, 'ppo.normalise': 'whiten' })).toEqual(told); // a mixture
    });

    it('that look at each criterion refuse a calibration of their sum, and a length taken out of it', () => {
        const given = { 'ppo.perCriterion': 'on', 'reward.calibration': '{}' } as const;
        expect(() => composeConfig('improved', given)).toThrow('never forms that sum');
        const even = { 'ppo.perCriterion': 'on', 'reward.lengthNeutral': 'on' } as const;
        const recorded = { ...composeConfig('improved', { 'ppo.perCriterion': 'on' }), 'reward.lengthNeutral': 'on' };
        const stored = { version: configVersion, preset: 'improved', values: recorded };
        expect(readStoredConfig(stored).values['reward.lengthNeutral']).toBe('off'); // such a run still opens
        expect(() => composeConfig('improved', even)).toThrow(/takes what length is paid out of the sum.*never forms/u);
    });
});
