/**
 * Runs one import: detects what the source is from its contents, builds it under a hidden name, and moves it into
 * place.
 */
import { closeSync, existsSync, lstatSync, openSync, readSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Imported, ImportJob } from '../../shared/contracts/exchange.ts';
import { badInput, commandLine } from '../../shared/faults.ts';
import { shellArgument } from '../../shared/text/shell-word.ts';
import { authorsFolder } from './authors/authors-files.ts';
import { importLogs } from './authors/import-logs.ts';
import { importRun } from './import-run.ts';
import { importStudent } from './students/import-student.ts';
import type { ExchangeSupervisor } from './supervisor.ts';

const sqliteMagic = 'SQLite format 3\0';
const headerBytes = 72;
const setId = 'StLs'; // the application_id of a rating set (store/connection/open.ts)

export async function runImport(job: ImportJob, supervisor: ExchangeSupervisor): Promise<Imported> {
    try {
        return await importThing(job, supervisor);
    } finally {
        rmSync(job.staging, { recursive: true, force: true });
    }
}

function importThing(job: ImportJob, supervisor: ExchangeSupervisor): Promise<Imported> {
    const { source } = job;
    const there = lstatSync(source, { throwIfNoEntry: false });
    if (!there) throw badInput(`There is nothing at ${source}; nothing was imported. Check the path.`);
    if (there.isSymbolicLink())
        throw badInput(`${source} is a link; nothing was imported. Name the folder or file that it leads to.`);
    if (there.isDirectory()) {
        const has = (name: string): boolean => existsSync(join(source, name));
        if (has('run.sqlite')) return importRun(job, join(source, 'run.sqlite'), supervisor);
        if (has(join(authorsFolder, 'generated.csv')))
            return importLogs(job, join(source, authorsFolder), basename(source), supervisor);
        if (has('generated.csv') || has('batch_stats.csv'))
            return importLogs(job, source, nameOfLogs(source), supervisor);
        if (has('config.json') || has('model.safetensors')) return importStudent(job, supervisor);
    } else if (there.isFile()) {
        const start = startOf(source, headerBytes);
        if (start.startsWith(sqliteMagic)) {
            if (start.slice(68, 72) === setId)
                throw badInput(
                    `${source} is a rating set; nothing was imported. Bring it in where sets are rated.`,
                    `Type: ${commandLine} sets import ${shellArgument(source)}`,
                );
            return importRun(job, source, supervisor);
        }
        const name = basename(source);
        if (name === 'generated.csv' || name === 'batch_stats.csv')
            return importLogs(job, dirname(source), nameOfLogs(dirname(source)), supervisor);
        if (/\.(zip|tar|tgz|gz|7z|rar)$/i.test(name))
            throw badInput(`${source} is an archive; nothing was imported. Unpack it, then import the folder.`);
    }
    throw badInput(
        `${source} cannot be imported; nothing was changed. Name a run folder or run.sqlite, a folder with generated.csv and batch_stats.csv, or a Hugging Face GPT-2 folder.`,
    );
}

/** The logs are in `meta_data/`; the folder above it carries the name. */
function nameOfLogs(folder: string): string {
    return basename(basename(folder) === authorsFolder ? dirname(folder) : folder);
}

function startOf(path: string, bytes: number): string {
    const file = openSync(path, 'r');
    try {
        const start = Buffer.alloc(bytes);
        return start.toString('latin1', 0, readSync(file, start));
    } finally {
        closeSync(file);
    }
}
