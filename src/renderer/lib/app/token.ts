/**
 * The token that authorises this page with `serve`. It arrives once, after `#` in the address, and is kept in the
 * storage of the page's origin: other tabs and a reload have it, a page on another port does not. It is stored only
 * once it has opened the app, so that an address with a wrong token locks nobody out.
 */
const place = 'storyloop-token';
const inAddress = /^#token=([\w-]+)$/u;

let given = inAddress.exec(location.hash)?.[1] ?? null;
let known: string | null = null; // where the browser keeps nothing, as long as the page lives
if (given !== null) history.replaceState(null, '', location.pathname); // nobody reads it over a shoulder
window.addEventListener('hashchange', () => {
    const token = inAddress.exec(location.hash)?.[1];
    if (token === undefined) return;
    given = token;
    history.replaceState(null, '', location.pathname);
});

/** Empty where this browser was never let in. */
export function currentToken(): string {
    return given ?? known ?? stored() ?? '';
}

/** It opened the app. */
export function keepToken(token: string): void {
    known = token;
    given = null;
    try {
        localStorage.setItem(place, token);
    } catch {
        // a browser that keeps nothing: a reload needs the address again, and says so
    }
}

/** It opened nothing: the one from before may, or one that another tab was given. */
export function forgetGiven(): void {
    given = null;
    known = null;
}

function stored(): string | null {
    try {
        return localStorage.getItem(place);
    } catch {
        return null;
    }
}

export function bearing(token: string): Readonly<Record<string, string>> {
    return { Authorization: `Bearer ${token}` };
}
