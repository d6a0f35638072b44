/** Collects files that pages send in parts; each is deleted once it was used, or its page has gone. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import type { Clock } from '../../../store/connection/lease.ts';

export interface Uploads {
    /** Adds a part and returns the id of the upload. @param upload null begins a new one, which ends with its page */
    add(upload: string | null, name: string, part: Uint8Array, gone?: AbortSignal): string;
    /** Gives the whole file to `work` and deletes it. `name`: the file's name on the person's computer. */
    use<T>(upload: string, work: (file: string, name: string) => T): T;
    close(): void;
}

const largestBytes = 256 * 2 ** 20; // a set of 100,000 stories has half as many
const mostOpen = 4;
const patienceMs = 60_000; // an upload without a new part for this long makes room for another

interface Upload {
    readonly folder: string;
    readonly file: string;
    readonly name: string;
    bytes: number;
    /** The time of its last part. */
    at: number;
}

export function openUploads(clock: Clock): Uploads {
    const open = new Map<string, Upload>();

    function begin(name: string, gone: AbortSignal | undefined): string {
        if (open.size >= mostOpen) for (const [id, { at }] of [...open]) if (clock() - at > patienceMs) forget(id);
        if (open.size >= mostOpen)
            throw badInput(
                `${mostOpen} files are already being sent; nothing was changed. Send this one when one of them has arrived.`,
            );
        const id = randomUUID();
        gone?.addEventListener('abort', () => forget(id), { once: true });
        const folder = mkdtempSync(join(tmpdir(), 'storyloop-upload-'));
        open.set(id, { folder, file: join(folder, 'file'), name: basename(name), bytes: 0, at: clock() });
        return id;
    }
    function forget(id: string): void {
        const upload = open.get(id);
        open.delete(id);
        if (upload) rmSync(upload.folder, { recursive: true, force: true });
    }
    function found(id: string): Upload {
        const upload = open.get(id);
        if (!upload) throw badInput('The file did not arrive whole; nothing was changed. Send it again.');
        return upload;
    }
    return {
        add(existing, name, part, gone) {
            const id = existing ?? begin(name, gone);
            const upload = found(id);
            upload.at = clock();
            upload.bytes += part.length;
            if (upload.bytes > largestBytes) {
                forget(id);
                throw badInput(
                    `${upload.name} is larger than ${largestBytes / 2 ** 20} MB, which is more than a page can send; nothing was changed. Use the command line on the computer where Storyloop runs.`,
                );
            }
            appendFileSync(upload.file, part);
            return id;
        },
        use(id, work) {
            const { file, name } = found(id);
            try {
                return work(file, name);
            } finally {
                forget(id);
            }
        },
        close() {
            for (const id of [...open.keys()]) forget(id);
        },
    };
}
