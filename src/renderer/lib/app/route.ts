/** A page of the app as the address after `#`: `#/runs/2026-11-22-owl?x=update`. */

export type Room =
    'runs' | 'run' | 'new' | 'compare' | 'stories' | 'rate' | 'agreement' | 'evaluate' | 'models' | 'settings';
export interface Route {
    readonly room: Room;
    /** Folder of the run, or id of the rating set or of the result, that the page shows. */
    readonly run: string | null;
    readonly query: ReadonlyMap<string, string>;
}

/** Reads a route; an address that means nothing is the list of runs. */
export function parseRoute(hash: string): Route {
    const [path = '', search = ''] = hash.replace(/^#\/?/u, '').split('?', 2);
    const [first, second] = path.split('/').map(decoded);
    const query = new Map(new URLSearchParams(search));
    switch (first) {
        case 'runs':
            return second ? { room: 'run', run: second, query } : { room: 'runs', run: null, query };
        case 'stories':
        case 'rate':
        case 'agreement':
        case 'evaluate':
            return { room: first, run: second ? second : null, query };
        case 'new':
        case 'compare':
        case 'models':
        case 'settings':
            return { room: first, run: null, query };
        default:
            return { room: 'runs', run: null, query };
    }
}

function decoded(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return '';
    }
}

/** The address of a route; undefined and empty values are left out of the query. */
export function addressOf(
    room: Room,
    run: string | null = null,
    query: Readonly<Record<string, string | number | undefined>> = {},
): string {
    const path = room === 'run' ? 'runs' : room;
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query))
        if (value !== undefined && value !== '') search.set(key, String(value));
    return `#/${path}${run === null ? '' : `/${encodeURIComponent(run)}`}${search.size > 0 ? `?${search}` : ''}`;
}
