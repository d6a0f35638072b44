/** `serve` lets in who has its token and nobody else; every way around it is tried on the real server. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { listPages } from '../../src/main/headless/serving/pages.ts';
import { startServer, type Server } from '../../src/main/headless/serving/server.ts';
import { openBackend, type Backend } from '../../src/main/service/backend/backend.ts';
import { appContractVersion } from '../../src/shared/app-contract.ts';
import { temporaryHome } from './command-line.ts';

const home = temporaryHome(afterAll);
const built = join(home, 'built');
let backend: Backend;
let server: Server;
let port: number;
let token: string;
let cookie: string;

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
    token = url.searchParams.get('token')!;
    const entered = await ask(`/?token=${token}`);
    cookie = entered.headers['set-cookie']![0]!.split(';')[0]!;
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
function say(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
        let said = '';
        socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
        socket.on('close', () => resolve(said.split('\r\n')[0]!)).on('error', reject);
    });
}

describe('who has the token', () => {
    it('gets a cookie that scripts cannot read and other sites cannot send, and an address without the token', async () => {
        const { status, headers } = await ask(`/?token=${token}`);
        expect({ status, to: headers.location }).toEqual({ status: 303, to: '/' });
        expect(headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict; Path=\/$/)]);
    });

    it('gets the pages, under a policy that allows nothing from elsewhere and nothing inline', async () => {
        const page = await ask('/', { cookie });
        expect(page).toMatchObject({ status: 200, body: '<p>hello' });
        expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
        expect(page.headers['content-security-policy']).toMatch(
            /^default-src 'none'; script-src 'self'; style-src 'self';/,
        );
        expect(page.headers['content-security-policy']).not.toMatch(/unsafe/);
        expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
        const asset = await ask('/assets/page.js?v=1', { cookie });
        expect(asset).toMatchObject({ status: 200, body: 'page()' });
        expect(asset.headers['cache-control']).toBe('private, max-age=31536000, immutable'); // named by its content
        expect(await ask('/', { cookie }, 'HEAD')).toMatchObject({ status: 200, body: '' });
    });

    it('comes through a tunnel, whose port is another', async () => {
        expect(await ask('/', { cookie, host: 'localhost:9999' })).toMatchObject({ status: 200 });
    });
});

describe('who has not', () => {
    const paths = ['/', '/index.html', '/assets/page.js', '/messages', '/nothing', '/?token=', '/?token=wrong'];
    it.each(paths)('gets 401 at %s', async (path) => {
        const headers = expect.objectContaining({ 'cache-control': 'no-store' }) as object;
        const body = expect.not.stringContaining('hello') as string;
        expect(await ask(path)).toMatchObject({ status: 401, body, headers });
    });
    it.each(['storyloop=1', 'storyloop-1=x', 'a=b; c'])('gets 401 with the cookie %s', async (cookie) => {
        expect(await ask('/', { cookie })).toMatchObject({ status: 401 });
    });
});

it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example:1', '169.254.1.1'])(
    'a foreign host gets 421, token or not: "%s"',
    async (host) => {
        expect(await ask(`/?token=${token}`, { host })).toMatchObject({ status: 421 });
        expect(await ask('/', { host, cookie })).toMatchObject({ status: 421 });
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
    expect(await ask(path, { cookie })).toMatchObject({ status: 404, body: 'There is nothing here.\n' });
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
        mkdirSync(`${folder}.01AAA.partial`);
        writeFileSync(join(`${folder}.01AAA.partial`, 'manifest.json'), JSON.stringify({ files: [{ path: 'a' }] }));
        writeFileSync(join(`${folder}.01AAA.partial`, 'a'), 'half');
    });

    it('are handed out to be kept, never to be shown', async () => {
        const file = await ask('/exports/2026-11-22-owl/student/README.md', { cookie });
        expect(file).toMatchObject({ status: 200, body: '<script>alert(1)</script>' });
        expect(file.headers).toMatchObject({
            ...{ 'content-type': 'application/octet-stream', 'content-length': '25' },
            'content-disposition': "attachment; filename*=UTF-8''README.md",
        });
        expect(await ask('/exports/2026-11-22-owl/manifest.json', { cookie }, 'HEAD')).toMatchObject({
            status: 200,
            body: '',
        });
    });

    it('are for who has the cookie alone', async () => {
        expect(await ask('/exports/2026-11-22-owl/manifest.json')).toMatchObject({ status: 401 });
        expect(await ask('/exports/2026-11-22-owl/manifest.json', { cookie, host: 'evil.example' })).toMatchObject({
            status: 421,
        });
        expect(await ask('/exports/2026-11-22-owl/manifest.json', { cookie }, 'DELETE')).toMatchObject({ status: 405 });
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
    ])('there is no way to another: %s', async (path) => {
        const { status, body } = await ask(`/exports/${path}`, { cookie });
        expect([400, 404]).toContain(status);
        expect(body).not.toMatch(/secret|root:|half/);
    });
});

it.each(['http://[', '*', 'http://evil.example/'])('what is no address of ours gets 400: %s', async (path) => {
    expect(await say(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\n\r\n`)).toMatch(/^HTTP\/1.1 400/);
});

it('takes nothing: other methods get 405, a body 413, broken HTTP 400, endless headers 431', async () => {
    expect(await ask('/', { cookie }, 'DELETE')).toMatchObject({ status: 405 });
    expect(await ask('/', { cookie }, 'POST', 'x')).toMatchObject({ status: 405 });
    expect(await ask('/', { cookie, 'content-length': 5 }, 'GET', 'hello')).toMatchObject({ status: 413 });
    expect(await ask('/', { cookie, 'transfer-encoding': 'chunked' }, 'GET', 'hello')).toMatchObject({ status: 413 });
    expect(await say('nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await say(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 431/,
    );
});

describe('messages', () => {
    const origin = (): string => `http://127.0.0.1:${port}`;
    const dial = (headers: Record<string, string>, path = '/messages'): WebSocket =>
        new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const refusedWith = (socket: WebSocket): Promise<string> =>
        new Promise((resolve) => {
            socket.on('error', ({ message }) => resolve(message)).on('open', () => resolve('opened'));
        });
    const heard = (socket: WebSocket): Promise<Record<string, unknown>> =>
        new Promise((resolve) => {
            socket.once('message', (text) => resolve(JSON.parse(String(text)) as Record<string, unknown>));
        });
    const opened = async (): Promise<WebSocket> => {
        const socket = dial({ cookie, origin: origin() });
        await new Promise((resolve) => socket.once('open', resolve));
        return socket;
    };

    it('are answered for a page of ours', async () => {
        const socket = await opened();
        socket.send(JSON.stringify({ version: appContractVersion, id: 7, method: 'runs.list', params: {} }));
        expect(await heard(socket)).toEqual({ id: 7, result: [] });
        socket.close();
    });

    it.each([
        ['without the cookie', () => ({ origin: origin() }), /401/],
        ['of another site', () => ({ cookie, origin: 'http://evil.example' }), /403/],
        ['of another app on this machine', () => ({ cookie, origin: 'http://127.0.0.1:1' }), /403/],
        ['of a sandboxed frame', () => ({ cookie, origin: 'null' }), /403/],
        ['of no page', () => ({ cookie }), /403/],
        ['by a foreign name', () => ({ cookie, host: 'evil.example', origin: 'http://evil.example' }), /421/],
    ])('are refused %s', async (_, headers, says) => {
        expect(await refusedWith(dial(headers() as unknown as Record<string, string>))).toMatch(says);
    });

    it('have one place', async () => {
        expect(await refusedWith(dial({ cookie, origin: origin() }, '/'))).toMatch(/404/);
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
        expect(await ask('/', { cookie })).toMatchObject({ status: 200 });
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
