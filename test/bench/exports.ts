/** Exports of a run of the published size, and what they cost a run that goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExchange } from '../../src/main/service/exchange-session.ts';
import { nodeProcessHost } from '../../src/main/service/process-host.ts';
import type { ExportJob } from '../../src/shared/exchange.ts';
import { start } from '../store/records.ts';
import { batch, largeRun, updates } from './large-run.ts';
import { median, secondsOf, type Bench } from './measuring.ts';
import { atMost, type Row } from './row.ts';

const formats = { csv: 15, jsonl: 15, parquet: 30 } as const; // seconds allowed
const mostMegabytes = 500;
const liveUpdates = 12;

export const exports: Bench = {
    name: 'exports',
    isLong: true, // writing the run takes longer than exporting it
    async measure() {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const { database, db, record } = largeRun(home);
        try {
            const rows: Row[] = [];
            for (const [format, seconds] of Object.entries(formats) as [keyof typeof formats, number][])
                rows.push(...(await exportRows(database, format, seconds, home)));
            rows.push(await liveRow(database, record, home));
            return rows;
        } finally {
            db.close();
            rmSync(home, { recursive: true, force: true });
        }
    },
};

async function exportRows(
    database: string,
    format: keyof typeof formats,
    seconds: number,
    home: string,
): Promise<readonly Row[]> {
    let peakRssBytes = 0;
    const took = await secondsOf(async () => (peakRssBytes = await exportEpisodes(database, format, home)));
    const note = `${(batch * updates).toLocaleString('en-US')} episodes, read back`;
    return [
        { name: `exports.${format}`, value: took, unit: 's', target: atMost(seconds), note },
        { name: `exports.${format}.memory`, value: peakRssBytes / 1e6, unit: 'MB', target: atMost(mostMegabytes) },
    ];
}

/** How much longer recording takes while an export is under way. */
async function liveRow(database: string, record: () => void, home: string): Promise<Row> {
    const measure = async (): Promise<number> => {
        const seconds: number[] = [];
        for (let i = 0; i < liveUpdates; i++) {
            seconds.push(await secondsOf(record));
            await new Promise((resolve) => setTimeout(resolve, 200)); // an update takes its time
        }
        return median(seconds);
    };
    const alone = await measure();
    const exporting = exportEpisodes(database, 'parquet', home);
    const beside = await measure();
    await exporting;
    const note = `recording ${batch} episodes beside an export: ${(1000 * beside).toFixed(0)} ms, alone ${(1000 * alone).toFixed(0)} ms`;
    return { name: 'exports.beside', value: beside / alone, unit: '×', target: atMost(1.1), note };
}

async function exportEpisodes(database: string, format: keyof typeof formats, home: string): Promise<number> {
    const to = join(home, 'out');
    const parts = [{ what: 'episodes', as: format }] as const;
    const job: ExportJob = {
        ...{
            kind: 'export',
            database,
            checkpoint: null,
            parts,
            texts: {},
            tables: {},
            ggufType: 'F16',
            set: null,
            stories: null,
        },
        ...{ storyloop: 'bench', at: start, staging: `${to}.partial`, to },
    };
    const end = await startExchange(nodeProcessHost, job).ended;
    rmSync(to, { recursive: true, force: true });
    if (end.type !== 'exported') throw new Error(`the export ended as ${JSON.stringify(end)}`);
    return end.peakRssBytes;
}
