/**
 * Decides which requests are let in: they need a known host and the token of this start, and a web socket must come
 * from one of our pages. The pages themselves are public and hold no data; data comes over the web socket, and files by
 * a pass.
 *
 * There is no cookie, because a browser sends cookies to every port of a machine and would give the token to whoever
 * listens on another one. A page keeps the token in the storage of its origin, which includes the port, and sends it
 * itself.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { IncomingMessage } from 'node:http';
import { socketProtocol } from '../../../shared/page-policy.ts';

export interface Gate {
    readonly token: string;
    /** Is it addressed to us? A name that somebody else's server resolved to our address is not (DNS rebinding). */
    knowsHost(request: IncomingMessage): boolean;
    /** In the header `Authorization`, which no other site can make a browser send. */
    hasToken(request: IncomingMessage): boolean;
    /** Beside the protocol of a web socket: the one header that a page can choose there. */
    offersToken(request: IncomingMessage): boolean;
    /** Did a page of ours send it? Browsers say so, and other sites cannot lie. */
    comesFromOurPage(request: IncomingMessage): boolean;
    /** A pass, valid for some minutes, to fetch this one path: a link on a page cannot carry a header. */
    passFor(path: string): string;
    isPass(given: string, path: string): boolean;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];
const passMs = 10 * 60_000; // from the click to the beginning of a download; the download itself may take longer

/** @param host the address we listen on; anything but loopback opens the app to whoever has the token */
export function openGate(host: string, clock: () => number = Date.now): Gate {
    const token = randomBytes(24).toString('base64url');
    // any port of loopback: a tunnel, as of ssh, brings its own
    const names = new Set([...loopbackNames, ...(loopbackNames.includes(bracketed(host)) ? [] : namesOf(host))]);
    const seal = (path: string, until: number): string =>
        createHmac('sha256', token).update(`${until} ${path}`).digest('base64url');
    return {
        token,
        knowsHost: ({ headers }) => names.has(withoutPort(headers.host ?? '')),
        hasToken: ({ headers }) => isEqual(/^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '', token),
        offersToken({ headers }) {
            const [protocol, given = ''] = (headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
            return protocol === socketProtocol && isEqual(given, token);
        },
        comesFromOurPage: ({ headers }) => headers.origin === `http://${headers.host}`,
        passFor(path) {
            const until = clock() + passMs;
            return `${until}.${seal(path, until)}`;
        },
        isPass(given, path) {
            const [until = '', sealed = ''] = given.split('.');
            return /^\d{1,15}$/.test(until) && Number(until) >= clock() && isEqual(sealed, seal(path, Number(until)));
        },
    };
}

function bracketed(host: string): string {
    return host.includes(':') ? `[${host}]` : host;
}

/** What a machine may be called by: the address it listens on, or each it has where it listens on all. */
function namesOf(host: string): readonly string[] {
    if (host !== '0.0.0.0' && host !== '::') return [bracketed(host)];
    return Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? []).map(({ address }) => bracketed(address)),
    );
}

function withoutPort(host: string): string {
    return host.replace(/:\d{1,5}$/, '').toLowerCase();
}

/** Compares in constant time. */
function isEqual(given: string, right: string): boolean {
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(right));
}
