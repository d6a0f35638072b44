/** Answers a page about the trash: moves things in, lists them, puts them back, empties it. */
import { join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { emptyTrash, takeBack, trashedThings, type Trashable } from '../../store/home/trash.ts';
import { deleteThing } from '../sources/deleting.ts';
import type { OpenHome } from '../sources/home.ts';
import type { Handlers } from './handlers.ts';

interface TrashSurroundings {
    /** Closes what is open of it, so that it can move. @throws bad input where it is in use */
    letGo(thing: Trashable): void;
    /** A run has come or gone. */
    changed(): void;
}

export function trashHandlers(
    home: OpenHome,
    { letGo, changed }: TrashSurroundings,
): Pick<Handlers, 'trash.put' | 'trash.list' | 'trash.restore' | 'trash.empty'> {
    return {
        'trash.put': (thing) => {
            if (join(thing.name) !== thing.name) throw badInput('That is no name; nothing was moved.');
            letGo(thing);
            const id = deleteThing(home, thing);
            changed();
            return { id };
        },
        'trash.list': () => trashedThings(home.home),
        'trash.restore': ({ id }) => {
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
