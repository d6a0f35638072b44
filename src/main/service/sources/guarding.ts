/** The folder of pairs that guards a run, as it will still be found from another folder. */
import { ownPairs } from '../../../shared/benchmarks/benchmarks.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { givenPath } from '../../store/home/given-path.ts';

export function placedGuard<Settings extends Partial<RunConfig>>(config: Settings): Settings {
    const asked = config['guard.battery'];
    if (asked === undefined || asked === 'off' || asked === ownPairs) return config;
    return { ...config, 'guard.battery': givenPath(asked) };
}
