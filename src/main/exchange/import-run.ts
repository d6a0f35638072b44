/**
 * Imports a run folder, or a run's database alone, from another machine. Nothing in it is trusted: the whole database
 * is checked, checkpoints are compared with the digests it names, links are not followed, and only known files are
 * copied.
 */
import { copyFileSync, existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Imported, ImportJob } from '../../shared/contracts/exchange.ts';
import { badInput } from '../../shared/faults.ts';
import { counted } from '../../shared/text/numbers.ts';
import { adoptDatabase, type Adopted } from '../store/adopting/adopting.ts';
import { runFolderAt, settleRunFolder } from '../store/home/run-folder.ts';
import { readCheckpoint } from '../student/checkpoints/checkpoint.ts';
import { checkpointFiles } from './students/hugging-face-folder.ts';
import { makeFolder } from '../store/connection/places.ts';
import type { ExchangeSupervisor } from './supervisor.ts';

const storyworld = 'storyworld';

export async function importRun(job: ImportJob, database: string, supervisor: ExchangeSupervisor): Promise<Imported> {
    const from = dirname(database);
    const draft = runFolderAt(job.staging);
    makeFolder(draft.checkpoints);
    supervisor.progress(0, 'checking the record');
    copyPlainFile(database, draft.database);
    if (existsSync(`${database}-wal`)) copyPlainFile(`${database}-wal`, `${draft.database}-wal`); // its last writes
    const run = adoptDatabase(draft.database, database, job);
    const notes = [`the record was checked from end to end`];
    if (run.isRenumbered) notes.push('it was given a new id, because that run is already here');
    if (run.isNewer) notes.push('a newer Storyloop wrote it, so it can be read here but not continued');
    const brought: string[] = [];
    for (const [i, { path, digest }] of run.checkpoints.entries()) {
        supervisor.progress(0.1 + (0.9 * i) / run.checkpoints.length, 'checking checkpoints');
        await supervisor.turn();
        if (!existsSync(join(from, path))) continue; // the export held only the database, or the checkpoint was deleted
        copyCheckpoint(join(from, path), join(job.staging, path), digest);
        brought.push(path);
    }
    if (brought.length > 0)
        notes.push(`${counted(brought.length, 'checkpoint')}, with the weights that the record names`);
    for (const name of ['resume.safetensors', 'log.jsonl'])
        if (existsSync(join(from, name))) copyPlainFile(join(from, name), join(job.staging, name));
    if (!existsSync(draft.log)) writeFileSync(draft.log, '');
    const source = run.isNewer ? null : writeSource(job.staging, from, run, brought);
    if (!source && !run.isNewer) notes.push('it cannot be continued here: what it works on did not come with it');
    await supervisor.turn();
    const { folder } = settleRunFolder(job.staging, run.name, run.createdAt);
    if (source === 'start') writeStartSource(folder, run);
    return { kind: 'run', folder, name: run.name, notes };
}

/** Plain files only: a link could lead anywhere, and reading a device may never end. */
function copyPlainFile(from: string, to: string): void {
    if (!lstatSync(from).isFile())
        throw badInput(`${from} is not a plain file; nothing was imported. Ask for a copy without links.`);
    copyFileSync(from, to);
}

function copyCheckpoint(from: string, to: string, digest: string): void {
    if (!lstatSync(from).isDirectory())
        throw badInput(`${from} is not a folder; nothing was imported. Ask for a copy without links.`);
    makeFolder(to);
    for (const name of checkpointFiles)
        if (lstatSync(join(from, name), { throwIfNoEntry: false })) copyPlainFile(join(from, name), join(to, name));
    if (readCheckpoint(to).digest !== digest)
        throw badInput(
            `The weights in ${from} are not those that its record names; nothing was imported. Ask for another copy.`,
        );
}

/**
 * What the run works on, where that is known here: its own start, or the built-in corpus. A path on another machine
 * means nothing on this one. @returns null where it cannot go on
 */
function writeSource(
    staging: string,
    from: string,
    { kind }: Adopted,
    brought: readonly string[],
): 'start' | 'storyworld' | null {
    if (kind === 'learn') return brought.includes('checkpoints/start') ? 'start' : null;
    const file = join(from, 'source.json');
    if (kind !== 'pretrain' || !lstatSync(file, { throwIfNoEntry: false })?.isFile()) return null;
    if (!readFileSync(file, 'utf8').includes(`"source":"${storyworld}"`)) return null;
    writeFileSync(join(staging, 'source.json'), JSON.stringify({ version: 1, kind, source: storyworld }));
    return storyworld;
}

/**
 * Written once the folder has its final name, because the source is a path. Without it the run is complete but cannot
 * be resumed.
 */
function writeStartSource(folder: string, { kind }: Adopted): void {
    const source = join(folder, 'checkpoints', 'start');
    writeFileSync(join(folder, 'source.json'), JSON.stringify({ version: 1, kind, source }));
}
