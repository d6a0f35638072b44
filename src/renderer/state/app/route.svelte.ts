/** The current route. It is kept in the address bar and nowhere else. */
import { addressOf, parseRoute, type Route } from '../../lib/app/route.ts';

let hash = $state(location.hash);
const current = $derived(parseRoute(hash));
/** The run whose page or stories were open last, while the app is open. */
let lastRun = runOf(location.hash);
window.addEventListener('hashchange', () => {
    hash = location.hash;
    lastRun = runOf(hash) ?? lastRun;
});

function runOf(address: string): string | null {
    const { room, run } = parseRoute(address);
    return room === 'run' || room === 'stories' ? run : null;
}

export const here = {
    get route(): Route {
        return current;
    },
    /** For an effect that must run once for an address: the route may be an equal one made again. */
    get address(): string {
        return hash;
    },
    get lastRun(): string | null {
        return lastRun;
    },
};

export function go(...to: Parameters<typeof addressOf>): void {
    location.hash = addressOf(...to);
}

/** Changes the query without adding to the history. */
export function replaceQuery(query: Readonly<Record<string, string | number | undefined>>): void {
    const { room, run } = current;
    history.replaceState(null, '', addressOf(room, run, query));
    hash = location.hash;
}
