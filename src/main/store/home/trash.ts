/**
 * The trash of the data folder: what a person deleted, until they empty it. Deleting and taking back are each one move
 * of a folder or file on the same disk, so nothing is lost where the program dies: it is in one place or the other. A
 * benchmark's rows are copied to a file before they go, so for a moment they are in both.
 *
 *     trash/<id>/what.json    what it is, written before it moves in
 *     trash/<id>/<name>       the thing itself
 */
import fs from 'node:fs';
import path from 'node:path';
import { ulid } from 'ulid';
import { z } from 'zod';
import { badInput } from '../../../shared/faults.ts';
import type { TrashedThing } from '../../../shared/views/computer.ts';
import { makeFolder, requireWritable } from '../connection/places.ts';
import { storeFault } from '../connection/sqlite-faults.ts';
import { isRecorded, moveBenchmarkIn, moveBenchmarkOut } from './moved-benchmarks.ts';
import { jsonOf } from '../../../shared/text/json.ts';

export type Trashable = Pick<TrashedThing, 'kind' | 'name' | 'label'>;

const whatFile = 'what.json';
const whatSchema = z.object({
    version: z.literal(1),
    kind: z.enum(['run', 'set', 'model', 'benchmark']),
    name: z.string().min(1),
    label: z.string(),
    at: z.number(),
});

const trashFolder = (home: string): string => path.join(home, 'trash');

/** Null of a benchmark, which is rows of a file. */
function placeOf(home: string, { kind, name }: Pick<Trashable, 'kind' | 'name'>): string | null {
    if (path.basename(name) !== name || name.startsWith('.'))
        throw badInput(`"${name}" is no name; nothing was moved.`);
    return kind === 'benchmark' ? null : path.join(home, { run: 'runs', set: 'sets', model: 'models' }[kind], name);
}

/** Moves it into the trash and returns its id there. @throws bad input where it is not there */
export function moveToTrash(home: string, thing: Trashable, at: number): string {
    const place = placeOf(home, thing);
    if (!(place === null ? isRecorded(home, thing.name) : fs.existsSync(place)))
        throw badInput(`${thing.label} is not here any more; nothing was moved. Look at the list again.`);
    requireWritable(home);
    const id = ulid(at);
    const folder = path.join(trashFolder(home), id);
    const content = path.join(folder, thing.name);
    try {
        makeFolder(folder);
        writeWhole(path.join(folder, whatFile), JSON.stringify({ version: 1, ...thing, at }));
        if (place === null) moveBenchmarkOut(home, thing.name, content);
        else fs.renameSync(place, content);
    } catch (error) {
        if (!fs.existsSync(content)) fs.rmSync(folder, { recursive: true, force: true });
        throw storeFault(error, folder);
    }
    return id;
}

/** What it is must be on the disk before the thing moves in: without it, nothing says where the thing belongs. */
function writeWhole(file: string, text: string): void {
    fs.writeFileSync(`${file}.partial`, text, { flush: true });
    fs.renameSync(`${file}.partial`, file);
}

/** What lies in the trash, the latest first. */
export function trashedThings(home: string): readonly TrashedThing[] {
    const trash = trashFolder(home);
    if (!fs.existsSync(trash)) return [];
    return fs
        .readdirSync(trash)
        .flatMap((id) => thingAt(path.join(trash, id), id) ?? [])
        .toSorted((a, b) => b.at - a.at);
}

/** Null where a move was never made, or was taken back: there is nothing in it. */
function thingAt(folder: string, id: string): TrashedThing | null {
    const file = path.join(folder, whatFile);
    if (!fs.existsSync(file)) return null;
    const what = whatSchema.safeParse(jsonOf(fs.readFileSync(file, 'utf8')));
    if (!what.success) return null; // of a newer version, or damaged
    const { kind, name, label, at } = what.data;
    const content = path.join(folder, name);
    if (!fs.lstatSync(content, { throwIfNoEntry: false })) return null;
    return { id, kind, name, label, at, bytes: bytesOf(content) };
}

/** Puts it back where it was. @throws bad input where it is not in the trash, or its place was taken meanwhile */
export function takeBack(home: string, id: string): TrashedThing {
    const thing = trashedThings(home).find((each) => each.id === id);
    if (!thing) throw badInput('It is not in the trash any more; nothing was moved.');
    const place = placeOf(home, thing);
    if (place !== null && fs.lstatSync(place, { throwIfNoEntry: false }))
        throw badInput(
            `Something else took the place of ${thing.label}; it stays in the trash. Rename or delete that first.`,
        );
    const folder = path.join(trashFolder(home), id);
    const content = path.join(folder, thing.name);
    try {
        if (place === null) moveBenchmarkIn(home, thing.name, content);
        else {
            makeFolder(path.dirname(place));
            fs.renameSync(content, place);
        }
    } catch (error) {
        throw storeFault(error, place ?? content);
    }
    fs.rmSync(folder, { recursive: true, force: true });
    return thing;
}

/** Deletes all of it for good. @throws a fault of the store where something cannot be deleted */
export function emptyTrash(home: string): void {
    try {
        fs.rmSync(trashFolder(home), { recursive: true, force: true });
    } catch (error) {
        throw storeFault(error, trashFolder(home));
    }
}

function bytesOf(place: string): number {
    const stat = fs.lstatSync(place);
    if (!stat.isDirectory()) return stat.size;
    return fs.readdirSync(place).reduce((sum, name) => sum + bytesOf(path.join(place, name)), 0);
}
