/** Checks the health of a run that learned (`shared/health.ts`), from its own record. */
import { healthOf, type Check } from '../../../shared/health.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { readConfig } from '../../store/run/run.ts';
import { updatesAfter } from '../../store/run/updates.ts';

const all = 1_000_000;

export function worriesOf(database: string): readonly Check[] {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const checks = healthOf(updatesAfter(db, 0, all), readConfig(db).values['ppo.klTarget']);
        return checks.filter(({ isFine }) => !isFine);
    } finally {
        db.close();
    }
}
