/** Exports of a run of the published size, and what they cost a run that goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExchange } from '../../src/main/service/sessions/exchange-session.ts';
import { nodeProcessHost } from '../../src/main/processes/process-host.ts';
import type { ExportJob } from '../../src/shared/contracts/exchange.ts';
import { start } from '../store/records.ts';
import { batch, largeRun, updates } from './large-run.ts';
import { openLiveUpdates } from './live-updates.ts';
import { inTurns, median, medianRatio, secondsOf, type Bench } from './measuring.ts';
import { atMost, type Row } from './row.ts';

const formats = { csv: 15, jsonl: 15, parquet: 30 } as const; // seconds allowed
const mostMegabytes = 500;
const liveRounds = 3;

export const exports: Bench = {
    name: 'exports',
    isLong: true, // writing the run takes longer than exporting it
    async measure({ threads }) {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const { database, db, record } = largeRun(home);
        try {
            const rows: Row[] = [];
            for (const [format, seconds] of Object.entries(formats) as [keyof typeof formats, number][])
                rows.push(...(await exportRows(database, format, seconds, home)));
            rows.push(await liveRow(database, record, home, threads));
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

/** How much longer an update with its recording takes while the run is exported: alone and beside it, in turn. */
async function liveRow(database: string, record: () => void, home: string, threads: number): Promise<Row> {
    const live = await openLiveUpdates(threads);
    const update = async (): Promise<void> => {
        await live.next();
        record();
    };
    try {
        const { alone, beside } = await inTurns(
            { alone: update, beside: () => whileExporting(update, database, home) },
            liveRounds,
        );
        const [longer, usual] = [median(beside), median(alone)].map((seconds) => seconds.toFixed(1));
        const note = `an update of the preset quick beside an export: ${longer} s, alone ${usual} s, ${liveRounds} rounds`;
        return { name: 'exports.beside', value: medianRatio(beside, alone), unit: '×', target: atMost(1.1), note };
    } finally {
        await live.release();
    }
}

/** Does the work while one export after another is made. */
async function whileExporting(work: () => Promise<void>, database: string, home: string): Promise<void> {
    let isOver = false;
    let handle = startExchange(nodeProcessHost, jobOf(database, 'parquet', home));
    const exporting = (async () => {
        for (;;) {
            const { type } = await handle.ended;
            rmSync(join(home, 'out'), { recursive: true, force: true });
            if (isOver) return;
            if (type !== 'exported') throw new Error(`the export ended as ${type}`);
            handle = startExchange(nodeProcessHost, jobOf(database, 'parquet', home));
        }
    })();
    await new Promise<void>((resolve) => handle.onProgress(() => resolve()));
    await work();
    isOver = true;
    handle.cancel();
    await exporting;
}

function jobOf(database: string, format: keyof typeof formats, home: string): ExportJob {
    const to = join(home, 'out');
    const parts = [{ what: 'episodes', as: format }] as const;
    return {
        kind: 'export',
        database,
        checkpoint: null,
        parts,
        texts: {},
        tables: {},
        ggufType: 'F16',
        set: null,
        stories: null,
        storyloop: 'bench',
        at: start,
        staging: `${to}.partial`,
        to,
    };
}

async function exportEpisodes(database: string, format: keyof typeof formats, home: string): Promise<number> {
    const job = jobOf(database, format, home);
    const end = await startExchange(nodeProcessHost, job).ended;
    rmSync(job.to, { recursive: true, force: true });
    if (end.type !== 'exported') throw new Error(`the export ended as ${JSON.stringify(end)}`);
    return end.peakRssBytes;
}
