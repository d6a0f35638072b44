/** Which settings make one run another, since what it learns depends on them; and how many runs stand side by side. */
import type { RunKind } from './record.ts';
import { configKeys, fieldOf, resumableKeys, type ConfigKey } from './config.ts';

/** As many lines and columns as a person can tell apart. */
export const mostCompared = 12;

const learningRates: readonly ConfigKey[] = ['ppo.lr', 'pretrain.lr']; // may be changed on resuming, and matter

/** All but the seed, the control's switch, measuring, keeping and devices. */
export function tellingSettings(job: RunKind): readonly ConfigKey[] {
    return configKeys.filter(
        (key) =>
            fieldOf(key).jobs.includes(job) &&
            !/^(seed$|teacher\.shuffle$|evaluation\.|runtime\.|record\.)/u.test(key) &&
            (learningRates.includes(key) || !(resumableKeys as readonly ConfigKey[]).includes(key)),
    );
}
