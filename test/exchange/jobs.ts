/** Jobs as the service prepares them, for the tests that run them in this process. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import { runExport } from '../../src/main/exchange/export-job.ts';
import { runImport } from '../../src/main/exchange/import-job.ts';
import type { ExportJob, ExportPart, Imported, ImportJob } from '../../src/shared/contracts/exchange.ts';
import { start } from '../store/records.ts';
import { aSupervisor } from './a-supervisor.ts';

export function anImport(home: string, source: string, changed: Partial<ImportJob> = {}): ImportJob {
    return {
        kind: 'import',
        home,
        source,
        name: null,
        knownRuns: [],
        storyloop: 'test',
        at: start,
        staging: join(home, 'runs', '.draft'),
        ...changed,
    };
}

export function importing(home: string, source: string, changed: Partial<ImportJob> = {}): Promise<Imported> {
    return runImport(anImport(home, source, changed), aSupervisor());
}

/** Refused in one sentence, and nothing is in the data folder that was not there before. */
export async function expectRefusal(
    home: string,
    source: string,
    says: RegExp,
    changed: Partial<ImportJob> = {},
): Promise<void> {
    const before = everythingIn(home);
    const error = await importing(home, source, changed).then(
        () => null,
        (reason: unknown) => reason as Error,
    );
    expect(error?.name).toBe('FaultError');
    expect(error?.message).toMatch(says);
    expect(error?.message.split('\n')).toHaveLength(1);
    expect(everythingIn(home)).toEqual(before);
}

export function everythingIn(folder: string): readonly string[] {
    return existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]).sort() : [];
}

/** Exports parts of a run in this process; a cancel comes after that many turns. */
export function exporting(
    database: string | null,
    parts: readonly ExportPart[],
    to: string,
    { turns = Infinity, ...changed }: { readonly turns?: number } & Partial<ExportJob> = {},
): ReturnType<typeof runExport> {
    const staging = join(dirname(to), `${basename(to)}.test.partial`);
    const job: ExportJob = {
        kind: 'export',
        database,
        set: null,
        checkpoint: null,
        stories: null,
        parts,
        texts: {},
        tables: {},
        ggufType: 'F16',
        storyloop: 'test',
        at: start,
        staging,
        to,
        ...changed,
    };
    return runExport(job, aSupervisor(turns));
}
