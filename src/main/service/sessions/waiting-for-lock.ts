/**
 * Waits for a database that another program keeps locked, such as a backup, a synchronised folder or a person's
 * sqlite3: a night's work need not end for that. It tries again and again instead of letting SQLite wait, so that the
 * thread stays free for pages and for a person who wants to stop.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { faultOf } from '../../../shared/faults.ts';

export const askAgainMs = 500;
/** Shorter waits are not reported. */
const sayAfterMs = 4000;

export function isLocked(error: unknown): boolean {
    return faultOf(error).kind === 'database-locked';
}

/** Notes once that it waits, and once that it goes on. `waited` takes the error that tells of the lock. */
export function lockWords(say: (text: string) => void): { waited(error: unknown): void; over(): void } {
    let since: number | null = null;
    let hasSaid = false;
    return {
        waited(error) {
            since ??= performance.now();
            if (hasSaid || performance.now() - since < sayAfterMs) return;
            hasSaid = true;
            const fault = faultOf(error);
            const path = fault.kind === 'database-locked' ? fault.path : '';
            say(
                `Another program keeps ${path} locked. Nothing is lost; the work waits, and goes on by itself when the file is free.`,
            );
        },
        over() {
            if (hasSaid) say('The database is free again; the work goes on.');
            since = null;
            hasSaid = false;
        },
    };
}

/** Tries until the database is free; returns false where `isWanted` becomes false before that. */
export async function whenFree(
    work: () => void,
    { isWanted, say }: { readonly isWanted: () => boolean; readonly say: (text: string) => void },
): Promise<boolean> {
    const words = lockWords(say);
    for (;;) {
        try {
            work();
            words.over();
            return true;
        } catch (error) {
            if (!isLocked(error)) throw error;
            if (!isWanted()) return false;
            words.waited(error);
        }
        await wait(askAgainMs);
    }
}
