/** The files of one task as items, in the order of the official pipeline: file by file, line by line. */
import type { FileTask } from '../../../shared/benchmarks/benchmarks.ts';
import { readAcquisition } from './aoa.ts';
import { readComps } from './comps.ts';
import { readEntityTracking, type EntityItems } from './entity-tracking.ts';
import { readEwok } from './ewok.ts';
import { readBlimp, readSupplement } from './pairs.ts';
import { readReading } from './reading.ts';
import { numbered, type Drafts, type TaskFile, type TaskItems } from './task-file.ts';
import { readWug } from './wug.ts';
import { readZorro } from './zorro.ts';

export function readTaskFiles(task: FileTask, files: readonly TaskFile[], entityItems: EntityItems = 'all'): TaskItems {
    const read = task === 'aoa' ? [readBoth(files)] : files.map((file) => readFile(task, file, entityItems));
    return { items: numbered(read.flatMap(({ drafts }) => drafts)), remarks: read.flatMap(({ remarks }) => remarks) };
}

function readBoth(files: readonly TaskFile[]): Drafts {
    const ending = (end: string): TaskFile | null => files.find(({ name }) => name.endsWith(end)) ?? null;
    return readAcquisition(ending('.json'), ending('.csv'));
}

function readFile(task: Exclude<FileTask, 'aoa'>, file: TaskFile, entityItems: EntityItems): Drafts {
    switch (task) {
        case 'blimp':
            return readBlimp(file);
        case 'supplement':
            return readSupplement(file);
        case 'ewok':
            return readEwok(file);
        case 'entity_tracking':
            return readEntityTracking(file, entityItems);
        case 'comps':
            return readComps(file);
        case 'wug_adj':
        case 'wug_past':
            return readWug(file, task);
        case 'reading':
            return readReading(file);
        case 'zorro':
            return readZorro(file);
        default:
            return task satisfies never;
    }
}
