/** Writes a run as the published system logs one: `meta_data/` with generated.csv, batch_stats.csv and ppo.yaml. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchTable, generatedTable } from '../../store/tables/authors-tables.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import type { ExchangeSupervisor } from '../supervisor.ts';
import { makeFolder } from '../../store/connection/places.ts';
import { writeCsv, type WrittenTable } from '../tables/table-files.ts';

export const authorsFolder = 'meta_data'; // where their notebook looks

/** @returns by path inside `folder`, what was written */
export async function writeAuthorsFile(
    folder: string,
    db: RunDatabase,
    name: 'generated.csv' | 'batch_stats.csv',
    supervisor: ExchangeSupervisor,
): Promise<WrittenTable> {
    makeFolder(join(folder, authorsFolder));
    const path = join(folder, authorsFolder, name);
    const table = name === 'generated.csv' ? generatedTable(db) : batchTable(db);
    const style = name === 'generated.csv' ? 'quoted' : 'exact'; // as Python's csv wrote theirs
    return writeCsv(path, table, style, supervisor);
}

/** Their notebook reads the size of a batch here. */
export function writeAuthorsSettings(folder: string, batch: number): void {
    makeFolder(join(folder, authorsFolder));
    writeFileSync(join(folder, authorsFolder, 'ppo.yaml'), `batch_size: ${batch}\n`);
}
