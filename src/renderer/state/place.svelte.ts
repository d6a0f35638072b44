/** Where one is now; the address bar is the only memory of it. */
import { addressOf, readPlace, type Place } from '../lib/app/place.ts';

let hash = $state(location.hash);
const current = $derived(readPlace(hash));
window.addEventListener('hashchange', () => (hash = location.hash));

export const here = {
    get place(): Place {
        return current;
    },
};

export function go(...to: Parameters<typeof addressOf>): void {
    location.hash = addressOf(...to);
}

/** Changes the query without a step in the history. */
export function replaceQuery(query: Readonly<Record<string, string | number | undefined>>): void {
    const { room, run } = current;
    history.replaceState(null, '', addressOf(room, run, query));
    hash = location.hash;
}
