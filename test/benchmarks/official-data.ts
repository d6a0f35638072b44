/**
 * Finds the benchmarks' own files, which lie outside of the repository; without them, tests that need them are skipped.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/evaluation_data', import.meta.url));

/** Null where the data is not at hand, with one line that says so. */
export function officialData(): string | null {
    if (existsSync(folder)) return folder;
    console.log('The benchmarks’ files are not at hand; tests that read them are skipped.');
    return null;
}
