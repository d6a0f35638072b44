/** What a file that leaves this machine must not tell: where home is, how the machine and its user are called. */
import os from 'node:os';

export interface Identity {
    readonly home: string;
    readonly host: string;
    readonly user: string;
}

export function thisIdentity(): Identity {
    return { home: os.homedir(), host: os.hostname(), user: os.userInfo().username };
}

/** The same text with `~` for the home folder, `host` for the machine and `user` for its user, as whole words. */
export function redact(text: string, { home, host, user }: Identity): string {
    const spellings = [home, home.replaceAll('\\', '/'), JSON.stringify(home).slice(1, -1)].filter(
        (path) => path.length > 1,
    );
    let redacted = text;
    for (const spelling of spellings) redacted = redacted.replace(wholeWord(spelling), '~');
    if (host.length > 0) redacted = redacted.replace(wholeWord(host), 'host');
    if (user.length > 0) redacted = redacted.replace(wholeWord(user), 'user');
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

function wholeWord(text: string): RegExp {
    return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(text)}(?![\\p{L}\\p{N}])`, 'giu');
}
