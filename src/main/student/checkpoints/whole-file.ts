/** Writes files atomically: `*.partial` → fsync → rename → fsync of the folder. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the parts in order and returns their SHA-256 in hexadecimal. An older file of that name stays untouched until
 * the last step.
 * @throws the system's error when anything fails (a full disk, say); nothing is left behind
 */
export function writeWholeFile(path: string, parts: Iterable<Uint8Array>): string {
    const partial = `${path}.partial`;
    const digest = createHash('sha256');
    try {
        const file = openSync(partial, 'w');
        try {
            for (const part of parts) {
                digest.update(part);
                for (let at = 0; at < part.length;) at += writeSync(file, part, at);
            }
            fsyncSync(file);
        } finally {
            closeSync(file);
        }
        renameSync(partial, path);
    } catch (error) {
        rmSync(partial, { force: true });
        throw error;
    }
    syncFolder(dirname(path));
    return digest.digest('hex');
}

/** Makes renames in a folder survive a power cut; Windows neither can nor needs to. */
export function syncFolder(folder: string): void {
    if (process.platform === 'win32') return;
    const handle = openSync(folder, 'r');
    try {
        fsyncSync(handle);
    } finally {
        closeSync(handle);
    }
}
