/** What is seen at a glance: a folder of at most fifteen entries, a component that shows one thing. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const mostEntries = 15;
const mostLines = 240; // script, markup and style together
const source = new URL('../../src', import.meta.url).pathname.replace(/\/$/u, '');

it(`no room has more than ${mostEntries} entries, files and rooms together`, () => {
    const rooms = ['.', ...roomsIn(source)];
    expect(rooms.length).toBeGreaterThan(50);
    const crowded = rooms
        .map((room) => ({ room, entries: readdirSync(join(source, room)).length }))
        .filter(({ entries }) => entries > mostEntries);
    expect(crowded).toEqual([]);
});

it(`no component has more than ${mostLines} lines`, () => {
    const components = globSync('**/*.svelte', { cwd: source });
    expect(components.length).toBeGreaterThan(50);
    const long = components
        .map((file) => ({ file, lines: readFileSync(join(source, file), 'utf8').trimEnd().split('\n').length }))
        .filter(({ lines }) => lines > mostLines);
    expect(long).toEqual([]);
});

function roomsIn(folder: string): readonly string[] {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
