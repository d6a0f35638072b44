/** `serve` lets in who has its token and nobody else; every way around it is tried on the real server. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openGate } from '../../src/main/headless/serving/gate.ts';
import { listPages } from '../../src/main/headless/serving/pages.ts';
import { startServer, type Server } from '../../src/main/headless/serving/server.ts';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import { appContractVersion } from '../../src/shared/contracts/app.ts';
import { temporaryHome } from './command-line.ts';

const home = temporaryHome(afterAll);
const built = join(home, 'built');
let backend: Backend;
let server: Server;
let port: number;
let token: string;
let authorization: string;

beforeAll(async () => {
    vi.stubEnv('STORYLOOP_HOME', join(home, 'data'));
    mkdirSync(join(built, 'assets'), { recursive: true });
    writeFileSync(join(built, 'index.html'), '<p>hello');
    writeFileSync(join(built, 'assets', 'page.js'), 'page()');
    writeFileSync(join(home, 'secret.txt'), 'secret');
    backend = openBackend();
    server = await startServer(backend, listPages(built), { host: '127.0.0.1', port: 0 });
    const url = new URL(server.url);
    port = Number(url.port);
    token = /^#token=(.+)$/.exec(url.hash)![1]!;
    authorization = `Bearer ${token}`;
});
afterAll(async () => {
    await server.close();
    await backend.close();
    vi.unstubAllEnvs();
});

interface Answered {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
}

/** The path goes out as it is, dots and all. */
function ask(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET', body = ''): Promise<Answered> {
    return new Promise((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
            response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
        });
        asked.on('error', reject).end(body);
    });
}

/** What a server says to bytes that no library would send. */
function say(bytes: string, patienceMs = 30_000): Promise<string> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
        setTimeout(() => socket.destroy(), patienceMs).unref();
        let said = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
        socket.on('close', () => resolve(said.split('\r\n')[0]!)).on('error', reject);
    });
}

describe('the pages', () => {
    it('are handed to anybody, hold nothing, and run under a policy that allows nothing from elsewhere and nothing inline', async () => {
        const page = await ask('/');
        expect(page).toMatchObject({ status: 200, body: '<p>hello' });
        expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
        expect(page.headers['content-security-policy']).toMatch(
            /^default-src 'none'; script-src 'self'; style-src 'self';/,
        );
        expect(page.headers['content-security-policy']).not.toMatch(/unsafe/);
        expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
        const asset = await ask('/assets/page.js?v=1');
        expect(asset).toMatchObject({ status: 200, body: 'page()' });
        expect(asset.headers['cache-control']).toBe('private, max-age=31536000, immutable'); // named by its content
        expect(await ask('/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    });

    it('come through a tunnel, whose port is another', async () => {
        expect(await ask('/', { host: 'localhost:9999' })).toMatchObject({ status: 200 });
    });
});

describe('the token', () => {
    it('is in the address behind #, which browsers send to nobody, and no cookie is ever set', async () => {
        expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/);
        for (const path of ['/', `/?token=${token}`, '/token', '/nothing', '/exports/a/b']) {
            const { headers } = await ask(path, { authorization });
            expect(headers['set-cookie']).toBeUndefined();
        }
    });

    it('is known when it is sent', async () => {
        expect(await ask('/token', { authorization })).toMatchObject({ status: 204 });
    });

    it.each<OutgoingHttpHeaders>([
        {},
        { authorization: 'Bearer' },
        { authorization: 'Bearer wrong' },
        { authorization: 'Basic eDp5' },
        { cookie: 'storyloop=1' },
    ])('is missing with %j', async (headers) => {
        expect(await ask('/token', headers)).toMatchObject({ status: 401, body: '' });
        expect(await ask('/passes/a/b', headers)).toMatchObject({ status: 401 });
    });

    it('is not taken from a cookie, which a browser sends to every port, nor from the query', async () => {
        const { port } = new URL(server.url);
        for (const cookie of [`storyloop-${port}=${token}`, `token=${token}`])
            expect(await ask('/token', { cookie })).toMatchObject({ status: 401 });
        expect(await ask(`/token?token=${token}`)).toMatchObject({ status: 401 });
    });
});

it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example:1', '169.254.1.1'])(
    'a foreign host gets 421, token or not: "%s"',
    async (host) => {
        expect(await ask('/', { host })).toMatchObject({ status: 421 });
        expect(await ask('/token', { host, authorization })).toMatchObject({ status: 421 });
    },
);

it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/index.html%00.js',
    '/assets',
    '/assets/',
    '/constructor',
])('there is no way out of the pages: %s', async (path) => {
    expect(await ask(path)).toMatchObject({
        status: 404,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: expect.stringContaining('<p>There is nothing here. Open the address that the app printed') as string,
    });
});

describe('files of exports', () => {
    const folder = join(home, 'data', 'exports', '2026-11-22-owl');
    beforeAll(() => {
        mkdirSync(join(folder, 'student'), { recursive: true });
        writeFileSync(join(folder, 'student', 'README.md'), '<script>alert(1)</script>');
        writeFileSync(join(folder, 'unlisted.txt'), 'secret');
        const listed = ['student/README.md', '../../../secret.txt', '/etc/passwd', 'link.txt', 'links/secret.txt'];
        const files = listed.map((path) => ({ path }));
        writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ files })); // somebody may have written it
        symlinkSync(join(home, 'secret.txt'), join(folder, 'link.txt'));
        symlinkSync(home, join(folder, 'links'));
        symlinkSync(home, join(home, 'data', 'exports', 'elsewhere'));
        writeFileSync(join(home, 'data', 'exports', 'a-file'), '');
        symlinkSync('circle', join(home, 'data', 'exports', 'circle'));
        mkdirSync(`${folder}.01AAA.partial`);
        writeFileSync(join(`${folder}.01AAA.partial`, 'manifest.json'), JSON.stringify({ files: [{ path: 'a' }] }));
        writeFileSync(join(`${folder}.01AAA.partial`, 'a'), 'half');
    });

    it('are handed out to be kept, never to be shown', async () => {
        const file = await ask('/exports/2026-11-22-owl/student/README.md', { authorization });
        expect(file).toMatchObject({ status: 200, body: '<script>alert(1)</script>' });
        expect(file.headers).toMatchObject({
            'content-type': 'application/octet-stream',
            'content-length': '25',
            'content-disposition': "attachment; filename*=UTF-8''README.md",
        });
        expect(await ask('/exports/2026-11-22-owl/manifest.json', { authorization }, 'HEAD')).toMatchObject({
            status: 200,
            body: '',
        });
    });

    it('are for who has the token, or a pass for the very file', async () => {
        const path = '/exports/2026-11-22-owl/manifest.json';
        const refused = { status: 401, body: expect.stringMatching(/<p>This link has expired/) as string };
        expect(await ask(path)).toMatchObject(refused);
        expect(await ask(path, { authorization, host: 'evil.example' })).toMatchObject({ status: 421 });
        expect(await ask(path, { authorization }, 'DELETE')).toMatchObject({ status: 405 });
        const { status, body: link } = await ask('/passes/2026-11-22-owl/manifest.json', { authorization });
        expect({ status, link }).toEqual({
            status: 200,
            link: expect.stringMatching(`^${path}\\?pass=\\d+\\.`) as string,
        });
        expect(await ask(link)).toMatchObject({ status: 200, body: expect.stringContaining('README.md') as string });
        const pass = link.split('?pass=')[1]!;
        expect(await ask(`/exports/2026-11-22-owl/student/README.md?pass=${pass}`)).toMatchObject(refused);
        for (const wrong of ['', '1', `9${pass}`, pass.slice(0, -1), pass.replace(/\..*/, '.'), pass.toUpperCase()])
            expect(await ask(`${path}?pass=${wrong}`)).toMatchObject(refused);
        expect(await ask('/passes/2026-11-22-owl/unlisted.txt', { authorization })).toMatchObject({ status: 404 });
    });

    it('are fetched within minutes: a pass ends', () => {
        let now = 1_000_000;
        const gate = openGate('127.0.0.1', () => now);
        const pass = gate.passFor('/exports/a/b');
        expect(gate.isPass(pass, '/exports/a/b')).toBe(true);
        now += 10 * 60_000;
        expect(gate.isPass(pass, '/exports/a/b')).toBe(true);
        now += 1;
        expect(gate.isPass(pass, '/exports/a/b')).toBe(false);
        expect(openGate('127.0.0.1').isPass(pass, '/exports/a/b')).toBe(false); // another start
    });

    it.each([
        '2026-11-22-owl/unlisted.txt',
        '2026-11-22-owl/../../../secret.txt',
        '2026-11-22-owl/..%2f..%2f..%2fsecret.txt',
        '2026-11-22-owl/%2e%2e/%2e%2e/%2e%2e/secret.txt',
        '2026-11-22-owl/%2fetc%2fpasswd',
        '2026-11-22-owl//etc/passwd',
        '2026-11-22-owl/student%2fREADME.md',
        '2026-11-22-owl/student',
        '2026-11-22-owl/link.txt',
        '2026-11-22-owl/links/secret.txt',
        '2026-11-22-owl/student/README.md%00',
        '2026-11-22-owl/%',
        '2026-11-22-owl',
        '2026-11-22-owl.01AAA.partial/a',
        'elsewhere/secret.txt',
        '..%2f..%2fsecret.txt',
        '../secret.txt',
        '.',
        '',
        'nothing/manifest.json',
        // longer than any disk's names and paths, below a file, in a circle, no text at all: none of it ends the server
        `${'a'.repeat(300)}/x`,
        `2026-11-22-owl/${'a'.repeat(300)}`,
        Array.from({ length: 2000 }, () => 'abc').join('/'),
        `2026-11-22-owl/${'%00'.repeat(10)}`,
        '2026-11-22-owl/manifest.json/x',
        'a-file/manifest.json',
        'circle/manifest.json',
        `2026-11-22-owl/${'%ED%A0%80'}`,
        `${'%F0%9F%98%80'.repeat(80)}/x`,
    ])('there is no way to another: %s', async (path) => {
        const { status, body } = await ask(`/exports/${path}`, { authorization });
        expect([400, 404]).toContain(status);
        expect(body).not.toMatch(/secret|root:|half/);
    });
});

it.each(['http://[', '*', 'http://evil.example/'])('what is no address of ours gets 400: %s', async (path) => {
    expect(await say(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 400/,
    );
});

it('takes nothing: other methods get 405, a body 413, broken HTTP 400, endless headers 431', async () => {
    expect(await ask('/', {}, 'DELETE')).toMatchObject({ status: 405 });
    expect(await ask('/', {}, 'POST', 'x')).toMatchObject({ status: 405 });
    expect(await ask('/', { 'content-length': 5 }, 'GET', 'hello')).toMatchObject({ status: 413 });
    expect(await ask('/', { 'transfer-encoding': 'chunked' }, 'GET', 'hello')).toMatchObject({ status: 413 });
    expect(await say('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await say(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 431/,
    );
});

describe('whatever a request makes us throw', () => {
    it('is answered with a page, noted in the log, and ends nothing', async () => {
        const broken = vi.spyOn(backend, 'exportedFile').mockImplementation(() => {
            throw Object.assign(new Error('EIO: i/o error, lstat'), { code: 'EIO' });
        });
        expect(await ask('/exports/a/b', { authorization })).toMatchObject({
            status: 500,
            body: expect.stringMatching(/<p>Something unexpected happened\. Everything recorded is safe\./) as string,
        });
        broken.mockRestore();
        expect(await ask('/')).toMatchObject({ status: 200 });
        const log = readFileSync(join(home, 'data', 'log.jsonl'), 'utf8')
            .trim()
            .split('\n');
        expect(JSON.parse(log.at(-1)!)).toMatchObject({
            doing: 'answering a request of a browser',
            message: 'EIO: i/o error, lstat',
        });
    });

    it.each([
        'GET /exports/%E0%A4%A/x HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: T\r\n\r\n',
        'GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
        'GET / HTTP/1.0\r\n\r\n',
        'CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
        'GET /messages HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
        'GET /messages HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: storyloop, T\r\nSec-WebSocket-Key: x\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n',
        'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    ])('nor does what no browser sends: %j', async (bytes) => {
        await say(bytes.replace('T\r\n', `${token}\r\n`).replace('Authorization: ', 'Authorization: Bearer '), 300);
        expect(await ask('/token', { authorization })).toMatchObject({ status: 204 });
    });

    it('nor whoever goes away in the middle', async () => {
        for (let i = 0; i < 20; i++) {
            const socket = connect(port, '127.0.0.1', () => {
                socket.write(`GET /assets/page.js HTTP/1.1\r\nHost: 127.0.0.1\r\n${'\r\n'.repeat(i % 2)}`);
                socket.resetAndDestroy();
            });
            await new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
        }
        expect(await ask('/token', { authorization })).toMatchObject({ status: 204 });
    });
});

describe('messages', () => {
    const origin = (): string => `http://127.0.0.1:${port}`;
    const dial = (headers: Record<string, string>, protocols = ['storyloop', token], path = '/messages'): WebSocket =>
        new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
    const refusedWith = (socket: WebSocket): Promise<string> =>
        new Promise((resolve) => {
            socket.on('error', ({ message }) => resolve(message)).on('open', () => resolve('opened'));
        });
    const heard = (socket: WebSocket): Promise<Record<string, unknown>> =>
        new Promise((resolve) => {
            socket.once('message', (text) => resolve(JSON.parse(String(text)) as Record<string, unknown>));
        });
    const opened = async (): Promise<WebSocket> => {
        const socket = dial({ origin: origin() });
        await new Promise((resolve) => socket.once('open', resolve));
        return socket;
    };

    it('are answered for a page of ours', async () => {
        const socket = await opened();
        socket.send(JSON.stringify({ version: appContractVersion, id: 7, method: 'runs.list', params: {} }));
        expect(await heard(socket)).toEqual({ id: 7, result: [] });
        socket.close();
    });

    it('answer with the protocol, never with the token', async () => {
        const socket = await opened();
        expect(socket.protocol).toBe('storyloop');
        socket.close();
    });

    it.each([
        ['without the token', () => dial({ origin: origin() }, ['storyloop']), /401/],
        ['without a protocol', () => dial({ origin: origin() }, []), /401/],
        ['with a wrong token', () => dial({ origin: origin() }, ['storyloop', 'wrong']), /401/],
        ['with another protocol', () => dial({ origin: origin() }, ['other', token]), /401/],
        [
            'with the token as a cookie, which a browser sends to every port',
            () => dial({ origin: origin(), cookie: `storyloop-${port}=${token}` }, ['storyloop']),
            /401/,
        ],
        ['of another site', () => dial({ origin: 'http://evil.example' }), /403/],
        ['of another app on this machine', () => dial({ origin: 'http://127.0.0.1:1' }), /403/],
        ['of a sandboxed frame', () => dial({ origin: 'null' }), /403/],
        ['of no page', () => dial({}), /403/],
        ['by a foreign name', () => dial({ host: 'evil.example', origin: 'http://evil.example' }), /421/],
        ['elsewhere', () => dial({ origin: origin() }, ['storyloop', token], '/'), /404/],
    ])('are refused %s', async (_, socket, says) => {
        expect(await refusedWith(socket())).toMatch(says);
    });

    it.each(['{', '[]', '"x"', 'null', '{"id":1}', '{"version":1,"id":-1,"method":"runs.list"}', '{"__proto__":{}}'])(
        'that are no request are answered with a sentence: %s',
        async (text) => {
            const socket = await opened();
            socket.send(text);
            expect(await heard(socket)).toMatchObject({ fault: { kind: 'bad-input' }, sentence: /is no request/ });
            socket.close();
        },
    );

    it('that are too large end the connection, and nothing else', async () => {
        const socket = await opened();
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.send('x'.repeat(2 ** 20 + 1));
        expect(await closed).toBe(1009);
        expect(await ask('/')).toMatchObject({ status: 200 });
    });

    it('in bytes are no request', async () => {
        const socket = await opened();
        socket.send(Buffer.from([1, 2, 3]));
        expect(await heard(socket)).toMatchObject({ sentence: /is no request/ });
        socket.close();
    });
});

it('a taken port is refused in a sentence', async () => {
    const pages = listPages(built);
    await expect(startServer(backend, pages, { host: '127.0.0.1', port })).rejects.toThrow(
        /is taken by another program/,
    );
});
