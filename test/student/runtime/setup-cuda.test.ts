/** `npm run setup:cuda` against a NuGet feed of its own: whatever goes wrong, a provider is complete or not there. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cudaPackageFor, type CudaPackage } from '../../../scripts/cuda-package.ts';
import { installFolders, provideCuda, removeCuda, systemLibraries } from '../../../scripts/cuda-provider.ts';
import { LIBRARY_VERSION } from '../../../src/main/student/runtime/native/library-file.ts';
import { expectSentence } from '../../headless/command-line.ts';
import { sendFile, serve, type Answer, type FileServer } from '../../service/models/file-server.ts';

const shipped = cudaPackageFor('linux', 'x64');
const [cuda, shared] = ['cuda', 'shared'].map((each) => `libonnxruntime_providers_${each}.so`) as [string, string];
const contents = new Map([
    [cuda, Buffer.concat([Buffer.from('\x7fELF\0libcudart.so.12\0libcublasLt.so.12\0libm.so.6\0'), noise(200_000)])],
    [shared, Buffer.from('shared by providers\n'.repeat(50))],
]);
const packed = archive(shipped.files.map((path) => [path, contents.get(basename(path))!]));

const scratch = mkdtempSync(join(tmpdir(), 'storyloop-setup-cuda-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let places = { folder: '', cache: '' };
beforeEach(() => {
    const folder = mkdtempSync(join(scratch, 'library-'));
    places = { folder, cache: join(folder, 'cache') };
});
const made = (): readonly string[] => readdirSync(places.folder).filter((name) => name !== 'cache');
const partial = (): string => join(places.cache, 'microsoft.ml.onnxruntime.gpu.linux.1.30.0.nupkg.partial');
const arrived = (): number => statSync(partial(), { throwIfNoEntry: false })?.size ?? 0;
const quickly = { waitsMs: [0, 0], patienceMs: 5000 };

/** Bytes that do not pack, always the same. */
function noise(count: number): Buffer {
    let state = 1;
    return Buffer.from(Array.from({ length: count }, () => (state = (state * 48_271) % 0x7fffffff) >> 8));
}

/** A zip archive, as APPNOTE.TXT has it; one file stored, the others deflated. */
function archive(files: readonly (readonly [string, Buffer])[]): Buffer {
    const [locals, central]: [Buffer[], Buffer[]] = [[], []];
    let at = 0;
    for (const [index, [name, content]] of files.entries()) {
        const data = index === 1 ? content : deflateRawSync(content);
        const fields = Buffer.alloc(26); // both headers have these: version, flags, method, time, crc, sizes, lengths
        fields.writeUInt16LE(20, 0);
        fields.writeUInt16LE(index === 1 ? 0 : 8, 4);
        fields.writeUInt32LE(crc32(content), 10);
        fields.writeUInt32LE(data.length, 14);
        fields.writeUInt32LE(content.length, 18);
        fields.writeUInt16LE(name.length, 22);
        const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
        const rest = Buffer.alloc(14);
        rest.writeUInt32LE(at, 10);
        central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, rest, Buffer.from(name)]));
        locals.push(local);
        at += local.length;
    }
    const directory = Buffer.concat(central);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(files.length, 8);
    end.writeUInt16LE(files.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(at, 16);
    return Buffer.concat([...locals, directory, end]);
}

interface Feed {
    readonly send?: Answer;
    readonly hash?: string;
    readonly size?: number;
    readonly saysHash?: boolean;
    readonly has?: boolean;
}

/** A feed with the one package, as api.nuget.org lays it out. */
async function feedOf({ send = sendFile(packed), hash, size, saysHash = true, has = true }: Feed = {}): Promise<
    FileServer & { readonly wanted: CudaPackage }
> {
    const entry = `/registration/${shipped.name.toLowerCase()}/${shipped.version}.json`;
    let sent = 0;
    const server = await serve((request, response, count) => {
        const here = `http://${request.headers.host}`;
        const documents: Record<string, unknown> = {
            '/index.json': {
                resources: [
                    { '@id': `${here}/search`, '@type': 'SearchQueryService' },
                    { '@id': `${here}/registration/`, '@type': 'RegistrationsBaseUrl/3.6.0' },
                ],
            },
            ...(has
                ? {
                      [entry]: {
                          packageContent: `${here}/package.nupkg`,
                          catalogEntry: saysHash ? `${here}/catalog.json` : { id: shipped.name },
                      },
                  }
                : {}),
            '/catalog.json': {
                packageHash: hash ?? createHash('sha512').update(packed).digest('base64'),
                packageHashAlgorithm: 'SHA512',
                packageSize: size ?? packed.length,
            },
        };
        const document = documents[request.url!];
        if (document !== undefined && request.url === entry)
            response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(document)));
        else if (document !== undefined) response.end(JSON.stringify(document));
        else if (request.url === '/package.nupkg') send(request, response, ++sent);
        else response.writeHead(404).end(String(count));
    });
    return { ...server, wanted: { ...shipped, feed: `${server.address}/index.json` } };
}

async function refusal(wanted: CudaPackage): Promise<string> {
    const said = await provideCuda(wanted, places, quickly).then(
        () => 'nothing was refused',
        (error: unknown) => (error as Error).message,
    );
    expectSentence(`${said}\n`, /./);
    expect(made()).toEqual([]);
    return said;
}

describe('a feed that has the package', () => {
    it('is asked once; the provider is whole, checked against the hash, and taken away again', async () => {
        const { wanted, ranges } = await feedOf();
        const seen = new Set<string>();
        const first = await provideCuda(wanted, places, { onProgress: ({ phase }) => seen.add(phase) });
        expect(first).toMatchObject({ wasThere: false, isVouchedFor: true });
        expect([...seen]).toEqual(['downloading', 'checking']);
        expect([...made()].sort()).toEqual([cuda, shared].sort());
        for (const [name, content] of contents)
            expect(readFileSync(join(places.folder, name)).equals(content), name).toBe(true);
        expect(readdirSync(places.cache)).toEqual([]);
        expect(systemLibraries(join(places.folder, cuda))).toEqual(['libcublasLt.so.12', 'libcudart.so.12']);

        const asked = ranges.length;
        expect(await provideCuda(wanted, places)).toMatchObject({ wasThere: true });
        expect(ranges.length).toBe(asked);

        expect(removeCuda(wanted, places)).toHaveLength(2);
        expect(readdirSync(places.folder)).toEqual([]);
        expect(removeCuda(wanted, places)).toEqual([]);
    });

    it('goes on where the connection was cut, also when it is run again', async () => {
        const cut: Answer = (request, response, count) => {
            if (count === 1) sendFile(packed, { until: 90_000, arrived })(request, response, count);
            else if (count < 4) response.destroy();
            else sendFile(packed)(request, response, count);
        };
        const { wanted, ranges } = await feedOf({ send: cut });
        expect(await refusal(wanted)).toMatch(/does not send .*\.nupkg \(.+\); the 0\.1 MB that arrived are kept/);
        expect(arrived()).toBe(90_000);
        expect(await provideCuda(wanted, places, quickly)).toMatchObject({ wasThere: false });
        expect(ranges.at(-1)).toBe('bytes=90000-');
        expect(readFileSync(join(places.folder, cuda)).equals(contents.get(cuda)!)).toBe(true);
    });

    it('may say no hash: size and checksums are compared, and the person is told', async () => {
        const { wanted } = await feedOf({ saysHash: false, send: sendFile(packed) });
        expect(await provideCuda(wanted, places, quickly)).toMatchObject({ wasThere: false, isVouchedFor: false });
        expect([...made()].sort()).toEqual([cuda, shared].sort());
    });

    it('can be stopped, and keeps what arrived', async () => {
        const stop = new AbortController();
        const { wanted } = await feedOf();
        const work = provideCuda(wanted, places, { signal: stop.signal, onProgress: () => stop.abort() });
        await expect(work).rejects.toThrow(/^Stopped as asked; .* are kept, nothing else was changed/);
        expect(made()).toEqual([]);
    });
});

describe('what goes wrong is one sentence, and leaves nothing half made', () => {
    it('another hash', async () => {
        const { wanted } = await feedOf({ hash: createHash('sha512').update('other').digest('base64') });
        expect(await refusal(wanted)).toMatch(/is damaged \(its SHA-512 is not the expected one\); it was thrown away/);
        expect(readdirSync(places.cache)).toEqual([]);
    });

    it('fewer bytes than the feed says', async () => {
        const { wanted } = await feedOf({ send: sendFile(packed.subarray(0, 1000)) });
        expect(await refusal(wanted)).toMatch(/sends 1000 bytes where \d+ are expected, so it is another file/);
    });

    it('no such version, no such file, a broken server', async () => {
        expect(await refusal((await feedOf({ has: false })).wanted)).toMatch(
            /answered 404 when asked for the entry for Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux 1\.30\.0; nothing was changed\. .*STORYLOOP_NUGET/,
        );
        const gone = await feedOf({ send: (_, response) => void response.writeHead(404).end() });
        expect(await refusal(gone.wanted)).toMatch(/answered 404: it has no such file; .*STORYLOOP_NUGET/);
        const ill = await feedOf({ send: (_, response) => void response.writeHead(503).end() });
        expect(await refusal(ill.wanted)).toMatch(/does not send .* answered 503/);
    });

    it('a page where a feed should be', async () => {
        const { address } = await serve((_, response) => response.end('<html>Sign in to the network</html>'));
        expect(await refusal({ ...shipped, feed: `${address}/index.json` })).toMatch(
            /sends is no index of a NuGet feed/,
        );
    });

    it.each([
        ['no archive', Buffer.from('PK? no'.repeat(1000)), /answers with something else than .*\.nupkg/],
        ['the beginning of one', Buffer.from('PK\u0003\u0004 no'.repeat(1000)), /cannot be unpacked/],
        ['a damaged one', damaged(), /cannot be unpacked \(.+\); it was thrown away/],
        ['one of another kind', archive([['lib/other.so', noise(100)]]), /there is no runtimes\/linux-x64\/native\//],
    ])('%s, from a feed that says no hash', async (_, content, says) => {
        expect(await refusal((await feedOf({ saysHash: false, send: sendFile(content) })).wanted)).toMatch(says);
        expect(readdirSync(places.cache)).toEqual([]);
    });

    function damaged(): Buffer {
        const copy = Buffer.from(packed);
        copy.fill(0x55, 100_000, 100_100);
        return copy;
    }

    it('a folder that cannot be written to', async () => {
        const { wanted, ranges } = await feedOf();
        const file = join(places.folder, 'cache');
        writeFileSync(file, '');
        expect(await refusal(wanted)).toMatch(/^Nothing can be written to .*; nothing was changed\. Run it as/);
        expect(ranges).toEqual([]);
    });

    it('a disk without room for what was fetched, which is not fetched twice', async ({ skip }) => {
        const disk = mkdtempSync(join(scratch, 'disk-'));
        const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk], { stdio: 'ignore' });
        if (mounted.status !== 0) skip('mounting takes root on Linux');
        const small = { ...places, folder: disk };
        const { wanted, ranges } = await feedOf();
        try {
            await expect(provideCuda(wanted, small, quickly)).rejects.toThrow(
                /^The disk of .* has no room for what was fetched; the package is kept and nothing else was changed\./,
            );
            expect(readdirSync(disk)).toEqual([]);
            expect(readdirSync(places.cache)).toEqual(['microsoft.ml.onnxruntime.gpu.linux.1.30.0.nupkg']);
        } finally {
            spawnSync('/bin/umount', [disk], { stdio: 'ignore' });
        }
        const asked = ranges.length;
        expect(await provideCuda(wanted, places, quickly)).toMatchObject({ wasThere: false });
        expect(ranges.length - asked).toBe(3); // the feed's three documents, not the package
    });

    it('no network, told by the command itself', async () => {
        const closed = createServer();
        await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
        const { port } = closed.address() as AddressInfo;
        await new Promise((resolve) => closed.close(resolve));
        const { folder } = installFolders();
        if (existsSync(join(folder, cuda))) return; // this machine has it, and keeps it
        const script = fileURLToPath(new URL('../../../scripts/setup-cuda.ts', import.meta.url));
        const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
            encoding: 'utf8',
            env: { ...process.env, STORYLOOP_NUGET: `http://127.0.0.1:${port}/index.json` },
        });
        expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
        expectSentence(
            stderr,
            /^127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); nothing was changed\. .*HTTPS_PROXY/,
        );
        expect(readdirSync(folder).filter((name) => name.includes('provider'))).toEqual([]);
    });

    it('another platform', () => {
        expect(() => cudaPackageFor('darwin', 'arm64')).toThrow(
            /^CUDA for onnxruntime can be fetched on Linux x64 only, and this is darwin arm64; nothing was changed\.$/,
        );
        expect(() => cudaPackageFor('win32', 'x64')).toThrow(/STORYLOOP_ONNXRUNTIME/);
    });
});

it('means the very version that is installed, and nothing of TensorRT', () => {
    expect(shipped).toMatchObject({ name: 'Microsoft.ML.OnnxRuntime.Gpu.Linux', version: LIBRARY_VERSION });
    expect(shipped.files.map((path) => basename(path)).sort()).toEqual([cuda, shared].sort());
    mkdirSync(places.cache);
    expect(removeCuda(shipped, places)).toEqual([]);
});
