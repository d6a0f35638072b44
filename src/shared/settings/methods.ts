/**
 * The methods of the field by their names. Each is nothing but values of the switches in `advantage.ts`: the names are
 * set by a person and told from a configuration, and never stored beside it. What a name leaves alone (batch, epochs,
 * learning rate, KL coefficient, clip range) is the preset's. Formulas and sources: docs/method.md.
 */
import type { ConfigKey } from '../run/config.ts';

export const methodKeys = [
    'ppo.advantage',
    'ppo.normalise',
    'ppo.perCriterion',
    'ppo.klPlace',
    'ppo.ratio',
    'ppo.lossMean',
] as const satisfies readonly ConfigKey[];
type MethodKey = (typeof methodKeys)[number];
export type MethodSwitches = Readonly<Record<MethodKey, string>>;

const switches = (
    advantage: string,
    normalise: string,
    klPlace: string,
    ratio: string,
    lossMean: string,
    perCriterion = 'off',
): MethodSwitches => ({
    'ppo.advantage': advantage,
    'ppo.normalise': normalise,
    'ppo.perCriterion': perCriterion,
    'ppo.klPlace': klPlace,
    'ppo.ratio': ratio,
    'ppo.lossMean': lossMean,
});

export type MethodId =
    'ppo' | 'rloo' | 'grpo' | 'dr-grpo' | 'reinforce++' | 'remax' | 'opo' | 'gdpo' | 'raft' | 'online-dpo';

export interface LearningMethod {
    readonly id: MethodId;
    /** As papers call it. */
    readonly name: string;
    /** What a story is compared with, in plain words. */
    readonly means: string;
    readonly switches: MethodSwitches;
}

export const methods: readonly LearningMethod[] = [
    {
        id: 'ppo',
        name: 'PPO',
        means: 'each word is compared with what a value head, trained along, expected of the story at that point',
        switches: switches('gae', 'whiten', 'tokens', 'token', 'tokens'),
    },
    {
        id: 'rloo',
        name: 'RLOO',
        means: 'each story is compared with the mean of the others; a story is moved as a whole',
        switches: switches('leave-one-out', 'off', 'story', 'story', 'stories'),
    },
    {
        id: 'grpo',
        name: 'GRPO',
        means: 'each story is compared with the batch’s mean, in standard deviations; drift is charged in the loss',
        switches: switches('mean', 'deviation', 'loss-k3', 'token', 'stories'),
    },
    {
        id: 'dr-grpo',
        name: 'Dr. GRPO',
        means: 'GRPO without the division by the deviation and by each story’s length',
        switches: switches('mean', 'off', 'loss-k3', 'token', 'constant'),
    },
    {
        id: 'reinforce++',
        name: 'REINFORCE++',
        means: 'each word is paid what its story earns from there on, whitened over the batch; no value head',
        switches: switches('mean', 'whiten', 'tokens', 'token', 'tokens'),
    },
    {
        id: 'remax',
        name: 'ReMax',
        means: 'each story is compared with the one that the student writes when it always takes its likeliest word',
        switches: switches('greedy', 'off', 'tokens', 'token', 'tokens'),
    },
    {
        id: 'opo',
        name: 'OPO',
        means: 'each story is compared with the batch’s mean, in which long stories weigh more',
        switches: switches('length-weighted', 'off', 'tokens', 'token', 'tokens'),
    },
    {
        id: 'gdpo',
        name: 'GDPO',
        means: 'each criterion is compared with its own mean and deviation, so that none outweighs the others by its spread',
        switches: switches('mean', 'whiten', 'loss-k3', 'token', 'stories', 'on'),
    },
    {
        id: 'raft',
        name: 'RAFT',
        means: 'of every few stories the best is kept, and read as in pretraining',
        switches: switches('best-of-k', 'off', 'story', 'none', 'tokens'),
    },
    {
        id: 'online-dpo',
        name: 'Online DPO',
        means: 'of every few stories the best is preferred to the worst; drift is priced by the loss itself',
        switches: switches('best-and-worst', 'off', 'tokens', 'none', 'tokens'),
    },
];

/** Switches and settings that say nothing where stories are preferred in pairs: there the loss has its own weights. */
export const withoutPairs: readonly string[] = [
    'ppo.normalise',
    'ppo.klPlace',
    'ppo.ratio',
    'ppo.lossMean',
    'ppo.gamma',
    'ppo.clipRange',
    'ppo.klInit',
    'ppo.klHorizon',
];

type SettingValues = Readonly<Record<string, number | string | undefined>>;

/** The method whose switches these are; null where they are a mixture that has no name. */
export function methodOf(values: SettingValues): LearningMethod | null {
    const acting = learnsFromPairs(values) ? methodKeys.filter((key) => !withoutPairs.includes(key)) : methodKeys;
    return methods.find(({ switches: own }) => acting.every((key) => own[key] === values[key])) ?? null;
}

/** “RLOO”, or the mixture spelt out: “leave-one-out advantage, whitened, …”. */
export function methodWords(values: SettingValues): string {
    const found = methodOf(values);
    if (found) return found.name;
    return [
        `${String(values['ppo.advantage'])} advantage`,
        ...(values['ppo.perCriterion'] === 'on' ? ['each criterion normalised'] : []),
        { whiten: 'whitened', deviation: 'divided by the deviation', off: 'not normalised' }[
            String(values['ppo.normalise'])
        ],
        {
            tokens: 'KL paid by the token',
            story: 'KL paid by the story',
            'loss-k2': 'KL (k2) in the loss',
            'loss-k3': 'KL (k3) in the loss',
        }[String(values['ppo.klPlace'])],
        values['ppo.ratio'] === 'none' ? 'no ratio' : `${String(values['ppo.ratio'])} ratio`,
        {
            tokens: 'mean over tokens',
            stories: 'mean over stories',
            constant: 'over a constant length',
        }[String(values['ppo.lossMean'])],
    ].join(', ');
}

interface ChangedSetting {
    readonly key: string;
    readonly value: number | string;
}

/** Under this key the name of a method stands in for the settings that it sets. No setting is called so. */
export const methodKey = 'method';

/**
 * Settings as a person reads them: where some of a method's are among them and together have a name, it stands in their
 * place.
 * @param values all of the run's
 */
export function withMethodNamed(told: readonly ChangedSetting[], values: SettingValues): readonly ChangedSetting[] {
    const found = methodOf(values);
    const isOfMethod = ({ key }: ChangedSetting): boolean => methodKeys.some((each) => each === key);
    if (found === null || !told.some(isOfMethod)) return told;
    return [{ key: methodKey, value: found.name }, ...told.filter((each) => !isOfMethod(each))];
}

/** Does the run prefer one story to another, and learn from such pairs alone? */
export function learnsFromPairs(values: SettingValues): boolean {
    return values['ppo.advantage'] === 'best-and-worst';
}

/** Does a value head take part in the advantage, and learn? */
export function hasValueHead(values: SettingValues): boolean {
    return values['ppo.advantage'] === 'gae';
}
