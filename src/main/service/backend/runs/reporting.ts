/** Answers a page that asks for a run as one file, or for how its stories are written. */
import type { StyleReport } from '../../../../shared/views/style.ts';
import { reportOfRunAside } from '../../exchange/report/report-thread.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import { evaluations } from '../../../store/run/evaluations.ts';
import { lastUpdate } from '../../../store/run/updates.ts';
import { styleOfRunAside } from '../../reports/run/style-thread.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';

export function reportingHandlers(
    home: string,
    runs: OpenRuns,
    clock: Clock,
): Pick<Handlers, 'run.report' | 'run.style'> {
    const styles = new Map<string, Promise<StyleReport | null>>(); // kept, because tagging takes seconds
    return {
        'run.report': async ({ run }) => {
            const { name, html } = await reportOfRunAside({ home, folder: runs.folderOf(run), now: clock() });
            return { name, base64: Buffer.from(html).toString('base64') };
        },
        'run.style': ({ run }) => {
            const { key, database } = runs.read(run, (db, folder) => ({
                key: JSON.stringify([run, lastUpdate(db)?.id, evaluations(db).map(({ id }) => id)]),
                database: folder.database,
            }));
            const known = styles.get(key) ?? styleOfRunAside(database);
            styles.set(key, known);
            known.catch(() => styles.delete(key)); // the caller gets the error; the next one tries again
            return known;
        },
    };
}
