/** What is worrying about a run that learned, from its own record, its grammar, and what a second judge saw. */
import { grammarCheck } from '../../../../shared/findings/guard-words.ts';
import { holdOutCheck } from '../../../../shared/findings/hold-out-words.ts';
import { healthOf, type Check } from '../../../../shared/findings/health.ts';
import type { GuardReport } from '../../../../shared/views/guard.ts';
import type { HoldOutReport } from '../../../../shared/views/hold-out.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { readConfig } from '../../../store/run/run.ts';
import { updatesAfter } from '../../../store/run/updates.ts';
import { guardReport } from './guard.ts';
import { holdOutReport } from './hold-out.ts';

const all = 1_000_000;

export interface RunHealth {
    readonly worries: readonly Check[];
    /** Null where the run has no guard. */
    readonly grammar: GuardReport | null;
    /** Null where no second judge read beside the teacher. */
    readonly holdOut: HoldOutReport | null;
}

export function healthOfRun(database: string): RunHealth {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const grammar = guardReport(db);
        const ofGrammar = grammar && grammarCheck(grammar);
        const holdOut = holdOutReport(db);
        const ofHoldOut = holdOut && holdOutCheck(holdOut);
        const checks = healthOf(updatesAfter(db, 0, all), readConfig(db).values['ppo.klTarget']);
        return {
            worries: [...checks, ofGrammar, ofHoldOut].filter((check): check is Check => check?.isFine === false),
            grammar,
            holdOut,
        };
    } finally {
        db.close();
    }
}
