/** Serves the app to a browser: pages over HTTP, messages over a web socket, and exported files, all by the token. */
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { pipeline, type Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { badInput } from '../../../shared/faults.ts';
import { contentType, pageHeaders, socketProtocol, tokenPath } from '../../../shared/page-policy.ts';
import type { Backend } from '../../service/backend/backend.ts';
import { openGate, type Gate } from './gate.ts';
import type { Pages } from './pages.ts';
import { refusalPage } from './refusal.ts';
import { jsonOf } from '../../../shared/text/json.ts';

export interface Server {
    /** Includes the token, so whoever opens it is let in. */
    readonly url: string;
    close(): Promise<void>;
}

const exportsPath = '/exports/';
const passesPath = '/passes/';
const largestMessage = 2 ** 20; // bytes; a configuration is a thousandth of it
const mostUnread = 32 * 2 ** 20; // bytes a page may lag behind before it is dropped; it comes back and asks by cursor

/** @throws bad input where the port or the address cannot be had */
export async function startServer(
    backend: Backend,
    pages: Pages,
    { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> {
    const server = createServer();
    const place = await new Promise<AddressInfo>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(host, port, error)));
        server.listen(port, host, () => resolve(server.address() as AddressInfo));
    });
    const gate = openGate(host);
    const sockets = new WebSocketServer({
        noServer: true,
        maxPayload: largestMessage,
        handleProtocols: () => socketProtocol, // never the token, which is offered beside it
    });
    server.on('request', (request, response) => {
        // an error that a request causes must end here and stop nothing else
        answer(request, response, { gate, pages, backend }).catch((error: unknown) => {
            backend.trouble.note(error, 'answering a request of a browser');
            if (!response.headersSent)
                send(
                    request,
                    response,
                    500,
                    refusalPage(
                        pages,
                        'Something unexpected happened. Everything recorded is safe. Reload the page; log.jsonl in the data folder says what it was.',
                    ),
                    html,
                );
            else response.destroy();
        });
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy());
        try {
            const refused = refusalOf(request, gate);
            if (refused !== null) socket.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
            else sockets.handleUpgrade(request, socket, head, (opened) => carry(opened, backend));
        } catch (error) {
            backend.trouble.note(error, 'opening the web socket of a page');
            socket.destroy();
        }
    });
    server.on('error', (error) => backend.trouble.note(error, 'listening for browsers')); // too many open files
    const shown = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host;
    return {
        url: `http://${shown}:${place.port}/#token=${gate.token}`, // behind #: it is not sent, nor kept in any log
        async close() {
            for (const socket of sockets.clients) socket.terminate();
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

interface Served {
    readonly gate: Gate;
    readonly pages: Pages;
    readonly backend: Backend;
}

const html = { 'Content-Type': 'text/html; charset=utf-8' };
const closing = { Connection: 'close' };

function send(
    { method }: IncomingMessage,
    response: ServerResponse,
    status: number,
    body: string | Buffer = '',
    headers: Readonly<Record<string, string>> = {},
): void {
    response.writeHead(status, { ...pageHeaders, 'Cache-Control': 'no-store', ...headers });
    response.end(method === 'HEAD' ? undefined : body);
}

async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { gate, pages, backend }: Served,
): Promise<void> {
    const end = (status: number, body?: string | Buffer, headers?: Readonly<Record<string, string>>): void =>
        send(request, response, status, body, headers);
    const refuse = (status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): void =>
        end(status, refusalPage(pages, sentence), { ...html, ...headers });
    if (!gate.knowsHost(request))
        return refuse(
            421,
            'This app does not answer to that name. Open the address that it printed when it was started.',
            closing,
        );
    const url = URL.parse(`http://app${request.url ?? '/'}`);
    if (url === null || !request.url?.startsWith('/'))
        return refuse(400, 'That is not an address of this app.', closing);
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, '', { Allow: 'GET, HEAD', ...closing });
    if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0)
        return end(413, 'Nothing is taken here.\n', closing);
    if (url.pathname === tokenPath) return end(gate.hasToken(request) ? 204 : 401, '');
    if (url.pathname.startsWith(passesPath)) {
        if (!gate.hasToken(request)) return end(401, 'The token is missing or of another start.\n', closing);
        const path = exportsPath + url.pathname.slice(passesPath.length);
        return exportedAt(path, backend) === null
            ? end(404, 'There is no such file any more.\n')
            : end(200, `${path}?pass=${gate.passFor(path)}`);
    }
    if (url.pathname.startsWith(exportsPath)) {
        if (!gate.hasToken(request) && !gate.isPass(url.searchParams.get('pass') ?? '', url.pathname))
            return refuse(
                401,
                'This link has expired or was copied from elsewhere. Open the export in Storyloop and choose the file again.',
                closing,
            );
        const exported = exportedAt(url.pathname, backend);
        return exported === null
            ? refuse(404, 'There is no such file any more.')
            : handOut(exported, request, response, backend);
    }
    const file = pages.get(url.pathname);
    if (file === undefined)
        return refuse(404, 'There is nothing here. Open the address that the app printed when it was started.');
    try {
        end(200, await readFile(file), { 'Content-Type': contentType(file), ...keepingOf(url.pathname) });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        refuse(404, 'There is nothing here any more: the app was built anew. Start it again.');
    }
}

/** The build names assets by what is in them: kept, they need not be fetched, nor scripts compiled, at every visit. */
function keepingOf(pathname: string): Record<string, string> {
    return pathname.startsWith('/assets/') ? { 'Cache-Control': 'private, max-age=31536000, immutable' } : {};
}

/** The file of an export that an address names: `/exports/<export>/<path in it>`; null where there is none. */
function exportedAt(pathname: string, backend: Backend): string | null {
    try {
        const [name = '', ...path] = pathname.slice(exportsPath.length).split('/').map(decodeURIComponent);
        return path.some((segment) => segment.includes('/')) ? null : backend.exportedFile(name, path.join('/'));
    } catch (error) {
        if (error instanceof URIError) return null;
        throw error;
    }
}

/** Streams a file, which may be larger than memory, to be kept and never to be shown: it holds what a student wrote. */
function handOut(file: string, { method }: IncomingMessage, response: ServerResponse, { trouble }: Backend): void {
    response.writeHead(200, {
        ...pageHeaders,
        'Cache-Control': 'no-store',
        'Content-Type': 'application/octet-stream',
        'Content-Length': statSync(file).size,
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(file))}`,
    });
    if (method === 'HEAD') response.end();
    else
        pipeline(createReadStream(file), response, (error) => {
            const hasGone = error?.code === 'ERR_STREAM_PREMATURE_CLOSE' || error?.code === 'ECONNRESET';
            if (error && !hasGone) trouble.note(error, 'handing out a file'); // the browser closed the connection
        });
}

/** Why a web socket is not opened, as a status line; null where it is. */
function refusalOf(request: IncomingMessage, gate: Gate): string | null {
    if (!gate.knowsHost(request)) return '421 Misdirected Request';
    if (!gate.offersToken(request)) return '401 Unauthorized';
    if (!gate.comesFromOurPage(request)) return '403 Forbidden';
    return request.url === '/messages' ? null : '404 Not Found';
}

/** Carries messages between one page and the backend. */
function carry(socket: WebSocket, backend: Backend): void {
    const connection = backend.connect((message) => {
        if (socket.bufferedAmount > mostUnread) socket.terminate();
        else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    });
    // never rejected
    socket.on('message', (text, isBinary) => void connection.receive(isBinary ? null : jsonOf(String(text))));
    socket.on('close', () => connection.close());
    socket.on('error', () => socket.terminate()); // too large, or not a web socket's frames
}

function cannotListen(host: string, port: number, { code, message }: NodeJS.ErrnoException): Error {
    if (code === 'EADDRINUSE')
        return badInput(`Port ${port} is taken by another program; nothing was started. Choose one with --port.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
        return badInput(
            `This machine has no address "${host}"; nothing was started. Leave --host out for this machine alone.`,
        );
    if (code === 'EACCES')
        return badInput(`Port ${port} may not be used by you; nothing was started. Choose one above 1023 with --port.`);
    return new Error(message);
}
