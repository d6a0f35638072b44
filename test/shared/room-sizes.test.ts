/** A room is a folder that is seen at a glance: what is more than fifteen entries gets rooms of its own. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const mostEntries = 15;
const source = new URL('../../src', import.meta.url).pathname.replace(/\/$/u, '');

it(`no room has more than ${mostEntries} entries, files and rooms together`, () => {
    const rooms = ['.', ...roomsIn(source)];
    expect(rooms.length).toBeGreaterThan(50);
    const crowded = rooms
        .map((room) => ({ room, entries: readdirSync(join(source, room)).length }))
        .filter(({ entries }) => entries > mostEntries);
    expect(crowded).toEqual([]);
});

function roomsIn(folder: string): readonly string[] {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
