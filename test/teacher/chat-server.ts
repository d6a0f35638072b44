/** An OpenAI-compatible server for tests: real HTTP, and a judge that answers as a test wants. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
    readonly model: string;
    readonly messages: readonly { readonly content: string }[];
    readonly temperature: number;
    readonly max_tokens: number;
    readonly seed: number;
    readonly logprobs?: boolean;
    readonly top_logprobs?: number;
}

export interface ChatServer {
    /** As a person would give it: with `/v1`. */
    readonly address: string;
    /** Every chat request, in order. */
    readonly asked: readonly Asked[];
    /** The `authorization` of each. */
    readonly keys: readonly (string | undefined)[];
    /** The most that were in flight together. */
    readonly together: () => number;
    close(): void;
}

export type Judge = (asked: Asked, response: ServerResponse, count: number) => void | Promise<void>;

/** @param atEnd closes it; after the test when left out */
export async function chatServer(
    judge: Judge,
    models: readonly string[] = ['judge'],
    atEnd: (close: () => void) => void = onTestFinished,
): Promise<ChatServer> {
    const asked: Asked[] = [];
    const keys: (string | undefined)[] = [];
    let now = 0;
    let most = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        if (request.url === '/v1/models') {
            json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
            return;
        }
        if (request.url !== '/v1/chat/completions') {
            json(response, 404, { error: { message: 'no such page' } });
            return;
        }
        let body = '';
        for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
        keys.push(request.headers.authorization);
        asked.push(JSON.parse(body) as Asked);
        most = Math.max(most, ++now);
        response.on('close', () => now--);
        await judge(asked.at(-1)!, response, asked.length);
    };
    const server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = (): void => {
        server.closeAllConnections();
        server.close();
    };
    atEnd(close);
    const { port } = server.address() as AddressInfo;
    return { address: `http://127.0.0.1:${port}/v1`, asked, keys, together: () => most, close };
}

export function json(
    response: ServerResponse,
    status: number,
    body: object,
    headers: Record<string, string> = {},
): void {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Says the text, without probabilities. */
export const says =
    (text: string): Judge =>
    (_, response) =>
        json(response, 200, { choices: [{ message: { role: 'assistant', content: text } }] });

/** One chat completion whose tokens come with alternatives: [token, [other, probability]…] each. */
export function withProbabilities(tokens: readonly (readonly [string, Readonly<Record<string, number>>])[]): object {
    return {
        choices: [
            {
                message: { role: 'assistant', content: tokens.map(([token]) => token).join('') },
                logprobs: {
                    content: tokens.map(([token, chances]) => ({
                        token,
                        logprob: Math.log(chances[token] ?? 1),
                        top_logprobs: Object.entries(chances).map(([other, chance]) => ({
                            token: other,
                            logprob: chance > 0 ? Math.log(chance) : null, // vLLM: −∞ is no JSON
                        })),
                    })),
                },
            },
        ],
    };
}

/** A judge whose scores are a function of the story: probabilities over 0–3 from the number of its words. */
export const countingJudge: Judge = (asked, response) => {
    const words = asked.messages[0]!.content.split(/\s+/).length;
    const chances = (k: number): Record<string, number> => {
        const raw = [0, 1, 2, 3].map((digit) => 1 + ((words * (k + 3) + digit * 7) % 11));
        const sum = raw.reduce((a, b) => a + b, 0) / 0.98; // the rest falls on words
        return Object.fromEntries(raw.map((chance, digit) => [String(digit), chance / sum]));
    };
    const best = (of: Record<string, number>): string => Object.entries(of).sort((a, b) => b[1] - a[1])[0]![0];
    const tokens = [0, 1, 2].flatMap((k) => [
        ...(k > 0 ? [[' ', { ' ': 1 }] as const] : []),
        [best(chances(k)), chances(k)] as const,
    ]);
    if (asked.logprobs) json(response, 200, withProbabilities(tokens));
    else json(response, 200, { choices: [{ message: { content: tokens.map(([token]) => token).join('') } }] });
};
