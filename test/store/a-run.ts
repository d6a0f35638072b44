/** Run folders and leased runs for the tests of the store, gone when the test is over. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { beginAttempt } from '../../src/main/store/run/attempts.ts';
import { acquireLease, type Clock, type Lease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { createRunFolder, type RunFolder } from '../../src/main/store/home/run-folder.ts';
import type { RunConfig } from '../../src/shared/run/config.ts';
import { config, rubric, start, teacher } from './records.ts';

export function temporaryFolder(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'storyloop-store-'));
    onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
    return folder;
}

export function aRunFolder(home = temporaryFolder(), name = 'night owl', changed: Partial<RunConfig> = {}): RunFolder {
    const changedConfig = { ...config, values: { ...config.values, ...changed } };
    return createRunFolder(home, { name, kind: 'learn', config: changedConfig }, () => start);
}

/** A run that is being worked on: leased, its teacher known, its first attempt begun. */
export function aLease(folder = aRunFolder(), clock: Clock = () => start): Lease {
    const db = openRunDatabase(folder.database, { readonly: false });
    onTestFinished(() => {
        db.close();
    });
    const lease = acquireLease(db, clock);
    registerRater(lease, teacher, rubric);
    beginAttempt(lease, { node: 'v24' });
    return lease;
}
