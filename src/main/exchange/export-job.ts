/**
 * Runs one export. Every part is written to a hidden folder, read back, and listed in a manifest with its digest; the
 * folder is moved into place only when all of it is complete. A failure leaves nothing behind.
 */
import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmdirSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExportedFile, ExportJob, ExportPart } from '../../shared/contracts/exchange.ts';
import { badInput } from '../../shared/faults.ts';
import { chooseStories, type ChosenStories } from '../store/tables/chosen-stories.ts';
import { copyDatabase } from '../store/tables/database-copy.ts';
import { openRunDatabase } from '../store/connection/open.ts';
import { readSetHead } from '../store/sets/rating-set.ts';
import { exportSet, withSet } from '../store/home/set-files.ts';
import type { RunDatabase } from '../store/connection/statements.ts';
import {
    episodeTable,
    grammarTable,
    holdOutTable,
    metricTable,
    ratingTable,
    type Table,
} from '../store/tables/tables.ts';
import { largestUpdate } from '../store/run/updates.ts';
import { readCheckpoint, type ReadCheckpoint } from '../student/checkpoints/checkpoint.ts';
import { syncFolder } from '../student/checkpoints/whole-file.ts';
import { authorsFolder, writeAuthorsFile, writeAuthorsSettings } from './authors/authors-files.ts';
import { writeGgufStudent } from './students/gguf-student.ts';
import { writeHuggingFaceFolder } from './students/hugging-face-folder.ts';
import type { ExchangeSupervisor } from './supervisor.ts';
import { makeFolder } from '../store/connection/places.ts';
import { fileDigest, writeTable } from './tables/table-files.ts';

/** A file before it is measured. */
type Written = Pick<ExportedFile, 'path' | 'rows' | 'verified'> & {
    /** Where it is known already. */
    readonly sha256?: string;
};

const manifestVersion = 1;

export async function runExport(job: ExportJob, supervisor: ExchangeSupervisor): Promise<readonly ExportedFile[]> {
    const { staging, to } = job;
    requireFreeFolder(to);
    makeFolder(dirname(staging));
    mkdirSync(staging);
    try {
        const files: ExportedFile[] = [];
        for (const [i, part] of job.parts.entries()) {
            const doing = `${part.what} as ${part.as}`;
            const within: ExchangeSupervisor = {
                ...supervisor,
                progress: (done) => supervisor.progress((i + done) / job.parts.length, doing),
            };
            within.progress(0, doing);
            for (const written of await writePart(part, job, within)) {
                await supervisor.turn();
                const path = join(staging, written.path);
                const sha256 = written.sha256 ?? (await fileDigest(path, supervisor));
                files.push({ ...written, ...part, bytes: statSync(path).size, sha256 });
            }
        }
        writeManifest(job, files);
        syncFolder(staging);
        await supervisor.turn();
        requireFreeFolder(to); // check again: it may have been created in the meantime
        if (existsSync(to)) rmdirSync(to);
        renameSync(staging, to);
        syncFolder(dirname(to));
        return files;
    } finally {
        rmSync(staging, { recursive: true, force: true });
    }
}

function requireFreeFolder(to: string): void {
    const there = statSync(to, { throwIfNoEntry: false });
    if (!there) return;
    if (!there.isDirectory() || readdirSync(to).length > 0)
        throw badInput(
            `${to} exists already and is not an empty folder; it was left as it is. Name a folder that does not exist yet.`,
        );
}

async function writePart(
    part: ExportPart,
    job: ExportJob,
    supervisor: ExchangeSupervisor,
): Promise<readonly Written[]> {
    const { what, as } = part;
    const at = (name: string): string => join(job.staging, name);
    switch (what) {
        case 'database': {
            if (job.set !== null) {
                exportSet(job.set, at('set.sqlite'));
                withSet(at('set.sqlite'), { readonly: true, untrusted: true }, readSetHead);
                return [
                    {
                        path: 'set.sqlite',
                        rows: null,
                        verified: 'integrity_check and our own tables: ok; names of raters removed',
                    },
                ];
            }
            await copyDatabase(requireDatabase(job), at('run.sqlite'), {
                onProgress: (done) => {
                    supervisor.progress(done, 'database');
                    supervisor.throwIfCancelled();
                },
            });
            openRunDatabase(at('run.sqlite'), { readonly: true, untrusted: true }).close();
            const verified = 'integrity_check and our own tables: ok; names of home, host, user and raters removed';
            return [{ path: 'run.sqlite', rows: null, verified }];
        }
        case 'episodes':
        case 'ratings':
        case 'metrics':
        case 'grammar':
        case 'trial': {
            const write = async (table: Table): Promise<readonly Written[]> => {
                if (as !== 'csv' && as !== 'jsonl' && as !== 'parquet') throw new Error(`${what} has no format ${as}`);
                const path = `${what}.${as}`;
                const createdBy = `Storyloop ${job.storyloop}`;
                return [{ path, ...(await writeTable(at(path), table, as, createdBy, supervisor)) }];
            };
            const ready = job.tables[what];
            if (ready) return write({ columns: ready.columns, count: ready.rows.length, rows: () => ready.rows });
            return withRun(job, async (db) => {
                if (as === 'authors' && what !== 'grammar' && what !== 'trial')
                    return writeAuthorsPart(what, db, job, supervisor);
                return write(tableOf[what](db, job.stories === null ? null : chooseStories(db, job.stories)));
            });
        }
        case 'student': {
            const checkpoint = readStudent(job);
            if (as === 'gguf') {
                const path = `student-${job.ggufType}.gguf`;
                return [{ path, rows: null, verified: await writeGgufStudent(at(path), checkpoint, job.ggufType) }];
            }
            const { files, verified } = writeHuggingFaceFolder(
                at('student'),
                job.checkpoint!,
                checkpoint,
                job.storyloop,
            );
            return files.map((name) => ({ path: `student/${name}`, rows: null, verified }));
        }
        case 'card':
        case 'agreement':
            return Object.entries(job.texts).map(([path, text]) => {
                writeFileSync(at(path), text, { flag: 'wx', flush: true });
                if (readFileSync(at(path), 'utf8') !== text)
                    throw badInput(
                        `${at(path)} is not what was written to it and was removed. Check the disk, then export it again.`,
                    );
                return { path, rows: null, verified: 'read back: word for word' };
            });
        default:
            return what satisfies never;
    }
}

const tableOf: Readonly<
    Record<
        'episodes' | 'ratings' | 'metrics' | 'grammar' | 'trial',
        (db: RunDatabase, chosen: ChosenStories | null) => Table
    >
> = {
    episodes: episodeTable,
    ratings: ratingTable,
    metrics: metricTable,
    grammar: grammarTable,
    trial: holdOutTable,
};

async function writeAuthorsPart(
    what: 'episodes' | 'ratings' | 'metrics',
    db: RunDatabase,
    { staging }: ExportJob,
    supervisor: ExchangeSupervisor,
): Promise<readonly Written[]> {
    const name = what === 'episodes' ? 'generated.csv' : 'batch_stats.csv';
    const written = { path: `${authorsFolder}/${name}`, ...(await writeAuthorsFile(staging, db, name, supervisor)) };
    if (what === 'episodes') return [written];
    writeAuthorsSettings(staging, largestUpdate(db));
    return [written, { path: `${authorsFolder}/ppo.yaml`, rows: null, verified: 'written' }];
}

/** A single snapshot of the run for the whole export. */
async function withRun<T>(job: ExportJob, work: (db: RunDatabase) => Promise<T>): Promise<T> {
    const db = openRunDatabase(requireDatabase(job), { readonly: true });
    try {
        db.exec('BEGIN');
        return await work(db);
    } finally {
        db.close();
    }
}

function requireDatabase({ database }: ExportJob): string {
    if (database === null) throw badInput('Only a run has a record to export; nothing was written. Name a run.');
    return database;
}

function readStudent({ checkpoint }: ExportJob): ReadCheckpoint {
    if (checkpoint === null) throw badInput('There is no checkpoint to export; nothing was written.');
    return readCheckpoint(checkpoint);
}

function writeManifest({ staging, storyloop, at }: ExportJob, files: readonly ExportedFile[]): void {
    const manifest = { version: manifestVersion, storyloop, at, files };
    writeFileSync(join(staging, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
}
