/** Removes the home folder and the names of machine and user from files that leave this machine. */
import os from 'node:os';

export interface Identity {
    readonly homes: readonly string[];
    readonly hosts: readonly string[];
    readonly users: readonly string[];
}

/** Every spelling that this machine has for them: under sudo, in a container and in a network there are several. */
export function thisIdentity(environment: Readonly<Record<string, string | undefined>> = process.env): Identity {
    const account = ifKnown(() => os.userInfo());
    const host = os.hostname();
    const names = ['USER', 'LOGNAME', 'USERNAME', 'SUDO_USER'].map((name) => environment[name]);
    return {
        // `/` is everywhere
        homes: distinct([ifKnown(() => os.homedir()), account?.homedir]).filter((home) => home.length > 1),
        hosts: distinct([host, host.split('.')[0]]),
        users: distinct([account?.username, ...names]),
    };
}

/** Undefined where the system knows nobody by the id of this process, as in a container that is given any id. */
function ifKnown<T>(ask: () => T): T | undefined {
    try {
        return ask();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return undefined;
        throw error;
    }
}

function distinct(names: readonly (string | undefined)[]): readonly string[] {
    return [...new Set(names.flatMap((name) => name || []))];
}

/** The same text with `~` for home folders, `host` for the machine and `user` for its user, as whole words. */
export function redact(text: string, identity: Identity): string {
    let redacted = redactPlaces(text, identity);
    for (const host of identity.hosts) redacted = redacted.replace(wholeWord(host), 'host');
    for (const user of identity.users) redacted = redacted.replace(wholeWord(user), 'user');
    return redacted;
}

/**
 * Removes home folders, and the names of machine and user only inside paths and addresses: for text in which such a
 * word may mean something else, as a user may be called `paper`, like a preset.
 */
export function redactPlaces(text: string, { homes, hosts, users }: Identity): string {
    let redacted = text;
    for (const home of homes.flatMap(spellings)) redacted = redacted.replace(wholeWord(home), '~');
    redacted = redacted.replace(anybodysHome, '~');
    for (const host of hosts) redacted = redacted.replace(partOfPath(host), 'host');
    for (const user of users) redacted = redacted.replace(partOfPath(user), 'user');
    return redacted;
}

/** The same JSON with every text redacted, but for the `kind` that programs read. */
export function redactJson(json: string, identity: Identity): string {
    return JSON.stringify(
        JSON.parse(json, (key, value: unknown) =>
            typeof value === 'string' && key !== 'kind' ? redact(value, identity) : value,
        ),
    );
}

/** As the system writes a path, with plain slashes, and inside JSON. */
function spellings(path: string): readonly string[] {
    return [...new Set([path, path.replaceAll('\\', '/'), JSON.stringify(path).slice(1, -1)])];
}

/** Where Linux, macOS and Windows keep people: a run may have come from another machine. */
const anybodysHome =
    /(?<![\p{L}\p{N}])(?:\/home\/|\/Users\/|[a-z]:[\\/]{1,2}Users[\\/]{1,2})[^\s\\/"'`<>|:*?,;)\]}]+/giu;

function wholeWord(text: string): RegExp {
    return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(text)}(?![\\p{L}\\p{N}])`, 'giu');
}

function partOfPath(name: string): RegExp {
    return new RegExp(`(?<=[/\\\\@])${RegExp.escape(name)}(?![\\p{L}\\p{N}])`, 'giu');
}
