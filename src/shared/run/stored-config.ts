/** A configuration as a run keeps it, of this version or an older one. */
import { z } from 'zod';
import { badInput, badInputAbout } from '../faults.ts';
import { composeConfig, configKeys, fields, presetValue, type ConfigKey, type RunConfig } from './config.ts';
import type { PresetName } from '../settings/field.ts';

export const configVersion = 15;

const storedConfigSchema = z.object({
    version: z.number().int(),
    preset: z.enum(['paper', 'improved', 'quick']),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export interface StoredConfig {
    readonly version: number;
    readonly preset: PresetName;
    readonly values: RunConfig;
}

/** What runs of older versions did before these settings were there, by the version that brought them. */
const broughtBy: Readonly<Record<number, Readonly<Partial<Record<ConfigKey, string | number>>>>> = {
    2: {
        // no language model rated before version 2: nothing depends on these
        'teacher.reading': 'expected',
        'teacher.rubric': 'storyteller-v1',
        'teacher.sees': 'story',
        'teacher.storyTokens': 320,
        'teacher.sideBySide': 16,
        'teacher.device': 'auto',
        'teacher.threads': 0,
        'teacher.model': '',
        'teacher.inFlight': 32,
        'teacher.patience': 120,
        'teacher.retries': 6,
        'teacher.cache': 'on',
    },
    3: { 'reward.calibration': '' },
    4: { 'evaluation.seeds': 'fixed' },
    5: { 'evaluation.judge': 'none', 'evaluation.judged': 500 },
    6: { 'guard.battery': 'off', 'guard.every': 5 },
    7: { 'runtime.precision': 'float32', 'record.resumeSeconds': 0 },
    8: { 'holdout.every': 0, 'holdout.stories': 64, 'holdout.stop': 'off' },
    9: { 'teacher.bias': 'none', 'teacher.biasWord': 'happy', 'teacher.biasPoints': 1 },
    10: {
        'ppo.advantage': 'gae',
        'ppo.normalise': 'whiten',
        'ppo.perCriterion': 'off',
        'ppo.klPlace': 'tokens',
        'ppo.ratio': 'token',
        'ppo.lossMean': 'tokens',
    },
    11: { 'ppo.bestOf': 4 },
    12: { 'reward.lengthNeutral': 'off' },
    13: { 'ppo.dpoBeta': 0.1 },
    14: { 'reward.ensemble': 'mean' },
    15: {}, // 'runtime.precision' may be 'auto'
};

/**
 * A configuration as a run keeps it. A newer version, an unknown key or a missing one is refused, never guessed.
 * @throws bad input where it cannot be read, is of a newer version, or has too many keys or too few
 */
export function readStoredConfig(stored: unknown): StoredConfig {
    const parsed = storedConfigSchema.safeParse(stored);
    if (!parsed.success)
        throw badInput(
            'The run’s configuration cannot be read; its stories and checkpoints are untouched. Start a new run from its last checkpoint.',
        );
    const { version, preset } = parsed.data;
    if (version > configVersion)
        throw badInputAbout(
            'newer',
            `The run’s configuration is of version ${version} and this Storyloop knows ${configVersion}; nothing was changed. Open it with a newer Storyloop.`,
        );
    const since = Object.entries(broughtBy).filter(([brought]) => Number(brought) > version);
    const values = { ...Object.assign({}, ...since.map(([, settings]) => settings)), ...parsed.data.values } as Record<
        string,
        string | number
    >;
    // on the processor this is what `auto` is, and nobody chose it
    if (version < 15 && values['runtime.precision'] === 'float32' && values['runtime.kind'] !== 'cuda')
        values['runtime.precision'] = presetValue('runtime.precision', preset);
    // beside this method it never acted, and is refused since
    if (values['ppo.perCriterion'] === 'on') values['reward.lengthNeutral'] = 'off';
    const unknown = Object.keys(values).filter((key) => !(key in fields));
    if (unknown.length > 0)
        throw badInput(
            `The run’s configuration names "${unknown[0]}", which this Storyloop does not know; nothing was changed.`,
        );
    const missing = configKeys.filter((key) => values[key] === undefined);
    if (missing.length > 0) throw badInput(`The run’s configuration lacks "${missing[0]}"; nothing was changed.`);
    return { version: configVersion, preset, values: composeConfig(preset, values) };
}
