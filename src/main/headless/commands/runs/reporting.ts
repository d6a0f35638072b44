/** `report`: a run as one file, for somebody who has no Storyloop. */
import type { Command } from 'commander';
import { writeReport } from '../../../service/exchange/report/report.ts';
import { printJson } from '../../following.ts';

export function addReportCommand(program: Command): void {
    program
        .command('report')
        .summary('a run as one HTML file: findings, figures, methods, stories, and a form to rate some blind')
        .description(
            'Writes one HTML file that needs no network and no Storyloop: what can be claimed, figures, what learning did to style, a methods paragraph, settings, tables with their SQL, 50 pairs of stories, and a form to rate others blind. `sets import` takes what the form saves.',
        )
        .argument('<run>', 'the run’s name, id or folder')
        .option('--out <file>', 'a file that does not exist yet; default: <run>-report.html where you stand')
        .option('--json', 'one JSON object for machines')
        .action(async (run: string, { out, json }: { out?: string; json?: boolean }) => {
            const { file, bytes } = await writeReport(run, out ?? null);
            if (json) printJson({ type: 'report', file, bytes });
            else console.log(`${file} (${Math.ceil(bytes / 1000)} kB)`);
        });
}
