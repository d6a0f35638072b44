/** Who may come in: a known host, the token of this start, and for messages a page of our own. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { IncomingMessage } from 'node:http';

export interface Gate {
    readonly token: string;
    /** The header that lets a browser in from now on: page scripts cannot read it, other sites cannot send it. */
    readonly cookie: string;
    /** Is it addressed to us? A name that somebody else's server resolved to our address is not (DNS rebinding). */
    knowsHost(request: IncomingMessage): boolean;
    isToken(given: string): boolean;
    hasCookie(request: IncomingMessage): boolean;
    /** Did a page of ours send it? Browsers say so, and other sites cannot lie. */
    comesFromOurPage(request: IncomingMessage): boolean;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * @param host the address we listen on; anything but loopback opens the app to whoever has the token
 * @param port distinguishes the cookies of two apps on one machine
 */
export function openGate(host: string, port: number): Gate {
    const token = randomBytes(24).toString('base64url');
    const name = `storyloop-${port}`;
    // any port of loopback: a tunnel, as of ssh, brings its own
    const names = new Set([...loopbackNames, ...(loopbackNames.includes(bracketed(host)) ? [] : namesOf(host))]);
    return {
        token,
        cookie: `${name}=${token}; HttpOnly; SameSite=Strict; Path=/`,
        knowsHost: ({ headers }) => names.has(withoutPort(headers.host ?? '')),
        isToken: (given) => isEqual(given, token),
        hasCookie: ({ headers }) => isEqual(cookieNamed(headers.cookie ?? '', name), token),
        comesFromOurPage: ({ headers }) => headers.origin === `http://${headers.host}`,
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

function cookieNamed(header: string, name: string): string {
    const found = header.split(/;\s*/).find((each) => each.startsWith(`${name}=`));
    return found?.slice(name.length + 1) ?? '';
}

/** Takes the same time wherever they differ. */
function isEqual(given: string, right: string): boolean {
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(right));
}
