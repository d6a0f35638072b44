/** The pages in the order of the rail and of Ctrl 1, 2, 3 …, and their titles. */
import type { Route, Room } from './route.ts';

export const rooms: readonly { readonly room: Room; readonly name: string }[] = [
    { room: 'runs', name: 'Runs' },
    { room: 'stories', name: 'Stories' },
    { room: 'rate', name: 'Rate' },
    { room: 'agreement', name: 'Agreement' },
    { room: 'evaluate', name: 'Evaluate' },
    { room: 'models', name: 'Models' },
    { room: 'settings', name: 'Settings' },
];

/** What a tab, a bookmark and a screen reader call a place. A desk where one rates blind never names a run. */
export function pageTitle({ room, run }: Route, runName: string | undefined): string {
    const own = {
        run: runName ?? run ?? 'Run',
        new: 'New run',
        compare: 'Compare runs',
        ...(room === 'stories' && runName !== undefined ? { stories: `Stories of ${runName}` } : {}),
    } as Partial<Record<Room, string>>;
    return `${own[room] ?? rooms.find((each) => each.room === room)!.name} · Storyloop`;
}
