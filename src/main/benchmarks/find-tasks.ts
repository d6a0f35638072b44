/**
 * Benchmarks in a folder of a person's: the official `evaluation_data`, one half of it, the folder of one task, or
 * Zorro's. Files are known by what is in them. Nothing here fails for one bad file: it is said in a sentence, and the
 * rest goes on.
 */
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { benchmarkTasks, type FileTask } from '../../shared/benchmarks/benchmarks.ts';
import { benchmarkNames } from '../../shared/benchmarks/results.ts';
import { badInput } from '../../shared/faults.ts';
import { count, counted } from '../../shared/text/numbers.ts';
import { decodeText } from './tasks/decode.ts';
import type { EntityItems } from './tasks/entity-tracking.ts';
import { officialSizes, type BenchmarkSet } from './tasks/expected.ts';
import { readTaskFiles } from './tasks/read-task.ts';
import { recogniseTask } from './tasks/recognise.ts';
import type { TaskFile, TaskItems } from './tasks/task-file.ts';

const fileTasks = benchmarkTasks.filter((task) => task !== 'grammar');

export interface FoundTask {
    readonly task: FileTask;
    /** Which of the official halves it lies in, by the folder's name; null elsewhere, and for Zorro. */
    readonly set: BenchmarkSet | null;
    /** The folder's name: the official results lie in a folder of this name. */
    readonly dataset: string;
    readonly files: readonly string[]; // full paths, in the order in which they are read
}

export interface FoundBenchmarks {
    readonly tasks: readonly FoundTask[]; // in the order of `benchmarkTasks`
    /** What the official half lacks here, in the order of `benchmarkTasks`; empty where the folder is not one. */
    readonly missing: readonly FileTask[];
    readonly remarks: readonly string[];
}

/** Anything larger is no file of a benchmark: the largest official one has 15 MB. */
export const longestFileBytes = 64 * 2 ** 20;
/** Enough to know a file by. */
const headBytes = 64 * 2 ** 10;
const mostFiles = 2_000;
const deepest = 5;

/** The endings of files that the pipeline reads; others, such as a licence or a picture, are passed over silently. */
const endings = /\.(jsonl|json|csv|txt)$/iu;

/** Refuses a folder that is not there. A folder without a benchmark is an answer, with a remark. */
export function findBenchmarks(folder: string): FoundBenchmarks {
    const root = realFolder(folder);
    const remarks: string[] = [];
    const found = filesIn(root, remarks).flatMap((path) => {
        const task = taskOf(root, path, remarks);
        return task === null ? [] : [{ task, path, set: setOf(root, path) }];
    });
    // full and fast hold the same tasks: together they would be counted twice
    const both = found.some(({ set }) => set === 'full') && found.some(({ set }) => set === 'fast');
    if (both)
        remarks.push(
            'The folder holds the full evaluation and the fast one; the full one is used. Choose the folder fast_eval for the fast one.',
        );
    const used = both ? found.filter(({ set }) => set !== 'fast') : found;
    const tasks = fileTasks.flatMap((task): FoundTask[] => {
        const files = used.filter((file) => file.task === task);
        if (files.length === 0) return [];
        const folders = [...new Set(files.map(({ path }) => dirname(path)))];
        if (folders.length > 1) remarks.push(twice(task, folders, root));
        const paths = files.map(({ path }) => path).filter((path) => dirname(path) === folders[0]);
        return [{ task, set: files[0]!.set, dataset: basename(folders[0]!), files: paths }];
    });
    if (tasks.length === 0)
        remarks.push(
            'There is no benchmark in this folder; nothing was measured. Choose the folder evaluation_data of the BabyLM challenge, a folder in it, or one of Zorro.',
        );
    return { tasks, missing: missingFrom(tasks), remarks: [...remarks, ...tasks.flatMap(incomplete)] };
}

/** All items of a task, and a sentence for everything in its files that could not be used. */
export function readTask(found: FoundTask, entityItems: EntityItems = 'all'): TaskItems {
    const remarks: string[] = [];
    const files = found.files.flatMap((path) => readText(path, remarks) ?? []);
    const read = readTaskFiles(found.task, files, entityItems);
    const expected = found.set === null ? undefined : officialSizes[found.set][found.task];
    const isWhole = expected === undefined || entityItems !== 'all' || read.items.length === expected.items;
    if (!isWhole && files.length >= expected.files)
        remarks.push(
            `${found.dataset} has ${counted(read.items.length, 'item')} and the official folder ${count(expected.items)}; what is there is used. Numbers cannot be compared with published ones.`,
        );
    return { items: read.items, remarks: [...remarks, ...read.remarks] };
}

function realFolder(folder: string): string {
    const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder)
        throw badInput(
            `There is no folder ${folder}; nothing was measured. Choose the folder evaluation_data of the BabyLM challenge, or one in it.`,
        );
    return realpathSync(folder);
}

/** Files with an ending that a benchmark may have, folder by folder, by name. */
function filesIn(root: string, remarks: string[]): string[] {
    const files: string[] = [];
    let isCut = false;
    const walk = (folder: string, depth: number): void => {
        const entries = namesIn(folder, remarks).sort(); // the pipeline has no order of its own: it takes the disk's
        for (const name of entries.filter((entry) => !entry.startsWith('.'))) {
            const path = join(folder, name);
            const kind = kindOf(root, path, remarks);
            if (kind === 'folder' && depth < deepest) walk(path, depth + 1);
            else if (kind === 'folder') isCut = true;
            else if (kind === 'file' && /\.(zip|gz|tar|tgz|7z)$/iu.test(name)) remarks.push(packed(name));
            else if (kind === 'file' && endings.test(name)) {
                if (files.length < mostFiles) files.push(path);
                else isCut = true;
            }
        }
    };
    walk(root, 0);
    if (isCut)
        remarks.push(
            `The folder is deeper or holds more files than a benchmark does; the first ${mostFiles} files of ${deepest} levels were looked at. Choose a folder that holds the benchmarks alone.`,
        );
    return files;
}

function namesIn(folder: string, remarks: string[]): string[] {
    try {
        return readdirSync(folder);
    } catch (error) {
        if (!isDenied(error)) throw error;
        remarks.push(
            `The folder ${basename(folder)} cannot be opened; it is left out and the other files are used. Look whether you may open it.`,
        );
        return [];
    }
}

function kindOf(root: string, path: string, remarks: string[]): 'file' | 'folder' | 'other' {
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other';
    const target = statSync(path, { throwIfNoEntry: false }) && realpathSync(path);
    if (target === undefined || !`${target}${sep}`.startsWith(`${root}${sep}`)) {
        const where = target === undefined ? 'nowhere' : 'out of the folder';
        remarks.push(
            `${basename(path)} is a link that leads ${where}; it was not followed and the other files are used. Put the file itself there.`,
        );
    }
    return 'other'; // a link within the folder leads to what is found anyway
}

const packed = (name: string): string =>
    `${name} is packed and was not opened; the other files are used. Unpack it${/ewok/iu.test(name) ? ' with the password that the BabyLM page gives' : ''}, then choose the folder again.`;

const twice = (task: FileTask, folders: readonly string[], root: string): string =>
    `${benchmarkNames[task]} is in ${folders.length} folders; the first, ${relative(root, folders[0]!) || basename(root)}, is used. Choose the folder that you mean.`;

/** Null, with a remark, for a file that looks like a benchmark's and is none. */
function taskOf(root: string, path: string, remarks: string[]): FileTask | null {
    const name = basename(path);
    const { size } = statSync(path);
    const head = readHead(path, size);
    const decoded = head === null ? null : decodeText(head);
    const known = decoded && recogniseTask(relative(root, path).split(sep).join('/'), decoded.text);
    const isLong = size > longestFileBytes;
    if (known && !isLong) return known;
    const isNamedLikeOne = /\.(jsonl|csv)$/iu.test(name) && !/glue|\.(train|valid)\./iu.test(path.slice(root.length));
    if (known)
        remarks.push(
            `${name} has more than ${longestFileBytes / 2 ** 20} MB, larger than any file of a benchmark; it is left out and the other files are used. Get the file again.`,
        );
    else if (head === null)
        remarks.push(
            `${name} cannot be read; it is left out and the other files are used. Look whether you may open it.`,
        );
    else if (isNamedLikeOne)
        remarks.push(
            size === 0
                ? `${name} is empty; the other files are used. Get the file again.`
                : `${name} is of no benchmark known here; it is left out and the other files are used. Get the file again if it should be one.`,
        );
    return null;
}

function readHead(path: string, size: number): Uint8Array | null {
    const file = openIfAllowed(path);
    if (file === null) return null;
    try {
        const bytes = new Uint8Array(Math.min(size, headBytes));
        return wholeCharacters(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)), size);
    } finally {
        closeSync(file);
    }
}

/** Cuts a head at its last line or ASCII byte: half a character would look like another encoding. */
function wholeCharacters(bytes: Uint8Array, size: number): Uint8Array {
    if (bytes.length === size) return bytes;
    let end = bytes.length;
    while (end > 0 && bytes[end - 1]! > 0x7f) end--;
    return bytes.subarray(0, end - (end % 2)); // even: UTF-16 has two bytes a character
}

function openIfAllowed(path: string): number | null {
    try {
        return openSync(path, 'r');
    } catch (error) {
        if (!isDenied(error)) throw error;
        return null;
    }
}

/** Undefined, with a remark, where it cannot be used. */
function readText(path: string, remarks: string[]): TaskFile | undefined {
    const name = basename(path);
    let bytes: Uint8Array;
    try {
        bytes = readFileSync(path);
    } catch (error) {
        if (!isDenied(error)) throw error;
        remarks.push(
            `${name} cannot be read any more; it is left out and the other files are used. Look whether it is still there.`,
        );
        return undefined;
    }
    const decoded = decodeText(bytes);
    if (decoded === null) {
        remarks.push(
            `${name} is not text, whatever its name says; it is left out and the other files are used. Get the file again.`,
        );
        return undefined;
    }
    if (decoded.otherEncoding !== null)
        remarks.push(
            `${name} is written in ${decoded.otherEncoding} and not in UTF-8; it was read as that and is used. Look at a few of its items if it holds accents.`,
        );
    return { name, text: decoded.text };
}

const isDenied = (error: unknown): boolean =>
    error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'ENOENT', 'EISDIR'].includes(String(error.code));

/** By the names of the folders above a file, the nearest first: full_eval, fast_eval, blimp_filtered, ewok_fast, … */
function setOf(root: string, path: string): BenchmarkSet | null {
    const folders = [basename(root), ...relative(root, dirname(path)).split(sep)].reverse();
    for (const folder of folders) {
        if (folder === 'full_eval' || folder.endsWith('_filtered')) return 'full';
        if (folder === 'fast_eval' || folder.endsWith('_fast')) return 'fast';
    }
    return null;
}

/** A folder is an official half where one of its tasks says so and there are several: one task alone lacks nothing. */
function missingFrom(tasks: readonly FoundTask[]): FileTask[] {
    const set = tasks.find((task) => task.set !== null)?.set;
    if (!set || tasks.length < 2) return [];
    return fileTasks.filter((task) => officialSizes[set][task] && !tasks.some((found) => found.task === task));
}

function incomplete({ task, set, files }: FoundTask): string[] {
    const expected = set === null ? undefined : officialSizes[set][task];
    if (!expected || files.length >= expected.files) return [];
    return [
        `${benchmarkNames[task]} has ${files.length} of ${expected.files} files; those are used. Numbers cannot be compared with published ones until the folder is whole.`,
    ];
}
