/** A web server that sends one file the way a test wants it: whole, from the middle, too slowly, or not at all. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FileServer {
    readonly address: string;
    /** The `Range` header of each request, in order; null where there was none. */
    readonly ranges: readonly (string | null)[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export async function serve(answer: Answer): Promise<FileServer> {
    const ranges: (string | null)[] = [];
    const server = createServer((request, response) => {
        ranges.push(request.headers.range ?? null);
        answer(request, response, ranges.length);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
        server.closeAllConnections();
        server.close();
    });
    return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges };
}

/**
 * As Hugging Face answers: a range where one is asked for.
 * @param breakingOff closes the connection as soon as so many bytes of the file have arrived on the other side
 */
export function sendFile(
    content: Uint8Array,
    breakingOff?: { readonly until: number; readonly arrived: () => number },
): Answer {
    return (request, response) => {
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        if (from >= content.length) {
            response.writeHead(416).end();
            return;
        }
        const rest = content.subarray(from);
        const range = `bytes ${from}-${content.length - 1}/${content.length}`;
        response.writeHead(from > 0 ? 206 : 200, {
            'content-length': rest.length,
            ...(from > 0 ? { 'content-range': range } : {}),
        });
        if (breakingOff === undefined) {
            response.end(rest);
            return;
        }
        const { until, arrived } = breakingOff;
        response.write(content.subarray(from, until));
        const watch = setInterval(() => {
            if (arrived() < until) return;
            clearInterval(watch);
            response.destroy();
        }, 2);
    };
}
