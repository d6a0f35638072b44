/**
 * Finds the package that holds onnxruntime's CUDA provider, and what its feed says about it. Name, version and files
 * come from onnxruntime-node's own list (script/install-metadata.js), so they match the installed version. Its install
 * script is not run: it checks neither size nor hash, starts over when a connection breaks, writes its files in place,
 * and also installs TensorRT's provider.
 *
 * The feed speaks version 3 of NuGet's protocol (https://learn.microsoft.com/nuget/api/overview). The package is
 * checked against the hash in the feed's catalogue: that proves that what arrived is what the feed holds, and no more.
 */
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Digest } from '../src/main/service/models/download.ts';
import { request } from '../src/main/service/models/web-request.ts';
import { badInput } from '../src/shared/faults.ts';

export interface CudaPackage {
    readonly name: string;
    readonly version: string;
    /** Paths in the package. */
    readonly files: readonly string[];
    /** The service index of the feed. */
    readonly feed: string;
}

const metadataSchema = z.object({
    manifests: z.record(z.string(), z.record(z.string(), z.object({ package: z.string(), path: z.string() }))),
    packages: z.record(
        z.string(),
        z.object({ name: z.string(), versions: z.array(z.object({ feed: z.string(), version: z.string() })).min(1) }),
    ),
    feeds: z.record(z.string(), z.object({ index: z.string() })),
});

const wantedFile = /onnxruntime_providers_(cuda|shared)\./;

/** The package onnxruntime-node would install for CUDA here. @throws bad input where it has none for the platform */
export function cudaPackageFor(platform: NodeJS.Platform, arch: string): CudaPackage {
    const read: unknown = createRequire(import.meta.url)('onnxruntime-node/script/install-metadata.js');
    const { manifests, packages, feeds } = metadataSchema.parse(read);
    const manifest = Object.entries(manifests).find(([key]) => key.startsWith(`${platform}/${arch}:cuda`))?.[1];
    if (manifest === undefined) {
        const windows =
            platform === 'win32'
                ? ' On Windows, unpack a GPU build of the same onnxruntime and point STORYLOOP_ONNXRUNTIME at its folder (docs/performance.md, Devices).'
                : '';
        throw badInput(
            `CUDA for onnxruntime can be fetched on Linux x64 only, and this is ${platform} ${arch}; nothing was changed.${windows}`,
        );
    }
    const files = Object.values(manifest).filter(({ path }) => wantedFile.test(basename(path)));
    const { name, versions } = packages[files[0]!.package]!;
    const { feed, version } = versions[0]!;
    return { name, version, files: files.map(({ path }) => path), feed: feeds[feed]!.index };
}

export interface PackageAddress {
    readonly address: string;
    readonly bytes: number;
    /** Null where the feed, a mirror perhaps, publishes no hash. */
    readonly digest: Digest | null;
}

const indexSchema = z.object({ resources: z.array(z.object({ '@id': z.string(), '@type': z.string() })) });
// NuGet's own feed names a document here; others may put one there, without a hash.
const leafSchema = z.object({ packageContent: z.url(), catalogEntry: z.unknown() });
const catalogSchema = z.object({
    packageHash: z.base64(),
    packageHashAlgorithm: z.literal('SHA512'),
    packageSize: z.number().int().positive(),
});

// The first that a feed offers; all have the same documents for our purpose.
const registrations = ['RegistrationsBaseUrl/3.6.0', 'RegistrationsBaseUrl/3.4.0', 'RegistrationsBaseUrl'];

/** Where a feed has the package, its size and its hash. @throws bad input, in one sentence, where it has none */
export async function findPackage({ name, version, feed }: CudaPackage): Promise<PackageAddress> {
    const { resources } = await json(feed, 'index of a NuGet feed', indexSchema);
    const base = registrations.flatMap((type) => resources.filter((each) => each['@type'] === type))[0]?.['@id'];
    if (base === undefined)
        throw badInput(
            `${host(feed)} is no NuGet feed that can be asked for one package; nothing was changed. ${advice}`,
        );
    const leafAddress = `${base.replace(/\/?$/, '/')}${name.toLowerCase()}/${version}.json`;
    const leaf = await json(leafAddress, `entry for ${name} ${version}`, leafSchema);
    const address = leaf.packageContent;
    if (typeof leaf.catalogEntry === 'string') {
        const { packageHash, packageSize } = await json(leaf.catalogEntry, `hash of ${name} ${version}`, catalogSchema);
        const hex = Buffer.from(packageHash, 'base64').toString('hex');
        return { address, bytes: packageSize, digest: { algorithm: 'sha512', hex } };
    }
    const answered = await answer(address, `size of ${name} ${version}`);
    answered.destroy(); // its headers say everything
    const bytes = Number(answered.headers['content-length']);
    if (!(bytes > 0))
        throw badInput(`${host(address)} does not say how big ${name} is; nothing was changed. ${advice}`);
    return { address, bytes, digest: null };
}

const advice = 'Try again later, or name another NuGet feed in STORYLOOP_NUGET (the address of its index.json).';

async function json<Document>(address: string, what: string, schema: z.ZodType<Document>): Promise<Document> {
    const response = await answer(address, what);
    const body = await buffer(response).catch((error: unknown) => {
        throw unreachable(address, error);
    });
    // NuGet's newer documents are, whether asked for or not
    const isPacked = response.headers['content-encoding'] === 'gzip';
    const { success, data } = schema.safeParse(parsed(body, isPacked));
    if (!success) throw badInput(`What ${host(address)} sends is no ${what}; nothing was changed. ${advice}`);
    return data;
}

function parsed(body: Buffer, isPacked: boolean): unknown {
    try {
        return JSON.parse((isPacked ? gunzipSync(body) : body).toString('utf8'));
    } catch {
        return null; // no schema accepts it
    }
}

async function answer(address: string, what: string): Promise<IncomingMessage> {
    const response = await request(address, {}, AbortSignal.timeout(patienceMs)).catch((error: unknown) => {
        throw unreachable(address, error);
    });
    if (response.statusCode === 200) return response;
    response.destroy();
    throw badInput(
        `${host(address)} answered ${response.statusCode} when asked for the ${what}; nothing was changed. ${advice}`,
    );
}

function unreachable(address: string, error: unknown): Error {
    const { code, message } = error as { code?: string; message: string };
    return badInput(
        `${host(address)} cannot be reached (${code ?? message}); nothing was changed. Connect this computer and try again; behind a proxy set HTTPS_PROXY, or name a feed that can be reached in STORYLOOP_NUGET.`,
    );
}

const patienceMs = 30_000;

export function host(address: string): string {
    return URL.canParse(address) ? new URL(address).host : address;
}
