/** The rooms that are open, in the order of the rail and of Ctrl 1, 2, 3 … */
import type { Room } from './place.ts';

export const rooms: readonly { readonly room: Room; readonly name: string }[] = [
    { room: 'runs', name: 'Runs' },
    { room: 'stories', name: 'Stories' },
    { room: 'rate', name: 'Rate' },
    { room: 'agreement', name: 'Agreement' },
    { room: 'models', name: 'Models' },
    { room: 'settings', name: 'Settings' },
];
