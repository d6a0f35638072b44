/** Answers a page about the trash: moves things in, lists them, puts them back, empties it. */
import { join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import type { TrashedThing } from '../../../shared/views/computer.ts';
import { emptyTrash, takeBack, trashedThings, type Trashable } from '../../store/home/trash.ts';
import { deleteThing } from '../sources/deleting.ts';
import type { OpenHome } from '../sources/home.ts';
import type { Handlers } from './handlers.ts';

interface TrashSurroundings {
    /** Closes what is open of it, so that it can move. @throws bad input where it is in use */
    letGo(thing: Trashable): void;
    /** Their rows move in a thread: they are many. */
    readonly benchmarks: {
        delete(thing: Trashable): Promise<string>;
        takeBack(id: string): Promise<TrashedThing>;
    };
    /** A run has come or gone. */
    changed(): void;
}

export function trashHandlers(
    home: OpenHome,
    { letGo, benchmarks, changed }: TrashSurroundings,
): Pick<Handlers, 'trash.put' | 'trash.list' | 'trash.restore' | 'trash.empty'> {
    return {
        'trash.put': async (thing) => {
            if (join(thing.name) !== thing.name) throw badInput('That is no name; nothing was moved.');
            if (thing.kind === 'benchmark') return { id: await benchmarks.delete(thing) };
            letGo(thing);
            const id = deleteThing(home, thing);
            changed();
            return { id };
        },
        'trash.list': () => trashedThings(home.home),
        'trash.restore': async ({ id }) => {
            const found = trashedThings(home.home).find((each) => each.id === id);
            if (found?.kind === 'benchmark') return benchmarks.takeBack(id);
            const thing = takeBack(home.home, id);
            changed();
            return thing;
        },
        'trash.empty': () => {
            emptyTrash(home.home);
            return null;
        },
    };
}
