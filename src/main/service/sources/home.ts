/** Opens the data folder with the list of its runs. Whoever opens it passes it on, and closes it in the end. */
import type { Clock } from '../../store/connection/lease.ts';
import { dataFolder } from '../../store/home/run-folder.ts';
import { openWorkshop, type Workshop } from '../../store/home/workshop.ts';

export interface OpenHome extends Workshop {
    /** UTC milliseconds, for records. */
    readonly clock: Clock;
}
export interface Home extends OpenHome {
    close(): void;
}

/** @throws a fault where the data folder cannot be made or read */
export function openHome(clock: Clock = Date.now): Home {
    const workshop = openWorkshop(dataFolder());
    if (workshop.damaged !== null)
        console.error(
            `The list of runs was damaged and is made again; all runs are safe. Settings, runs that waited and the draft of a new run are gone: they were in the old list, now ${workshop.damaged}.`,
        );
    return { ...workshop, clock, close: () => void workshop.db.close() };
}
