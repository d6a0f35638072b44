/**
 * A folder for what many test files start from: made once per run of the tests, and deleted then (`ready-student.ts`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { programOfSource } from './program.ts';

declare module 'vitest' {
    interface ProvidedContext {
        readonly madeOnce: string;
        /** The bundled program (`program.ts`): a folder with an entry for each kind of process. */
        readonly program: string;
    }
}

export async function setup(project: TestProject): Promise<() => void> {
    project.provide('program', await programOfSource());
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-made-once-'));
    project.provide('madeOnce', folder);
    return () => rmSync(folder, { recursive: true, force: true });
}
