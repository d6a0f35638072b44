/** Exports of a run of the published size, and what they cost a run that goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExchange } from '../../src/main/service/exchange-session.ts';
import { nodeProcessHost } from '../../src/main/service/process-host.ts';
import type { ExportJob } from '../../src/shared/exchange.ts';
import { start } from '../store/records.ts';
import { batch, largeRun, updates } from './large-run.ts';
import { median, medianRatio, secondsOf, type Bench } from './measuring.ts';
import { atMost, type Row } from './row.ts';

const formats = { csv: 15, jsonl: 15, parquet: 30 } as const; // seconds allowed
const mostMegabytes = 500;
const liveUpdates = 5; // while an export lasts, also on a quick machine
const liveRounds = 5;

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

/** How much longer recording takes while an export is under way: round by round alone and beside one, in one run. */
async function liveRow(database: string, record: () => void, home: string): Promise<Row> {
    const measure = async (): Promise<number> => {
        const seconds: number[] = [];
        for (let i = 0; i < liveUpdates; i++) {
            seconds.push(await secondsOf(record));
            await new Promise((resolve) => setTimeout(resolve, 200)); // an update takes its time
        }
        return median(seconds);
    };
    const [alone, beside]: [number[], number[]] = [[], []];
    for (let round = 0; round < liveRounds; round++) {
        alone.push(await measure());
        const handle = startExchange(nodeProcessHost, jobOf(database, 'parquet', home));
        await new Promise<void>((resolve) => handle.onProgress(() => resolve()));
        beside.push(await measure());
        handle.cancel();
        const { type } = await handle.ended;
        if (type !== 'cancelled') throw new Error('the export was over before it was measured beside');
    }
    const note = `recording ${batch} episodes beside an export: ${(1000 * median(beside)).toFixed(0)} ms, alone ${(1000 * median(alone)).toFixed(0)} ms, ${liveRounds} rounds of ${liveUpdates}`;
    return { name: 'exports.beside', value: medianRatio(beside, alone), unit: '×', target: atMost(1.1), note };
}

function jobOf(database: string, format: keyof typeof formats, home: string): ExportJob {
    const to = join(home, 'out');
    const parts = [{ what: 'episodes', as: format }] as const;
    return {
        ...{ kind: 'export', database, checkpoint: null, parts, texts: {}, tables: {}, ggufType: 'F16', set: null },
        ...{ stories: null, storyloop: 'bench', at: start, staging: `${to}.partial`, to },
    };
}

async function exportEpisodes(database: string, format: keyof typeof formats, home: string): Promise<number> {
    const job = jobOf(database, format, home);
    const end = await startExchange(nodeProcessHost, job).ended;
    rmSync(job.to, { recursive: true, force: true });
    if (end.type !== 'exported') throw new Error(`the export ended as ${JSON.stringify(end)}`);
    return end.peakRssBytes;
}
