/** What is worrying about a run that learned, from its own record, and what became of its grammar. */
import { grammarCheck } from '../../../../shared/findings/guard-words.ts';
import { healthOf, type Check } from '../../../../shared/findings/health.ts';
import type { GuardReport } from '../../../../shared/views/guard.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { readConfig } from '../../../store/run/run.ts';
import { updatesAfter } from '../../../store/run/updates.ts';
import { guardReport } from './guard.ts';

const all = 1_000_000;

export interface RunHealth {
    readonly worries: readonly Check[];
    /** Null where the run has no guard. */
    readonly grammar: GuardReport | null;
}

export function healthOfRun(database: string): RunHealth {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const grammar = guardReport(db);
        const ofGrammar = grammar && grammarCheck(grammar);
        const checks = healthOf(updatesAfter(db, 0, all), readConfig(db).values['ppo.klTarget']);
        return {
            worries: [...checks, ...(ofGrammar === null ? [] : [ofGrammar])].filter(({ isFine }) => !isFine),
            grammar,
        };
    } finally {
        db.close();
    }
}
