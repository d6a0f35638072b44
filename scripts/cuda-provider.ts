/**
 * Installs onnxruntime's CUDA provider beside its library, where onnxruntime looks for it. It is downloaded, checked
 * and unpacked under temporary names and renamed last, so a broken download leaves nothing half done. npm deletes the
 * files with the package, so a provider never outlives its version.
 */
import { constants, accessSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { download, gigabytes, type HowToDownload } from '../src/main/service/models/download.ts';
import { badInput, FaultError } from '../src/shared/faults.ts';
import { findPackage, host, type CudaPackage } from './cuda-package.ts';
import { unpack, zipEntries, type ZipEntry } from './zip-file.ts';

export interface InstallFolders {
    /** The library's folder. */
    readonly folder: string;
    /** Where the package lies until it is unpacked; an incomplete download stays there and is continued. */
    readonly cache: string;
}

export interface Provided {
    readonly files: readonly string[];
    readonly wasThere: boolean;
    /** Whether the download was checked against a hash. */
    readonly isVouchedFor: boolean;
}

/** Where onnxruntime-node keeps this platform's library. */
export function installFolders(): InstallFolders {
    const home = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
    return {
        folder: join(home, 'bin', 'napi-v6', process.platform, process.arch),
        cache: join(import.meta.dirname, '..', 'node_modules', '.cache', 'storyloop', 'cuda'),
    };
}

/** @throws bad input, in one sentence, for everything that can go wrong */
export async function provideCuda(
    wanted: CudaPackage,
    folders: InstallFolders,
    how: HowToDownload = {},
): Promise<Provided> {
    const files = wanted.files.map((path) => join(folders.folder, basename(path)));
    if (files.every((file) => existsSync(file))) return { files, wasThere: true, isVouchedFor: true };
    refuseUnwritable(folders);
    const { address, bytes, digest } = await findPackage(wanted);
    const archive = join(folders.cache, `${wanted.name}.${wanted.version}.nupkg`.toLowerCase());
    const advice = {
        byHand: () => 'name another NuGet feed in STORYLOOP_NUGET (the address of its index.json)',
        elsewhere: 'install Storyloop in a folder with room',
    };
    const end = await download({ address, target: archive, bytes, digest, head: 'PK\u0003\u0004', advice }, how);
    if (end.kind === 'paused')
        throw badInput(
            `Stopped as asked; ${gigabytes(end.done)} of ${gigabytes(bytes)} are kept, nothing else was changed. The same command goes on from there.`,
        );
    await unpackAll(archive, wanted, files, host(address));
    rmSync(archive);
    return { files, wasThere: false, isVouchedFor: digest !== null };
}

/** Removes the provider; returns the names of the files that were there. */
export function removeCuda(wanted: CudaPackage, { folder, cache }: InstallFolders): readonly string[] {
    const files = wanted.files.map((path) => join(folder, basename(path))).filter((file) => existsSync(file));
    for (const file of files) rmSync(file);
    rmSync(cache, { recursive: true, force: true });
    return files;
}

/** The CUDA libraries a provider expects from the system; the provider decides their version. */
export function systemLibraries(provider: string): readonly string[] {
    const named = readFileSync(provider, 'latin1').match(
        /\blib(cuda|cublas|cublasLt|cudart|cudnn|cufft|curand)\.so\.\d+\b/g,
    );
    return [...new Set(named)].sort();
}

async function unpackAll(archive: string, wanted: CudaPackage, files: readonly string[], from: string): Promise<void> {
    const partial = (file: string): string => `${file}.partial`;
    try {
        const entries = entriesOf(archive, wanted);
        refuseFullDisk(dirname(files[0]!), entries);
        for (const [at, entry] of entries.entries()) await unpack(archive, entry, partial(files[at]!));
        for (const file of files) renameSync(partial(file), file);
    } catch (error) {
        for (const file of files) rmSync(partial(file), { force: true });
        const { code = 'Z_', message } = error as { code?: string; message: string };
        if (code === 'ENOSPC' || code === 'EDQUOT') throw fullDisk(dirname(files[0]!));
        if (error instanceof FaultError || !code.startsWith('Z_')) throw error; // zlib's codes begin like this
        rmSync(archive);
        throw badInput(
            `What ${from} sent for ${wanted.name} ${wanted.version} cannot be unpacked (${message}); it was thrown away and nothing was changed. Try again, or name another NuGet feed in STORYLOOP_NUGET.`,
        );
    }
}

function entriesOf(archive: string, { files }: CudaPackage): readonly ZipEntry[] {
    const entries = zipEntries(archive);
    return files.map((path) => {
        const entry = entries.find((each) => each.name === path);
        if (entry === undefined) throw new Error(`there is no ${path} in it`);
        return entry;
    });
}

function refuseUnwritable({ folder, cache }: InstallFolders): void {
    try {
        accessSync(folder, constants.W_OK);
        mkdirSync(cache, { recursive: true });
        accessSync(cache, constants.W_OK);
    } catch (error) {
        throw badInput(
            `Nothing can be written to ${folder} or ${cache} (${(error as { code?: string }).code}); nothing was changed. Run it as the person who installed Storyloop.`,
        );
    }
}

function refuseFullDisk(folder: string, entries: readonly ZipEntry[]): void {
    const { bavail, bsize } = statfsSync(folder);
    if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > bavail * bsize) throw fullDisk(folder);
}

function fullDisk(folder: string): Error {
    return badInput(
        `The disk of ${folder} has no room for what was fetched; the package is kept and nothing else was changed. Free some space, then run it again: nothing is fetched twice.`,
    );
}
