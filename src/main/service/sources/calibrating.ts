/** Reads the calibration file that a person names into the configuration, so that the run holds it itself. */
import { existsSync, readFileSync } from 'node:fs';
import { parseCalibration } from '../../../shared/ratings/calibration.ts';
import { badInput } from '../../../shared/faults.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { givenPath } from '../../store/home/given-path.ts';

/**
 * The configuration with the calibration itself where it named a file, so that the run needs no file later.
 * @throws bad input where there is no such file, or it is not a calibration
 */
export function keepCalibration(config: RunConfig): RunConfig {
    const named = config['reward.calibration'];
    if (named === '' || named.startsWith('{')) return config;
    const file = givenPath(named);
    if (!existsSync(file))
        throw badInput(
            (name) => `There is no calibration at "${file}"; nothing was started. Check ${name('reward.calibration')}.`,
        );
    return { ...config, 'reward.calibration': JSON.stringify(parseCalibration(readFileSync(file, 'utf8'), file)) };
}
