/**
 * The published system's logs as a run: every story an episode, every batch an update, so that each query and chart
 * works on them. Nothing is made up: what the logs lack stays empty where the record allows it, and the notes say so.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Imported, ImportJob } from '../../../shared/contracts/exchange.ts';
import { badInput } from '../../../shared/faults.ts';
import { storytellerCriteria } from '../../../shared/ratings/rubric.ts';
import { composeConfig } from '../../../shared/run/config.ts';
import { configVersion } from '../../../shared/run/stored-config.ts';
import { beginAttempt, endAttempt, environmentOf } from '../../store/run/attempts.ts';
import { acquireLease, releaseLease } from '../../store/connection/lease.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import { registerRater } from '../../store/run/ratings/ratings.ts';
import { readSummary } from '../../store/run/run.ts';
import { oneLine } from '../../../shared/text/one-line.ts';
import { prepareRunFolder, settleRunFolder } from '../../store/home/run-folder.ts';
import { recordUpdate } from '../../store/run/updates.ts';
import { readBatches, readStories, type LoggedStory } from './authors-logs.ts';
import { CsvRowCount } from '../tables/csv.ts';
import { loggedUpdate, noWords, publishedTeacher } from './logged-update.ts';
import type { ExchangeSupervisor } from '../supervisor.ts';
import { makeFolder } from '../../store/connection/places.ts';
import { fileDigest } from '../tables/table-files.ts';

const digestKey = 'logsSha256'; // in the record, of both files

/**
 * Imports the logs in `folder` as a run called `name`.
 * @throws bad input where a file is missing or damaged, or stories and batches do not match
 */
export async function importLogs(
    job: ImportJob,
    folder: string,
    name: string,
    supervisor: ExchangeSupervisor,
): Promise<Imported> {
    const [stories, batches] = ['generated.csv', 'batch_stats.csv'].map((file) => join(folder, file)) as [
        string,
        string,
    ];
    for (const file of [stories, batches])
        if (!existsSync(file))
            throw badInput(
                `There is no ${file}; nothing was imported. Both generated.csv and batch_stats.csv are needed.`,
            );
    supervisor.progress(0, 'reading the batches');
    const logged = await readBatches(batches);
    const rows = new CsvRowCount();
    const digest = `${await fileDigest(stories, supervisor, rows)} ${await fileDigest(batches, supervisor)}`;
    const count = rows.rows();
    if (count === null)
        throw badInput(`${stories} is damaged (a quote never closes); nothing was imported. Ask for another copy.`);
    const batch = count / logged.length;
    if (!Number.isInteger(batch) || batch < 2)
        throw badInput(
            `${stories} has ${count} stories for the ${logged.length} rows of batch_stats.csv, which is not the same number, of two or more, to each; nothing was imported. Import both files of one run.`,
        );
    if (job.name === null) refuseTwice(job, digest);
    const createdAt = startedAt(name) ?? job.at;
    const runName = oneLine(job.name ?? name);
    const { config, prompts } = await firstStory(stories, name, batch);
    makeFolder(job.staging);
    const { database } = prepareRunFolder(job.staging, { name: runName, kind: 'learn', config }, createdAt);
    const db = openRunDatabase(database, { readonly: false });
    try {
        const clock = (): number => job.at;
        const lease = acquireLease(db, clock);
        registerRater(lease, publishedTeacher, { id: 'published', text: '', criteria: [...storytellerCriteria] });
        beginAttempt(lease, { imported: 'generated.csv and batch_stats.csv', [digestKey]: digest });
        let words = noWords;
        let number = 0;
        for await (const told of inBatches(readStories(stories), batch)) {
            const row = logged[number]!;
            number++;
            supervisor.progress(number / logged.length, 'recording updates');
            const update = loggedUpdate({ number, at: createdAt + number, row, told, before: words });
            words = update.after;
            recordUpdate(lease, update.update, update.episodes, update.ratings);
            await supervisor.turn();
        }
        endAttempt(lease, {
            reason: 'finished',
            at: job.at,
            message: 'imported from the logs of the published system',
        });
        releaseLease(lease);
    } finally {
        db.close();
    }
    const { folder: settled } = settleRunFolder(job.staging, runName, createdAt);
    return {
        kind: 'run',
        folder: settled,
        name: runName,
        notes: [
            `${count.toLocaleString('en-US')} stories in ${logged.length} updates of ${batch}, prompt ${JSON.stringify(prompts)}`,
            'the logs hold no tokens, policy losses, clip fractions or times: these read 0 or are empty; the drift of a story is the mean of its update',
        ],
    };
}

/** The same two files make the same run. */
function refuseTwice({ knownRuns, at }: ImportJob, digest: string): void {
    for (const { database } of knownRuns) {
        const db = openRunDatabase(database, { readonly: true });
        try {
            if (environmentOf(db, 1)[digestKey] === digest)
                throw badInput(
                    `These logs are here already, as the run "${readSummary(db, at).name}" (${basename(dirname(database))}); nothing was imported. To have them twice, give the copy another name.`,
                );
        } finally {
            db.close();
        }
    }
}

/** The settings that the logs reveal; all others are the published ones. */
async function firstStory(
    stories: string,
    name: string,
    batch: number,
): Promise<{ readonly config: Parameters<typeof prepareRunFolder>[1]['config']; readonly prompts: string }> {
    const { value: first } = await readStories(stories).next();
    const prompt = (first as LoggedStory).query;
    if (prompt.trim() === '')
        throw badInput(`${stories}, row 1: "query" is empty, and a run has a prompt; nothing was imported.`);
    const seed = /seed(\d{1,9})/.exec(name)?.[1];
    const values = composeConfig('paper', {
        'ppo.batch': batch,
        'ppo.minibatch': batch,
        'rollout.prompt': prompt,
        ...(seed === undefined ? {} : { seed }),
    });
    return { config: { version: configVersion, preset: 'paper', values }, prompts: prompt };
}

/** Their folders end in the local time of their start; read as UTC. */
function startedAt(name: string): number | null {
    const [, date, hours, minutes, seconds] = /__(\d{4}-\d\d-\d\d)__(\d\d)-(\d\d)-(\d\d)/.exec(name) ?? [];
    const at = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
    return Number.isNaN(at) ? null : at;
}

async function* inBatches(stories: AsyncIterable<LoggedStory>, size: number): AsyncGenerator<readonly LoggedStory[]> {
    let batch: LoggedStory[] = [];
    for await (const story of stories) {
        batch.push(story);
        if (batch.length < size) continue;
        yield batch;
        batch = [];
    }
}
