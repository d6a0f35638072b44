/** Downloads against a real web server: whatever happens on the way, a file gets its name only when it is the file. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { proxyOf } from '../../../src/main/network/proxy.ts';
import { download, type DownloadProgress, type Wanted } from '../../../src/main/service/models/download.ts';
import { sendFile, serve, type Answer } from './file-server.ts';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 5));
const sha256 = createHash('sha256').update(content).digest('hex');
const digest = { algorithm: 'sha256', hex: sha256 } as const;
const noWaits = { waitsMs: [0, 0, 0], patienceMs: 5000 };

const scratch = mkdtempSync(join(tmpdir(), 'storyloop-download-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folder = '';
beforeEach(() => (folder = mkdtempSync(join(scratch, 'models-'))));

function wanted(address: string, changes: Partial<Wanted> = {}): Wanted {
    return { address, target: join(folder, 'model.gguf'), bytes: content.length, digest, ...changes };
}
const isWhole = (): boolean => readFileSync(join(folder, 'model.gguf')).equals(content);
const partial = (): string => join(folder, 'model.gguf.partial');
const arrived = (): number => statSync(partial(), { throwIfNoEntry: false })?.size ?? 0;

describe('a server that sends the file', () => {
    it('fills it under another name, checks it and gives it its own', async () => {
        const { address } = await serve(sendFile(content));
        const seen: DownloadProgress[] = [];
        expect(await download(wanted(address), { onProgress: (at) => seen.push(at) })).toEqual({
            kind: 'complete',
            wasThere: false,
        });
        expect(isWhole()).toBe(true);
        expect(readdirSync(folder)).toEqual(['model.gguf']);
        expect(seen.at(-1)).toEqual({ phase: 'checking', done: content.length, of: content.length });
    });

    it('is not asked for a file that is here and whole', async () => {
        const { address, ranges } = await serve(sendFile(content));
        writeFileSync(join(folder, 'model.gguf'), content);
        expect(await download(wanted(address))).toEqual({ kind: 'complete', wasThere: true });
        expect(ranges).toEqual([]);
    });

    it('goes on from the byte it reached when it breaks off, and when the program is started again', async () => {
        const { address, ranges } = await serve((request, response, count) => {
            if (count < 3) sendFile(content, { until: count * 100_000, arrived })(request, response, count);
            else sendFile(content)(request, response, count);
        });
        await download(wanted(address), noWaits);
        expect({ ranges, whole: isWhole() }).toEqual({
            ranges: [null, 'bytes=100000-', 'bytes=200000-'],
            whole: true,
        });

        rmSync(join(folder, 'model.gguf'));
        writeFileSync(partial(), content.subarray(0, 123_456)); // as an ended process leaves it
        await download(wanted(address), noWaits);
        expect({ last: ranges.at(-1), whole: isWhole() }).toEqual({ last: 'bytes=123456-', whole: true });
    });

    it('may know nothing of ranges: then the file comes from its beginning', async () => {
        writeFileSync(partial(), content.subarray(0, 50_000));
        const { address } = await serve((_, response) => response.end(content));
        await download(wanted(address), noWaits);
        expect(isWhole()).toBe(true);
    });

    it('may close the connection right behind the last byte', async () => {
        const large = Buffer.concat(Array.from({ length: 8 }, () => content));
        const server = createTcpServer((socket) => {
            socket.once('data', () => {
                socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\nConnection: close\r\n\r\n`);
                socket.end(large);
            });
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        onTestFinished(() => void server.close());
        const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        await download(wanted(address, { bytes: large.length, digest: null }));
        expect(readFileSync(join(folder, 'model.gguf')).equals(large)).toBe(true);
    });

    it('sends us on to where the file is, as Hugging Face does', async () => {
        const there = await serve(sendFile(content));
        const { address } = await serve((_, response) => {
            response.writeHead(302, { location: `${there.address}/file` }).end();
        });
        await download(wanted(address), noWaits);
        expect(isWhole()).toBe(true);
        const circle = await serve((_, response) => void response.writeHead(307, { location: '/' }).end());
        rmSync(join(folder, 'model.gguf'));
        await expect(download(wanted(circle.address), noWaits)).rejects.toThrow(
            /does not send .* \(it sends us on in a circle\)/,
        );
    });

    it('is paused with what has arrived, and goes on from there', async () => {
        const stop = new AbortController();
        const { address, ranges } = await serve((request, response, count) => {
            if (count > 1) sendFile(content)(request, response, count);
            else response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 70_000));
        });
        const paused = await download(wanted(address), { signal: stop.signal, onProgress: () => stop.abort() });
        expect(paused).toEqual({ kind: 'paused', done: statSync(partial()).size });
        expect(existsSync(join(folder, 'model.gguf'))).toBe(false);
        await download(wanted(address));
        expect({ range: ranges[1], whole: isWhole() }).toEqual({
            range: `bytes=${(paused as { done: number }).done}-`,
            whole: true,
        });
    });

    it('may be busy for a while', async () => {
        const { address } = await serve((request, response, count) => {
            if (count < 3) response.writeHead(count === 1 ? 503 : 429).end();
            else sendFile(content)(request, response, count);
        });
        await download(wanted(address), noWaits);
        expect(isWhole()).toBe(true);
    });
});

describe('what cannot go well is one sentence', () => {
    const answers: readonly (readonly [string, Answer, RegExp])[] = [
        ['the file is not there', (_, response) => response.writeHead(404).end(), /answered 404: it has no such file;/],
        [
            'a licence must be agreed to',
            (_, response) => response.writeHead(401).end(),
            /answered 401: .* agreed to its licence; nothing was changed\. Instead, download it with a browser/,
        ],
        [
            'another file lies there now',
            (_, response) => response.end('<html>'),
            /sends 6 bytes where 300000 are expected, so it is another file/,
        ],
        [
            'more comes than was promised',
            (_, response) => response.writeHead(200).end(Buffer.alloc(400_000)), // chunked: no length
            /sends more than 300000 bytes where 300000 are expected/,
        ],
        [
            'one byte is wrong',
            (_, response) => response.end(Buffer.from(content).fill(9, 1000, 1001)),
            /^What arrived of model\.gguf is damaged \(its SHA-256 .*\); it was thrown away\. Download it again\.$/,
        ],
        [
            'it keeps dying',
            (_, response) => response.destroy(),
            /does not send model\.gguf \(.+\); nothing arrived yet\. Check that this computer is online, then download again\./,
        ],
    ];
    it.each(answers)('%s', async (_, answer, says) => {
        const { address } = await serve(answer);
        await expect(download(wanted(address), noWaits)).rejects.toThrow(says);
        expect(existsSync(join(folder, 'model.gguf'))).toBe(false);
    });

    it('a server falls silent: what arrived is kept', async () => {
        const { address } = await serve((_, response) => {
            response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 1000));
        });
        await expect(download(wanted(address), { waitsMs: [], patienceMs: 200 })).rejects.toThrow(
            /does not send model\.gguf \(127\.0\.0\.1:\d+ was silent for 0\.2 s\); the 0\.0 MB that arrived are kept\./,
        );
        expect(statSync(partial()).size).toBe(1000);
    });

    it('nobody listens there', async () => {
        await expect(download(wanted('http://127.0.0.1:9/model'), noWaits)).rejects.toThrow(
            /^127\.0\.0\.1:9 does not send model\.gguf \(nobody answers at its address\)/,
        );
    });

    it('another file has the name already: it is left as it is', async () => {
        writeFileSync(join(folder, 'model.gguf'), 'mine');
        await expect(download(wanted('http://127.0.0.1:9'))).rejects.toThrow(
            /is not the file it is called .* left as it is/,
        );
        expect(readFileSync(join(folder, 'model.gguf'), 'utf8')).toBe('mine');
    });

    it('the disk is too small, said before anything is asked for', async () => {
        const { address, ranges } = await serve(sendFile(content));
        await expect(download(wanted(address, { bytes: 1e18 }))).rejects.toThrow(
            /^model\.gguf needs 1000000000\.0 GB more and the disk has .* free; what was there before is safe\./,
        );
        expect(ranges).toEqual([]);
    });

    it.skipIf(!mountsSmallDisk())('the disk fills up on the way (needs root, to mount a small disk)', async () => {
        const disk = mountSmallDisk();
        const target = join(disk, 'model.gguf');
        const { address } = await serve((_, response) => {
            writeFileSync(join(disk, 'filler'), Buffer.alloc(800_000)); // somebody else was quicker
            response.end(content);
        });
        await expect(download(wanted(address, { target }), noWaits)).rejects.toThrow(
            /^The disk became full at 0\.\d MB of model\.gguf; what arrived is kept\. Free some space/,
        );
        rmSync(join(disk, 'filler'));
        const other = await serve(sendFile(content));
        await download(wanted(other.address, { target }), noWaits);
        expect(readFileSync(target).equals(content)).toBe(true);
        expect(other.ranges[0]).toMatch(/^bytes=\d+-$/);
    });
});

function mountSmallDisk(): string {
    const disk = mkdtempSync(join(scratch, 'disk-'));
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    onTestFinished(() => void execFileSync('/bin/umount', [disk]));
    return disk;
}

/** Mounting takes Linux and its root, which a container may not have. */
function mountsSmallDisk(): boolean {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
    try {
        const disk = mkdtempSync(join(tmpdir(), 'storyloop-disk-'));
        execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
        execFileSync('/bin/umount', [disk]);
        rmSync(disk, { recursive: true });
        return true;
    } catch {
        return false;
    }
}

describe('an answer that is not the file', () => {
    const gguf = Buffer.concat([Buffer.from('GGUF'), content.subarray(4)]);
    const wantedGguf = (address: string, digest: Wanted['digest'] = null): Wanted => ({
        ...wanted(address, { digest }),
        head: 'GGUF',
    });

    it.each([
        ['a page', { 'content-type': 'text/html; charset=utf-8' }, '<html>please log in</html>'],
        ['a page that does not say so', {}, '<html>please log in</html>'],
        ['a pointer in the place of the file', { 'content-type': 'text/plain' }, 'version https://git-lfs.github.com'],
        ['half a beginning', {}, 'GGxx'],
    ])('leaves nothing, and the file is whole once it comes: %s', async (_, headers, text) => {
        let isLetIn = false;
        const { address, ranges } = await serve((request, response, count) => {
            if (isLetIn) sendFile(gguf)(request, response, count);
            else response.writeHead(200, headers).end(text);
        });
        await expect(download(wantedGguf(address), noWaits)).rejects.toThrow(
            /^127\.0\.0\.1:\d+ answers with something else than model\.gguf, .* nothing was kept of it\. Open the address/,
        );
        expect(readdirSync(folder)).toEqual([]);
        isLetIn = true;
        await download(wantedGguf(address), noWaits);
        expect(readFileSync(join(folder, 'model.gguf')).equals(gguf)).toBe(true);
        expect({ left: readdirSync(folder), range: ranges.at(-1) }).toEqual({ left: ['model.gguf'], range: null });
    });

    it('is thrown away where an older program kept it, or left as it is under the file’s own name', async () => {
        const { address } = await serve(sendFile(gguf));
        writeFileSync(partial(), '<html>please log in</html>');
        await download(wantedGguf(address), noWaits);
        expect(readFileSync(join(folder, 'model.gguf')).equals(gguf)).toBe(true);
        writeFileSync(join(folder, 'model.gguf'), content); // of the right size
        await expect(download(wantedGguf(address), noWaits)).rejects.toThrow(
            /is not the file it is called \(its size or beginning differ\); it was left as it is/,
        );
    });
});

describe('a file that changes on its server', () => {
    const versions = [content, Buffer.from(content.toReversed())] as const;
    const breaking = (version: (count: number) => 0 | 1, tagged: boolean): Answer => {
        return (request, response, count) => {
            const which = version(count);
            const tag = `"v${which}"`;
            const asked = request.headers['if-range'];
            if (tagged) response.setHeader('etag', tag);
            if (asked !== undefined && asked !== tag) delete request.headers.range; // as HTTP wants it
            if (count === 1) sendFile(versions[which], { until: 100_000, arrived })(request, response, count);
            else sendFile(versions[which])(request, response, count);
        };
    };

    it('is never made of two versions: it begins anew', async () => {
        const { address } = await serve(breaking((count) => (count === 1 ? 0 : 1), true));
        await download(wanted(address, { digest: null }), noWaits);
        expect(readFileSync(join(folder, 'model.gguf')).equals(versions[1])).toBe(true);
        expect(readdirSync(folder)).toEqual(['model.gguf']);
    });
    it('goes on where its tag is the same', async () => {
        const { address, ranges } = await serve(breaking(() => 0, true));
        await download(wanted(address, { digest: null }), noWaits);
        expect({ ranges, whole: isWhole() }).toEqual({ ranges: [null, 'bytes=100000-'], whole: true });
    });
    it('begins anew where neither a tag nor a digest tells', async () => {
        const { address, ranges } = await serve(breaking(() => 0, false));
        await download(wanted(address, { digest: null }), noWaits);
        expect({ last: ranges.at(-1), whole: isWhole() }).toEqual({ last: null, whole: true });
    });
});

it('goes by the proxy of the environment, but not to this computer itself', () => {
    expect(proxyOf({})).toBeNull();
    expect(proxyOf({ NO_PROXY: 'box' })).toBeNull();
    expect(proxyOf({ https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:2', HTTP_PROXY: '', NO_PROXY: 'box' })).toEqual({
        HTTPS_PROXY: 'http://p:1',
        NO_PROXY: 'box,localhost,127.0.0.1,[::1],::1',
    });
});

it('a name that only the proxy knows is reached', async () => {
    const { address: proxy } = await serve((request, response, count) => {
        if (request.url?.startsWith('http://mirror.invalid/')) sendFile(content)(request, response, count);
        else response.writeHead(404).end();
    });
    const script = `import { download } from './src/main/service/models/download.ts';
        await download(${JSON.stringify(wanted('http://mirror.invalid/model.gguf'))}, { waitsMs: [] });`;
    const environment = { ...process.env, HTTP_PROXY: proxy, NO_PROXY: '' };
    const ended = spawn(process.execPath, ['--input-type=module', '-e', script], {
        env: environment,
        stdio: 'inherit',
    });
    const [code] = (await once(ended, 'exit')) as [number];
    expect({ code, whole: isWhole() }).toEqual({ code: 0, whole: true });
});
