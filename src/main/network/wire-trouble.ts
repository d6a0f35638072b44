/** Describes a failed connection in words; never in the system's message, which names the host. */

const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nobody answers at its address',
    ENOTFOUND: 'its name is not known',
    EAI_AGAIN: 'its name is not known',
    ECONNRESET: 'the connection was closed',
    EPIPE: 'the connection was closed',
    UND_ERR_SOCKET: 'the connection was closed',
    ETIMEDOUT: 'nobody answers in time',
    UND_ERR_CONNECT_TIMEOUT: 'nobody answers in time',
    EHOSTUNREACH: 'there is no way to it',
    ENETUNREACH: 'there is no way to it',
    ERR_PROXY_TUNNEL: 'the proxy does not let it through',
    ERR_REDIRECTS: 'it sends us on in a circle',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https',
};

export function wireTrouble(error: unknown): string {
    const { code, name } = innermost(error);
    if (code !== undefined && code in words) return words[code]!;
    if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'its certificate is not trusted';
    return `the connection failed: ${code ?? name ?? 'unknown'}`;
}

/** The error of `fetch` wraps its cause, and where several addresses were tried each attempt's error wraps another. */
function innermost(error: unknown): { readonly code?: string; readonly name?: string } {
    const { cause, errors, code } = error as { cause?: unknown; errors?: readonly unknown[]; code?: string };
    if (code === undefined && errors?.[0] !== undefined) return innermost(errors[0]);
    if (code === undefined && cause !== undefined) return innermost(cause);
    return error as { code?: string; name?: string };
}
