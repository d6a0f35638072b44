/**
 * Requests a file from a web server as a stream that is read no faster than it is written. `fetch` will not do: Node
 * 24's ends the process, uncatchably, when a server closes the connection while a body waits to be read
 * (nodejs/undici#5360).
 */
import type { IncomingMessage } from 'node:http';
import { useProxyOfEnvironment } from '../../network/proxy.ts';

const mostRedirects = 10;

/**
 * The answer, after redirects. The caller must read or destroy its body.
 * @throws the error of the connection
 */
export async function request(
    address: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
): Promise<IncomingMessage> {
    useProxyOfEnvironment();
    let at = new URL(address);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
        const answer = await answerOf(at, headers, signal);
        const { statusCode = 0, headers: replyHeaders } = answer;
        if (statusCode < 300 || statusCode >= 400 || replyHeaders.location === undefined) return answer;
        answer.destroy();
        at = new URL(replyHeaders.location, at);
    }
    throw Object.assign(new Error('too many redirections'), { code: 'ERR_REDIRECTS' });
}

function answerOf(at: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    // not imported: with it every start of the program would load `fetch`, a tenth of a second
    const { get } = process.getBuiltinModule(at.protocol === 'https:' ? 'node:https' : 'node:http');
    return new Promise((resolve, reject) => {
        get(at, { headers: { 'user-agent': 'storyloop', ...headers }, signal }, resolve).on('error', reject);
    });
}
