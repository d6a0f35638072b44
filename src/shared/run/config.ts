/**
 * The one table of everything a run can be told: command line, wizard, comparison, export and docs read it.
 * A preset is a column of it. Keys are flat (`ppo.klTarget`) so that two configurations compare line by line.
 */
import { badInput } from '../faults.ts';
import {
    choice,
    learn,
    published,
    whole,
    type ChoiceField,
    type Field,
    type NumberField,
    type PresetName,
} from '../settings/field.ts';
import { advantage } from '../settings/advantage.ts';
import { guarding } from '../settings/guarding.ts';
import { keeping } from '../settings/keeping.ts';
import { learning } from '../settings/learning.ts';
import { pretraining } from '../settings/pretraining.ts';
import { rating } from '../settings/rating.ts';
import { trying } from '../settings/trying.ts';
import { writing } from '../settings/writing.ts';

export const fields = {
    seed: whole({
        default: 42,
        min: 0,
        max: 2 ** 31 - 1,
        unit: '',
        means: 'where all randomness of the run starts',
        jobs: ['pretrain', 'learn', 'tell', 'rescore'], // an evaluation has seeds of its own
    }),
    'seeds.sampling': choice({
        default: 'run',
        choices: ['run', 'zero'],
        presets: { paper: 'zero' },
        unit: '',
        means: 'seed of the stories: the run’s own, or 0 whatever the run’s seed is (quirk R6)',
        source: published,
        jobs: learn,
    }),
    ...pretraining,
    ...writing,
    ...rating,
    ...learning,
    ...advantage,
    ...guarding,
    ...trying,
    ...keeping,
} as const satisfies Record<string, Field>;

export type ConfigKey = keyof typeof fields;
type ValueOf<F> = F extends NumberField ? number : F extends ChoiceField<infer Choice> ? Choice : string;
export type RunConfig = { readonly [Key in ConfigKey]: ValueOf<(typeof fields)[Key]> };

export const configKeys = Object.keys(fields) as readonly ConfigKey[];
/** What may change when a run is resumed: how it runs, and the way out of numbers that are not finite. */
export const resumableKeys = [
    'runtime.kind',
    'runtime.threads',
    'runtime.microBatch',
    'teacher.device',
    'teacher.threads',
    'teacher.inFlight',
    'teacher.patience',
    'teacher.retries',
    'teacher.cache',
    'guard.battery',
    'guard.every',
    'holdout.every',
    'holdout.stop',
    'pretrain.lr',
    'ppo.lr',
] as const satisfies readonly ConfigKey[];
export const fieldOf = (key: ConfigKey): Field => fields[key];

export function presetValue(key: ConfigKey, preset: PresetName): number | string {
    const field = fieldOf(key);
    return field.presets?.[preset] ?? field.default;
}

/**
 * Reads one value as a person typed it; refuses it in one sentence.
 * @throws bad input where the setting cannot have this value; the sentence says which values it can
 */
export function parseValue(key: ConfigKey, typed: string | number): number | string {
    const field = fieldOf(key);
    if (field.kind === 'text') return String(typed);
    if (field.kind === 'choice') {
        if (field.choices.includes(String(typed))) return String(typed);
        throw badInput((name) => `${name(key)} cannot be "${typed}": choose one of ${field.choices.join(', ')}.`);
    }
    const value = typeof typed === 'number' ? typed : typed.trim() === '' ? Number.NaN : Number(typed);
    const range = `${field.whole ? 'a whole number' : 'a number'} from ${field.min} to ${field.max}${field.unit ? ` (${field.unit})` : ''}`;
    if (!Number.isFinite(value) || value < field.min || value > field.max || (field.whole && !Number.isInteger(value)))
        throw badInput((name) => `${name(key)} must be ${range}, not "${typed}".`);
    return value;
}

/** The preset's column with the given values over it; impossible combinations are refused in one sentence. */
export function composeConfig(
    preset: PresetName,
    given: Readonly<Partial<Record<ConfigKey, string | number>>>,
): RunConfig {
    const values = Object.fromEntries(
        configKeys.map((key) => [
            key,
            given[key] === undefined ? presetValue(key, preset) : parseValue(key, given[key]),
        ]),
    ) as unknown as RunConfig;
    refuseImpossible(values);
    return values;
}

function refuseImpossible(config: RunConfig): void {
    if (config['student.width'] % config['student.heads'] !== 0)
        throw badInput(
            (name) =>
                `A width of ${config['student.width']} cannot be split over ${config['student.heads']} heads: ${name('student.heads')} must divide ${name('student.width')}.`,
        );
    if (config['rollout.prompt'] === '')
        throw badInput((name) => `${name('rollout.prompt')} cannot be empty: a story has to continue something.`);
    if (config['ppo.batch'] % config['ppo.minibatch'] !== 0)
        throw badInput(
            (name) =>
                `A batch of ${config['ppo.batch']} stories cannot be cut into minibatches of ${config['ppo.minibatch']}: ${name('ppo.minibatch')} must divide ${name('ppo.batch')}.`,
        );
    if (config['ppo.perCriterion'] === 'on' && config['reward.calibration'] !== '')
        throw badInput(
            (name) =>
                `A calibration says what the sum of the criteria is worth, and ${name('ppo.perCriterion')} never forms that sum: leave ${name('reward.calibration')} empty, or do not normalise criteria.`,
        );
    if (config['ppo.perCriterion'] === 'on' && config['reward.lengthNeutral'] === 'on')
        throw badInput(
            (name) =>
                `${name('reward.lengthNeutral')} takes what length is paid out of the sum of the criteria, and ${name('ppo.perCriterion')} never forms that sum: switch one of them off.`,
        );
    refuseBesideEnsemble(config);
    if (config['budget.words'] === 0 && config['budget.updates'] === 0 && config['budget.minutes'] === 0)
        throw badInput(
            (name) =>
                `The run would never end: set ${name('budget.words')}, ${name('budget.updates')} or ${name('budget.minutes')}.`,
        );
}

/** What forms the mean of an ensemble's scores, or looks past their sum, excludes another way of combining them. */
function refuseBesideEnsemble(config: RunConfig): void {
    if (config['reward.ensemble'] === 'mean') return;
    const why = (['reward.calibration', 'ppo.perCriterion', 'teacher.bias'] as const).find(
        (key) => !['', 'off', 'none'].includes(config[key]),
    );
    if (why !== undefined)
        throw badInput(
            (name) =>
                `${name(why)} works on the mean of an ensemble’s scores, which ${name('reward.ensemble')} ${config['reward.ensemble']} does not form: leave one of them as it was.`,
        );
}

/** `ppo.lr` 0: the published 1e-6 of 97.7 M parameters, scaled inversely with the parameters, at most 1e-4. */
export function ppoLearningRate(config: RunConfig, parameters: number): number {
    return config['ppo.lr'] > 0 ? config['ppo.lr'] : Math.min(1e-4, (1e-6 * 97_737_216) / parameters);
}
