/**
 * A writer to be killed: works on the run given as argument for ever, resuming where the record ends, and says each
 * number once `recordUpdate` has returned.
 */
import { beginAttempt } from '../../src/main/store/run/attempts.ts';
import { acquireLease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { lastUpdate, recordUpdate } from '../../src/main/store/run/updates.ts';
import { anUpdate, episodesOf, ratingsOf, rubric, teacher } from './records.ts';

const db = openRunDatabase(process.argv[2]!, { readonly: false });
const lease = acquireLease(db, () => Date.now());
registerRater(lease, teacher, rubric);
beginAttempt(lease);
const last = lastUpdate(db)?.number ?? 0;
for (let number = Math.max(1, last - 2); ; number++) {
    const written = episodesOf(number, 40);
    recordUpdate(lease, anUpdate(number, `weights ${number}`, 40), written, ratingsOf(written));
    process.stdout.write(`${number}\n`);
    await new Promise(setImmediate);
}
