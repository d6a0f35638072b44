/** Polls for changes among the runs, because other processes change, make and delete them without telling. */
import { guarded, type TroubleLog } from '../../trouble-log.ts';
import type { RunList, SeenRow } from './run-list.ts';

const pollEveryMs = 1000;
const pollSoonMs = 200;

export interface Polling {
    /** Tells pages at once what changed. */
    now(): void;
    /** Tells pages soon: a quick run records many times a second, faster than anybody can read. */
    soon(): void;
    /** Polls while a page is open. */
    watch(isWatched: boolean): void;
    close(): void;
}

interface Listener {
    changed(row: SeenRow): void;
    gone(run: string): void;
}

export function pollRuns(list: RunList, trouble: TroubleLog, listener: Listener): Polling {
    let timer: NodeJS.Timeout | null = null;
    let watching: NodeJS.Timeout | null = null;
    const now = guarded(trouble, 'polling the runs', () => {
        const { changed, gone } = list.changes();
        changed.forEach((row) => listener.changed(row));
        gone.forEach((run) => listener.gone(run));
    });
    function watch(isWatched: boolean): void {
        if (isWatched && watching === null) {
            guarded(trouble, 'polling the runs', () => void list.changes())(); // not told: the page will read all rows
            watching = setInterval(now, pollEveryMs);
        }
        if (!isWatched && watching !== null) {
            clearInterval(watching);
            watching = null;
        }
    }
    return {
        now,
        soon() {
            timer ??= setTimeout(() => {
                timer = null;
                now();
            }, pollSoonMs);
        },
        watch,
        close() {
            watch(false);
            if (timer) clearTimeout(timer);
        },
    };
}
