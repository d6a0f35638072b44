/**
 * Reads text files in blocks, so that their size does not matter, and refuses in one sentence what is not text: binary,
 * not UTF-8, unreadable.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { badInput } from '../../../shared/faults.ts';

export type Split = 'train' | 'dev' | 'test';

export interface CorpusFile {
    readonly path: string;
    /** relative to the corpus, with forward slashes: the same on every machine */
    readonly name: string;
    readonly split: Split;
    /** `lines`: BabyLM's format, one paragraph per line. `text`: the whole file is one document. */
    readonly layout: 'lines' | 'text';
}

const splitOfExtension: ReadonlyMap<string, Split> = new Map([
    ['.train', 'train'],
    ['.dev', 'dev'],
    ['.test', 'test'],
]);
const blockBytes = 4 << 20;
const newline = 10;
/** A string of V8's holds at most 2^29 − 24 characters; this leaves a little room for what is put around a line. */
const longestLineBytes = 2 ** 29 - 1024;

/**
 * The files of a corpus, by name. In a folder and its subfolders: the `.train`, `.dev` and `.test` files or, where
 * there is no `.train`, the `.txt` files, in either case. Hidden files and folders are skipped: a Mac leaves a binary
 * "._one.txt" beside every "one.txt". Any single file will do as well.
 * @throws bad input where there is none
 */
export function listCorpusFiles(path: string): readonly CorpusFile[] {
    const stat = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
    if (stat === undefined) {
        throw badInput(`There is no corpus at "${path}"; check the path, or use the built-in "storyworld".`);
    }
    if (!stat.isDirectory()) return [fileAt(path, basename(path))];

    const entries = attempt(path, () => readdirSync(path, { recursive: true, withFileTypes: true }));
    const files = entries
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => fileAt(file, relative(path, file).split(sep).join('/')))
        .filter(({ name }) => !/(?:^|\/)\./.test(name))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    const babyLm = files.filter((file) => splitOfExtension.has(extensionOf(file.path)));
    if (babyLm.some((file) => file.split === 'train')) return babyLm;
    const texts = files.filter((file) => extensionOf(file.path) === '.txt');
    if (texts.length === 0) {
        throw badInput(`The folder "${path}" has no .train and no .txt files; put the text to learn from there.`);
    }
    return [...texts, ...babyLm];
}

function fileAt(path: string, name: string): CorpusFile {
    const split = splitOfExtension.get(extensionOf(path));
    return { path, name, split: split ?? 'train', layout: split === undefined ? 'text' : 'lines' };
}

function extensionOf(path: string): string {
    return extname(path).toLowerCase();
}

/**
 * The text of a file in blocks that end at a line's end, without carriage returns and byte order mark. `onBytes` gets
 * every byte unchanged.
 * @throws bad input that names the file and the byte where it stops being text
 */
export function* readTextBlocks(file: CorpusFile, onBytes?: (bytes: Buffer) => void): Generator<string, void, void> {
    const descriptor = attempt(file.path, () => openSync(file.path, 'r'));
    try {
        let pending: Buffer[] = []; // an unfinished line
        let pendingBytes = 0;
        let offset = 0; // offset in the file of pending's first byte
        for (;;) {
            const block = Buffer.allocUnsafe(blockBytes);
            const length = attempt(file.path, () => readSync(descriptor, block, 0, blockBytes, null));
            const read = block.subarray(0, length);
            onBytes?.(read);
            if (offset + pendingBytes === 0) refuseOtherEncodings(read, file.path);
            const end = length === 0 ? 0 : read.lastIndexOf(newline) + 1;
            const lineBytes = pendingBytes + (end === 0 ? length : read.indexOf(newline));
            if (lineBytes > longestLineBytes) {
                throw badInput(
                    `"${file.path}" has a line of more than 512 MiB (it begins at byte ${offset}); divide it with line breaks, or take the file out of the corpus.`,
                );
            }
            if (end > 0 || length === 0) {
                const bytes = Buffer.concat([...pending, read.subarray(0, end)]);
                if (bytes.length > 0) yield decodeText(bytes, file.path, offset);
                offset += bytes.length;
                [pending, pendingBytes] = [[], 0];
            }
            if (length === 0) return;
            pending.push(read.subarray(end));
            pendingBytes += length - end;
        }
    } finally {
        closeSync(descriptor);
    }
}

/** Byte order marks of other Unicode encodings, the longer first, because it begins with the shorter. */
const marks: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
    ['UTF-32', [0xff, 0xfe, 0, 0]],
    ['UTF-32', [0, 0, 0xfe, 0xff]],
    ['UTF-16', [0xff, 0xfe]],
    ['UTF-16', [0xfe, 0xff]],
];
const bytesLookedAt = 4096;

/**
 * @param start the first bytes of a file. UTF-16 without a mark is recognised by a NUL in every other byte of its Latin
 * letters.
 * @throws bad input that names the encoding
 */
function refuseOtherEncodings(start: Buffer, path: string): void {
    const marked = marks.find(([, mark]) => mark.every((byte, at) => start[at] === byte));
    const nuls = [0, 0]; // at even places, at odd ones
    const looked = Math.min(start.length, bytesLookedAt);
    for (let at = 0; at < looked; at++) if (start[at] === 0) nuls[at % 2]!++;
    const half = Math.floor(looked / 2);
    const isUnmarked16 = half > 0 && Math.min(...nuls) === 0 && Math.max(...nuls) > 0.7 * half;
    const encoding = marked?.[0] ?? (isUnmarked16 ? 'UTF-16' : null);
    if (encoding !== null) {
        throw badInput(`"${path}" is ${encoding} text; save it as UTF-8 or take it out of the corpus.`);
    }
}

function decodeText(bytes: Buffer, path: string, offset: number): string {
    const nul = bytes.indexOf(0);
    if (nul >= 0) {
        throw badInput(
            `"${path}" is a binary file, not text (a NUL at byte ${offset + nul}); take it out of the corpus.`,
        );
    }
    const text = bytes.toString('utf8');
    if (!isUtf8(bytes)) {
        const readBack = Buffer.from(text);
        const at = bytes.findIndex((byte, index) => readBack[index] !== byte);
        throw badInput(
            `"${path}" is not UTF-8 text (byte ${offset + at}); save it as UTF-8, from an older encoding such as Windows-1252, or take it out of the corpus.`,
        );
    }
    const withoutMark = offset === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    return withoutMark.includes('\r') ? withoutMark.replace(/\r\n?/g, '\n') : withoutMark;
}

function attempt<T>(path: string, read: () => T): T {
    try {
        return read();
    } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        throw badInput(`"${path}" cannot be read (${code}); check that it exists and that you may read it.`);
    }
}
