/**
 * Downloads a large file. A download that stopped goes on where it was, also after a restart; the file is checked
 * before it gets its name; and every failure has a sentence that says what to do.
 */
import { createHash } from 'node:crypto';
import {
    closeSync,
    createReadStream,
    existsSync,
    openSync,
    readFileSync,
    readSync,
    renameSync,
    rmSync,
    statfsSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { constants, open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, dirname } from 'node:path';
import { badInput, type FaultReader } from '../../../shared/faults.ts';
import { wireTrouble } from '../../network/wire-trouble.ts';
import { makeFolder } from '../../store/connection/places.ts';
import { request } from './web-request.ts';

export interface Wanted {
    readonly address: string;
    /** The path of the finished file. Until it is complete and checked it is called `<target>.partial`. */
    readonly target: string;
    readonly bytes: number;
    /** Null where none is known. */
    readonly digest: Digest | null;
    /** The bytes with which the file begins; an answer that begins otherwise is never kept. Left out: not checked. */
    readonly head?: string;
    /** What sentences advise where it fails; left out, the advice for a model. */
    readonly advice?: Advice;
}

export interface Digest {
    readonly algorithm: 'sha256' | 'sha512';
    readonly hex: string;
}

export interface Advice {
    /** How to get the file without this download, for a reader in the window or at the command line. */
    readonly byHand: (reader: FaultReader) => string;
    /** What to do where the file cannot be kept in that folder. */
    readonly elsewhere: string;
}

const adviceForModels: Advice = {
    byHand: (reader) =>
        `download it with a browser and add it (${reader === 'window' ? 'Use a file I have' : 'models add <file>'})`,
    elsewhere: 'set STORYLOOP_HOME to another folder',
};

export interface HowToDownload {
    /** Pauses the download; what has arrived stays for the next time. */
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: DownloadProgress) => void;
    /** After this long a silence the server counts as gone. */
    readonly patienceMs?: number;
    /** The waits before each new attempt. With n waits, n + 1 attempts in a row without a byte end the download. */
    readonly waitsMs?: readonly number[];
}

export interface DownloadProgress {
    readonly phase: 'downloading' | 'waiting' | 'checking';
    readonly done: number; // bytes
    readonly of: number; // bytes
}

export type DownloadEnd =
    { readonly kind: 'complete'; readonly wasThere: boolean } | { readonly kind: 'paused'; readonly done: number };

/** An attempt failed in a way that may pass; what it brought is kept. */
class Interrupted extends Error {}

/** Downloads the file, or what is left of it. @throws bad input where it cannot be had, with what to do */
export async function download(wanted: Wanted, how: HowToDownload = {}): Promise<DownloadEnd> {
    const { target, bytes } = wanted;
    const { signal, onProgress = () => {}, waitsMs = [1000, 4000, 15_000] } = how;
    if (existsSync(target)) {
        await verify(target, wanted, onProgress);
        return { kind: 'complete', wasThere: true };
    }
    makeFolder(dirname(target));
    const partial = `${target}.partial`;
    let attemptsLeft = waitsMs.length;
    while (sizeOf(partial) !== bytes) {
        if (sizeOf(partial) > bytes || !beginsRight(partial, wanted)) discard(partial); // of another file or version
        const before = sizeOf(partial);
        refuseFullDisk(wanted, bytes - before);
        try {
            await attempt(wanted, partial, how);
        } catch (error) {
            if (signal?.aborted) return { kind: 'paused', done: sizeOf(partial) };
            if (!(error instanceof Interrupted)) throw error;
            if (sizeOf(partial) > before) attemptsLeft = waitsMs.length;
            if (attemptsLeft === 0) throw gaveUp(wanted, sizeOf(partial), error.message);
            onProgress({ phase: 'waiting', done: sizeOf(partial), of: bytes });
            await pause(waitsMs[waitsMs.length - attemptsLeft]!, signal);
            attemptsLeft -= 1;
        }
        if (signal?.aborted) return { kind: 'paused', done: sizeOf(partial) };
    }
    await verify(partial, wanted, onProgress);
    if (existsSync(partial)) renameSync(partial, target); // another process may have been first
    rmSync(validatorOf(partial), { force: true });
    return { kind: 'complete', wasThere: false };
}

/** Sends one request and writes what comes, until the answer ends or the server falls silent. */
async function attempt(wanted: Wanted, partial: string, how: HowToDownload): Promise<void> {
    const { address, bytes } = wanted;
    const { signal, onProgress = () => {}, patienceMs = 30_000 } = how;
    const from = sizeOf(partial);
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), patienceMs);
    const signals = signal ? [signal, silence.signal] : [silence.signal];
    let file: FileHandle | undefined;
    let response: IncomingMessage | undefined;
    try {
        const headers = from > 0 ? { range: `bytes=${from}-`, ...ifUnchanged(partial) } : {};
        response = await request(address, headers, AbortSignal.any(signals)).catch(ofTheWire);
        const position = startOfAnswer(response, wanted, from);
        refusePage(response, wanted);
        refuseOtherFile(response, wanted, position);
        file = await openChecked(response, partial, wanted, position);
        let done = position;
        for await (const chunk of bodyOf(response)) {
            timer.refresh();
            const room = bytes - done; // a server may say more than it promised
            if (chunk.length > room) throw otherFile(wanted, `more than ${bytes}`);
            if (!headFits(chunk, done, wanted.head)) {
                discard(partial);
                throw noSuchFile(wanted);
            }
            // at its place, not at the end: two processes at the same download write the same bytes
            await file.write(chunk, 0, chunk.length, done);
            done += chunk.length;
            onProgress({ phase: 'downloading', done, of: bytes });
        }
        await file.sync();
        if (done < bytes) throw new Interrupted('the connection ended early');
    } catch (error) {
        throw meaningOf(error, wanted, silence.signal.aborted, patienceMs);
    } finally {
        clearTimeout(timer);
        response?.destroy();
        await file?.close();
    }
}

async function* bodyOf(response: IncomingMessage): AsyncGenerator<Buffer> {
    try {
        yield* response as AsyncIterable<Buffer>;
    } catch (error) {
        ofTheWire(error);
    }
}

/** For errors of the connection; pauses and silences are recognised by their signals. */
function ofTheWire(error: unknown): never {
    throw new Interrupted(wireTrouble(error));
}

/** The byte with which the answer begins: where we stopped, or 0 from a server that cannot begin in the middle. */
function startOfAnswer(response: IncomingMessage, { address, advice = adviceForModels }: Wanted, from: number): number {
    const status = response.statusCode ?? 0;
    if (status === 200) return 0;
    if (status === 206) {
        const start = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1];
        return start === undefined ? from : Number(start);
    }
    if (status === 429 || status >= 500) throw new Interrupted(`${hostOf(address)} answered ${status}`);
    const why =
        status === 404
            ? 'it has no such file'
            : status === 401 || status === 403
              ? 'it gives the file to people who have signed in and agreed to its licence'
              : 'it will not send the file';
    throw badInput(
        (_, reader) =>
            `${hostOf(address)} answered ${status}: ${why}; nothing was changed. Instead, ${advice.byHand(reader)}.`,
    );
}

/** Refuses a web page: login pages and gateways answer with status 200, too. */
function refusePage({ headers }: IncomingMessage, wanted: Wanted): void {
    if (/^\s*(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '')) throw noSuchFile(wanted);
}

function noSuchFile({ address, target, advice = adviceForModels }: Wanted): Error {
    return badInput(
        (_, reader) =>
            `${hostOf(address)} answers with something else than ${basename(target)}, such as a page to log in at; nothing was kept of it. Open the address in a browser, then try again, or ${advice.byHand(reader)}.`,
    );
}

/** Do these bytes, which stand at `from`, agree with those that the file begins with? */
function headFits(bytes: Buffer, from: number, head = ''): boolean {
    const expected = Buffer.from(head, 'latin1').subarray(from, from + bytes.length);
    return bytes.subarray(0, expected.length).equals(expected);
}

function beginsRight(partial: string, { head = '' }: Wanted): boolean {
    if (head === '' || !existsSync(partial)) return true;
    const first = Buffer.alloc(head.length);
    const handle = openSync(partial, 'r');
    try {
        return headFits(first.subarray(0, readSync(handle, first)), 0, head);
    } finally {
        closeSync(handle);
    }
}

/** The file that keeps, beside what has arrived, the server's tag of that version. */
function validatorOf(partial: string): string {
    return `${partial}.version`;
}

function discard(partial: string): void {
    rmSync(partial, { force: true });
    rmSync(validatorOf(partial), { force: true });
}

/** The header with which a server whose file has changed sends the new one from its beginning. */
function ifUnchanged(partial: string): Record<string, string> {
    const file = validatorOf(partial);
    return existsSync(file) ? { 'if-range': readFileSync(file, 'utf8') } : {};
}

/**
 * Opens the file to write at its place. Where it begins anew, the tag of the version before is forgotten. Weak tags are
 * not kept, because they may not stand in `If-Range`.
 */
async function openChecked(
    { headers }: IncomingMessage,
    partial: string,
    { address, digest }: Wanted,
    position: number,
): Promise<FileHandle> {
    const tag = headers.etag?.startsWith('W/') ? undefined : (headers.etag ?? headers['last-modified']);
    const before = existsSync(validatorOf(partial)) ? readFileSync(validatorOf(partial), 'utf8') : undefined;
    // without both tags, the digest will tell whether the parts belong together
    const isSame = before === undefined || tag === undefined ? digest !== null : before === tag;
    if (position > 0 && !isSame) {
        discard(partial);
        throw new Interrupted(`${hostOf(address)} has another version of the file now`);
    }
    const file = await open(partial, constants.O_CREAT | constants.O_WRONLY);
    if (position > 0) return file;
    await file.truncate(0); // what lies there may be of another version
    if (tag === undefined) rmSync(validatorOf(partial), { force: true });
    else writeFileSync(validatorOf(partial), tag);
    return file;
}

function refuseOtherFile({ headers }: IncomingMessage, wanted: Wanted, position: number): void {
    const length = headers['content-length'];
    if (length === undefined || headers['content-encoding'] !== undefined) return;
    const whole = position + Number(length);
    if (whole !== wanted.bytes) throw otherFile(wanted, String(whole));
}

function otherFile({ address, bytes, advice = adviceForModels }: Wanted, offered: string): Error {
    return badInput(
        (_, reader) =>
            `${hostOf(address)} sends ${offered} bytes where ${bytes} are expected, so it is another file; nothing was kept of it. Try again later, or ${advice.byHand(reader)}.`,
    );
}

/** Checks size and hash. A file that fails never gets its name, and another one of that name is not touched. */
async function verify(file: string, wanted: Wanted, onProgress: (progress: DownloadProgress) => void): Promise<void> {
    const { bytes, digest, target } = wanted;
    const isOurs = file !== target;
    const size = sizeOf(file);
    const isWhole =
        size === bytes &&
        beginsRight(file, wanted) &&
        (digest === null || (await hashOf(file, bytes, onProgress, digest.algorithm)) === digest.hex);
    if (isWhole) return;
    if (isOurs) discard(file);
    const hash = digest?.algorithm === 'sha512' ? 'SHA-512' : 'SHA-256';
    throw badInput(
        isOurs
            ? `What arrived of ${basename(target)} is damaged (${digest === null ? 'it does not begin as such a file does' : `its ${hash} is not the expected one`}); it was thrown away. Download it again.`
            : `${target} is not the file it is called (${digest === null ? 'its size or beginning' : `size or ${hash}`} differ); it was left as it is. Move it away, then download it again.`,
    );
}

/** The digest of a file in hexadecimal. */
export async function hashOf(
    file: string,
    of: number,
    onProgress: (progress: DownloadProgress) => void = () => {},
    algorithm: Digest['algorithm'] = 'sha256',
): Promise<string> {
    const hash = createHash(algorithm);
    let done = 0;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        done += chunk.length;
        onProgress({ phase: 'checking', done, of });
    }
    return hash.digest('hex');
}

function refuseFullDisk({ target, advice = adviceForModels }: Wanted, missing: number): void {
    const { bavail, bsize } = statfsSync(dirname(target));
    if (bavail * bsize > missing) return;
    throw badInput(
        `${basename(target)} needs ${gigabytes(missing)} more and the disk has ${gigabytes(bavail * bsize)} free; what was there before is safe. Free some space or ${advice.elsewhere}, then download again.`,
    );
}

function meaningOf(error: unknown, wanted: Wanted, wasSilent: boolean, patienceMs: number): unknown {
    const { target, address, advice = adviceForModels } = wanted;
    const { code } = error as { code?: string };
    if (wasSilent) return new Interrupted(`${hostOf(address)} was silent for ${patienceMs / 1000} s`);
    if (code === 'ENOSPC' || code === 'EDQUOT')
        return badInput(
            `The disk became full at ${gigabytes(sizeOf(`${target}.partial`))} of ${basename(target)}; what arrived is kept. Free some space, then download again: it goes on from there.`,
        );
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
        return badInput(
            `${dirname(target)} may not be written to; nothing was downloaded. Make it yours, or ${advice.elsewhere}.`,
        );
    return error;
}

function gaveUp({ address, target }: Wanted, done: number, why: string): Error {
    const arrived = done > 0 ? `the ${gigabytes(done)} that arrived are kept` : 'nothing arrived yet';
    return badInput(
        `${hostOf(address)} does not send ${basename(target)} (${why}); ${arrived}. Check that this computer is online, then download again${done > 0 ? ': it goes on from there' : ''}.`,
    );
}

export function gigabytes(bytes: number): string {
    return bytes >= 1e8 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function hostOf(address: string): string {
    return new URL(address).host;
}

function sizeOf(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Resolves after the time, or at once when a pause is asked for. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
        });
    });
}
