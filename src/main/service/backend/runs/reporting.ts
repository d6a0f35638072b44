/** Answers a page that asks for a run as one file. */
import { reportOfRun } from '../../exchange/report/report.ts';
import type { Clock } from '../../../store/connection/lease.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';

export function reportingHandlers(home: string, runs: OpenRuns, clock: Clock): Pick<Handlers, 'run.report'> {
    return {
        'run.report': async ({ run }) => {
            const { name, html } = await reportOfRun(home, runs.folderOf(run), clock());
            return { name, base64: Buffer.from(html).toString('base64') };
        },
    };
}
