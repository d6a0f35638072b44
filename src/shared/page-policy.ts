/** What a page of ours may do and how it is sent, in a window and in a browser alike. */

/** Nothing but what comes with the app: no inline script or style, no other origin, no frames. */
export const pageHeaders: Readonly<Record<string, string>> = {
    'Content-Security-Policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The protocol that a page asks for on the web socket of `serve`; its token stands beside it, as a second one. */
export const socketProtocol = 'storyloop';
/** Answers 204 to whoever sends the token in `Authorization: Bearer …`, and 401 to anybody else. */
export const tokenPath = '/token';

const types: Readonly<Record<string, string>> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml',
    png: 'image/png',
    woff2: 'font/woff2',
};

export function contentType(file: string): string {
    return types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
