/** Command-line options made from the configuration table, and read back into a configuration. */
import { type Command, Option } from 'commander';
import {
    composeConfig,
    configKeys,
    fieldOf,
    parseValue,
    presetValue,
    resumableKeys,
    type ConfigKey,
    type RunConfig,
} from '../../shared/run/config.ts';
import { methods } from '../../shared/settings/methods.ts';
import { optionName } from '../../shared/settings/names.ts';
import { presetNames, type Job, type PresetName } from '../../shared/settings/field.ts';
import { badInput } from '../../shared/faults.ts';

/** commander's name of an option: `--ppo-kl-target` → `ppoKlTarget` */
const camelCase = (option: string): string =>
    option.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function helpLine(key: ConfigKey, defaults = presetDefaults(key)): string {
    const field = fieldOf(key);
    const unit = field.unit ? ` [${field.unit}]` : '';
    const choices = field.kind === 'choice' ? ` (${field.choices.join(' | ')})` : '';
    return `${field.means}${choices}${unit}; default: ${defaults}`;
}

function presetDefaults(key: ConfigKey): string {
    const values = presetNames.map((preset) => presetValue(key, preset));
    return new Set(values).size === 1
        ? `${values[0] === '' ? 'empty' : values[0]}`
        : presetNames.map((preset, i) => `${preset} ${values[i]}`).join(', ');
}

export function addConfigOption(command: Command, key: ConfigKey, defaults?: string): void {
    const { kind } = fieldOf(key);
    command.addOption(new Option(`${optionName(key)} <${kind}>`, helpLine(key, defaults)));
}

/** Adds `--preset` and every option of the table that the job understands, except those given on purpose elsewhere. */
export function addConfigOptions(
    command: Command,
    job: Job,
    preset: PresetName,
    { hasMethod = job === 'learn' }: { readonly hasMethod?: boolean } = {},
): Command {
    command.addOption(
        new Option('--preset <name>', 'which column of defaults to start from')
            .choices([...presetNames])
            .default(preset),
    );
    if (hasMethod)
        command.addOption(
            new Option(
                '--method <name>',
                `how ratings become learning, by its name in the field: settings of \`${optionName('ppo.advantage')}\` and those beside it, which you may still set one by one; default: ppo`,
            ).choices(methods.map(({ id }) => id)),
        );
    for (const key of configKeys)
        if (fieldOf(key).jobs.includes(job))
            addConfigOption(command, key, keepsItsOwn(key, job) ? 'the checkpoint’s own' : undefined);
    return command;
}

/** Commands that only read a checkpoint let it write as it was trained to. */
function keepsItsOwn(key: ConfigKey, job: Job): boolean {
    return (key === 'rollout.temperature' || key === 'rollout.prompt') && (job === 'tell' || job === 'evaluate');
}

export interface GivenConfig {
    readonly preset: PresetName;
    readonly config: RunConfig;
    /** Only what the person typed, the method's name spelt out. */
    readonly given: Readonly<Partial<Record<ConfigKey, string>>>;
}

/**
 * The configuration that a preset and the options typed make together.
 * @throws bad input where the preset, the configuration's file or a value cannot be used
 */
export function readConfigOptions(options: Readonly<Record<string, unknown>>): GivenConfig {
    const preset = presetNames.find((name) => name === options['preset']);
    if (preset === undefined)
        throw badInput(`--preset cannot be "${String(options['preset'])}": choose one of ${presetNames.join(', ')}.`);
    const typed = typedValues(configKeys, options);
    const given = { ...methods.find(({ id }) => id === options['method'])?.switches, ...typed };
    return { preset, config: composeConfig(preset, given), given };
}

/** Only what the person typed, unchecked. */
export function readTyped(options: Readonly<Record<string, unknown>>): Partial<Record<ConfigKey, string>> {
    return typedValues(configKeys, options);
}

/** The settings that a person changes when a run is resumed. */
export function readChanges(
    options: Readonly<Record<string, unknown>>,
): Partial<Pick<RunConfig, (typeof resumableKeys)[number]>> {
    const typed = Object.entries(typedValues(resumableKeys, options));
    return Object.fromEntries(typed.map(([key, value]) => [key, parseValue(key as ConfigKey, value)]));
}

function typedValues(
    keys: readonly ConfigKey[],
    options: Readonly<Record<string, unknown>>,
): Partial<Record<ConfigKey, string>> {
    const given: Partial<Record<ConfigKey, string>> = {};
    for (const key of keys) {
        const typed = options[camelCase(optionName(key))];
        if (typeof typed === 'string') given[key] = typed;
    }
    return given;
}
