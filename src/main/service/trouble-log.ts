/** What nobody foresaw, for whoever mends it: one JSON object a line, in `log.jsonl` of the data folder. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../store/connection/lease.ts';

export interface TroubleLog {
    /** @param doing what was being done, behind "while": `answering a page` */
    note(error: unknown, doing: string): void;
}

const largestBytes = 2 ** 20; // then it becomes log.jsonl.old, and the one before that is gone
const longestText = 4000; // characters of a message or a stack

export function openTroubleLog(home: string, clock: Clock): TroubleLog {
    const file = join(home, 'log.jsonl');
    let last = '';
    return {
        note(error, doing) {
            const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
            const same = `${doing} ${message}`;
            if (same === last) return; // what is looked at every second fails every second
            last = same;
            const entry = { doing, message: message.slice(0, longestText), stack: stack.slice(0, longestText) };
            try {
                if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestBytes)
                    renameSync(file, `${file}.old`);
                appendFileSync(file, `${JSON.stringify({ at: clock(), ...entry })}\n`);
            } catch (unwritable) {
                // a disk that is full must not end what goes on
                console.error(
                    `While ${doing}: ${entry.stack || message}\nIt could not be logged: ${String(unwritable)}`,
                );
            }
        },
    };
}

/** The work, for a timer or a message that nobody waits for: what it throws is noted, and everything else goes on. */
export function guarded(log: TroubleLog, doing: string, work: () => void): () => void {
    return () => {
        try {
            work();
        } catch (error) {
            log.note(error, doing);
        }
    };
}
