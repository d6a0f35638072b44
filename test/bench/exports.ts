/** Exports of a run of the published size, and what they cost a run that goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../../src/main/learning/random.ts';
import { startExchange } from '../../src/main/service/exchange-session.ts';
import { nodeProcessHost } from '../../src/main/service/process-host.ts';
import { beginAttempt } from '../../src/main/store/attempts.ts';
import { acquireLease, type Lease } from '../../src/main/store/lease.ts';
import { openRunDatabase } from '../../src/main/store/open.ts';
import { registerRater } from '../../src/main/store/ratings.ts';
import { createRunFolder } from '../../src/main/store/run-folder.ts';
import { recordUpdate } from '../../src/main/store/updates.ts';
import { countWords } from '../../src/main/text/words.ts';
import type { ExportJob } from '../../src/shared/exchange.ts';
import type { EpisodeRecord } from '../../src/shared/record.ts';
import { anUpdate, config, prompt, ratingsOf, rubric, start, teacher } from '../store/records.ts';
import { median, secondsOf, type Bench } from './measuring.ts';
import { atMost, type Row } from './row.ts';
import { storyworldTexts } from './storyworld-texts.ts';

const batch = 360;
const updates = 920;
const formats = { csv: 15, jsonl: 15, parquet: 30 } as const; // seconds allowed
const mostMegabytes = 500;
const liveUpdates = 12;

export const exports: Bench = {
    name: 'exports',
    isLong: true, // writing the run takes longer than exporting it
    async measure() {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const { database } = createRunFolder(home, { name: 'bench', kind: 'learn', config }, () => start);
        const db = openRunDatabase(database, { readonly: false });
        try {
            const lease = acquireLease(db, () => Date.now());
            registerRater(lease, teacher, rubric);
            beginAttempt(lease);
            const record = recorder(lease);
            for (let number = 1; number <= updates; number++) record();
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
        ...{ kind: 'export', database, checkpoint: null, parts, texts: {}, ggufType: 'F16' },
        ...{ storyloop: 'bench', at: start, staging: `${to}.partial`, to },
    };
    const end = await startExchange(nodeProcessHost, job).ended;
    rmSync(to, { recursive: true, force: true });
    if (end.type !== 'exported') throw new Error(`the export ended as ${JSON.stringify(end)}`);
    return end.peakRssBytes;
}

function recorder(lease: Lease): () => void {
    const random = new RandomStream('episodes');
    const stories = storyworldTexts(10 * batch);
    let number = 0;
    return () => {
        const first = number * batch;
        number++;
        const episodes = Array.from({ length: batch }, (_, i): EpisodeRecord => {
            const story = stories[(first + i) % stories.length]!;
            return {
                ...{ number: first + i + 1, prompt, story, words: countWords(story), finished: true },
                ...{ tokens: new Uint16Array(90), reward: random.uniform(), kl: random.normal() },
                stages: { fraction: random.uniform(), lengthBonus: random.uniform(), reward: random.uniform() },
            };
        });
        recordUpdate(lease, anUpdate(number, `weights ${number}`, batch), episodes, ratingsOf(episodes));
    };
}
