/** Logs unexpected errors, for whoever has to mend them: one JSON object per line in `log.jsonl` of the data folder. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../store/connection/lease.ts';

export interface TroubleLog {
    /** @param doing what was being done, as it would follow "while": `answering a page` */
    note(error: unknown, doing: string): void;
}

const largestBytes = 2 ** 20; // a larger log becomes log.jsonl.old, which replaces the one before
const longestText = 4000; // characters of a message or a stack

export function openTroubleLog(home: string, clock: Clock): TroubleLog {
    const file = join(home, 'log.jsonl');
    let last = '';
    return {
        note(error, doing) {
            const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
            const same = `${doing} ${message}`;
            if (same === last) return; // what is checked every second would fail every second
            last = same;
            const entry = { doing, message: message.slice(0, longestText), stack: stack.slice(0, longestText) };
            try {
                if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestBytes)
                    renameSync(file, `${file}.old`);
                appendFileSync(file, `${JSON.stringify({ at: clock(), ...entry })}\n`);
            } catch (unwritable) {
                // a full disk must not stop the work
                console.error(
                    `While ${doing}: ${entry.stack || message}\nIt could not be logged: ${String(unwritable)}`,
                );
            }
        },
    };
}

/** Wraps work for a timer or a message for which nobody waits: an error is logged, and everything else goes on. */
export function guarded(log: TroubleLog, doing: string, work: () => void): () => void {
    return () => {
        try {
            work();
        } catch (error) {
            log.note(error, doing);
        }
    };
}
