/** The trash as commands use it: finds what a person means by a name. */
import { basename, dirname } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import type { TrashedThing } from '../../../shared/views/computer.ts';
import { findBenchmark, openBenchmarks } from '../../store/home/benchmarks.ts';
import { findSet, withSet } from '../../store/home/set-files.ts';
import { emptyTrash, takeBack, trashedThings, type Trashable } from '../../store/home/trash.ts';
import { findRun } from '../../store/home/workshop.ts';
import { readSetHead } from '../../store/sets/rating-set.ts';
import { deleteThing } from './deleting.ts';
import { openHome, type OpenHome } from './home.ts';

export interface Trash {
    readonly home: OpenHome;
    list(): readonly TrashedThing[];
    put(thing: Trashable): string;
    restore(id: string): TrashedThing;
    empty(): void;
}

/** A command ends with its process, which closes the data folder. */
export function openTrash(): Trash {
    const home = openHome();
    return {
        home,
        list: () => trashedThings(home.home),
        put: (thing) => deleteThing(home, thing),
        restore: (id) => takeBack(home.home, id),
        empty: () => emptyTrash(home.home),
    };
}

/** @throws bad input where nothing is meant */
export function findTrashable({ home }: Trash, kind: string, wanted: string): Trashable {
    if (kind === 'run') {
        const name = basename(findRun(home, wanted, home.clock()).folder);
        return { kind, name, label: name };
    }
    if (kind === 'set') {
        const file = findSet(home.home, wanted);
        const { name } = withSet(file, { readonly: true }, readSetHead);
        return { kind, name: basename(dirname(file)), label: name };
    }
    if (kind === 'benchmark') {
        const record = openBenchmarks(home.home, home.clock);
        try {
            const { id, name } = findBenchmark(record, wanted);
            return { kind, name: id, label: `what ${name} said of benchmarks` };
        } finally {
            record.close();
        }
    }
    throw badInput(`"${kind}" is nothing that can be deleted; nothing was moved. Say run, set, model or benchmark.`);
}
