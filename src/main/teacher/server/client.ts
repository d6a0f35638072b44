/**
 * Sends requests to an OpenAI-compatible server: a limited number at a time, each tried again while waiting may help,
 * and with a clear fault when it does not. Sentences name no host, because they are recorded with the run.
 */
import { badInput, FaultError } from '../../../shared/faults.ts';
import { quotable } from '../../../shared/text/quoting.ts';
import { useProxyOfEnvironment } from '../../network/proxy.ts';
import { wireTrouble } from '../../network/wire-trouble.ts';
import type { RandomStream } from '../../learning/random.ts';
import { jsonOf } from '../../../shared/text/json.ts';

export interface ServerPlace {
    /** The address up to and including `/v1`. */
    readonly address: string;
    /** From the environment; never stored, never logged. */
    readonly key: string | null;
}

export interface Patience {
    /** How long one answer may take. */
    readonly seconds: number;
    /** How often a request is tried again after the first time. */
    readonly retries: number;
    /** The wait before the second attempt; it doubles each time. */
    readonly waitMs: number;
}

/** The server understood the request and refuses it for good; the message is what it said. */
export class RequestRefused extends Error {
    readonly status: number;
    constructor(status: number, reply: string) {
        super(reply);
        this.status = status;
    }
}

/** Trouble that may pass: the request is tried again. */
class Troubled extends Error {
    /** The status of the answer; null where nobody answered. */
    readonly status: number | null;
    /** The wait that the server asks for; null where it asks for none. */
    readonly afterMs: number | null;
    constructor(why: string, status: number | null = null, afterMs: number | null = null) {
        super(why);
        this.status = status;
        this.afterMs = afterMs;
    }
}

/** The server is given up: every attempt failed, or it asks for too long a wait. */
export class Lost extends FaultError {
    readonly status: number | null;
    constructor(message: string, status: number | null) {
        super({ kind: 'teacher-lost', message, ...(status === null ? {} : { answers: true }) });
        this.status = status;
    }
}

const longestBackOffMs = 60_000;
const longestAskedWaitMs = 10 * 60_000; // the longest wait a server may ask for; for a longer one the run pauses
const toldFromMs = 20_000; // longer waits are noted

export class ServerClient {
    readonly #place: ServerPlace;
    readonly #patience: Patience;
    readonly #slots: Slots;
    readonly #note: (text: string) => void;
    #isWaitTold = false; // many requests may wait at once; one note is enough

    constructor(place: ServerPlace, inFlight: number, patience: Patience, note: (text: string) => void = () => {}) {
        this.#place = place;
        this.#patience = patience;
        this.#slots = new Slots(inFlight);
        this.#note = note;
    }

    /**
     * Asks the server, when its turn has come, and returns what `read` makes of the answer.
     * @param path what follows the address, such as `/chat/completions`
     * @param body the body of a POST; null for a GET
     * @param read returns undefined for what is no answer to the question
     * @param jitter spreads new attempts, so that many requests do not come back at the same moment
     * @throws RequestRefused; Lost (`teacher-lost`) when the server is given up; the reason of `signal` when it aborts
     */
    ask<T>(
        path: string,
        body: object | null,
        read: (answer: unknown) => T | undefined,
        jitter: RandomStream,
        signal?: AbortSignal,
    ): Promise<T> {
        return this.#slots.take(async () => {
            for (let attempt = 0; ; attempt++) {
                signal?.throwIfAborted();
                try {
                    const answer = read(await this.#attempt(path, body, signal));
                    if (answer !== undefined) return answer;
                    throw new Troubled('it answers with something else than was asked for');
                } catch (error) {
                    if (!(error instanceof Troubled)) throw error;
                    const { message, status, afterMs } = error;
                    if (afterMs !== null && afterMs > longestAskedWaitMs)
                        throw new Lost(`${message}; it asks to come again in ${timeInWords(afterMs)}`, status);
                    if (attempt === this.#patience.retries)
                        throw new Lost(attempt === 0 ? message : `${message}, ${attempt + 1} times in a row`, status);
                    const backOff = this.#patience.waitMs * 2 ** attempt * (0.5 + jitter.uniform());
                    await this.#waitFor(afterMs ?? Math.min(backOff, longestBackOffMs), message, signal);
                }
            }
        });
    }

    async #waitFor(ms: number, why: string, signal: AbortSignal | undefined): Promise<void> {
        const isTeller = ms >= toldFromMs && !this.#isWaitTold;
        if (isTeller) {
            this.#isWaitTold = true;
            this.#note(`The teacher’s server has to be waited for, ${timeInWords(ms)} (${why}).`);
        }
        await wait(ms, signal);
        if (isTeller) this.#isWaitTold = false;
    }

    async #attempt(path: string, body: object | null, signal: AbortSignal | undefined): Promise<unknown> {
        const { address, key } = this.#place;
        useProxyOfEnvironment();
        const tooLong = AbortSignal.timeout(this.#patience.seconds * 1000);
        let response: Response;
        let text: string;
        try {
            response = await fetch(addressOf(address, path), {
                method: body === null ? 'GET' : 'POST',
                headers: {
                    ...(body === null ? {} : { 'content-type': 'application/json' }),
                    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
                },
                ...(body === null ? {} : { body: JSON.stringify(body) }),
                signal: signal ? AbortSignal.any([signal, tooLong]) : tooLong,
            });
            text = await response.text();
        } catch (error) {
            signal?.throwIfAborted();
            throw new Troubled(
                tooLong.aborted ? `no answer in ${this.#patience.seconds} s` : `no connection: ${wireTrouble(error)}`,
            );
        }
        const { status } = response;
        const answer = jsonOf(text);
        const reply = this.#withoutSecrets(errorText(answer, text));
        const answers = `it answers ${status}${reply === '' ? '' : `: ${reply}`}`;
        if (status === 408 || status === 429 || status >= 500)
            throw new Troubled(answers, status, retryAfterMs(response.headers));
        if (!response.ok) throw new RequestRefused(status, reply);
        if (answer === undefined) throw new Troubled('it answers with something that is not JSON', status);
        const error = errorIn(answer);
        if (error !== undefined) this.#throwError(error, reply, response.headers);
        return answer;
    }

    /** Some servers answer 200 and put the error into the body, with or without a status there. */
    #throwError({ code }: { readonly code?: unknown }, reply: string, headers: Headers): never {
        const status = Number(code);
        if (status >= 400 && status < 500 && status !== 408 && status !== 429) throw new RequestRefused(status, reply);
        const of = status >= 400 && status < 600 ? ` ${status}` : ' with an error';
        throw new Troubled(`it answers${of}${reply === '' ? '' : `: ${reply}`}`, status || 200, retryAfterMs(headers));
    }

    /** Removes key and host from what a server says, because it is shown and recorded. */
    #withoutSecrets(reply: string): string {
        const { address, key } = this.#place;
        const { host, hostname } = new URL(address);
        const names = [host, hostname].map((name) => name.replace(/[^\w-]/g, '\\$&')).join('|');
        const unnamed = reply.replace(new RegExp(`(?<![\\w.-])(${names})(?![\\w-])`, 'gi'), '…');
        return key === null ? unnamed : unnamed.replaceAll(key, '…');
    }
}

/** Puts the path before the query of an address, which some servers want for their version. */
function addressOf(address: string, path: string): string {
    const [before, query] = address.split(/\?(.*)/s) as [string, string | undefined];
    return `${before}${path}${query ? `?${query}` : ''}`;
}

function timeInWords(ms: number): string {
    const [seconds, minutes, hours] = [ms / 1000, ms / 60_000, ms / 3_600_000].map(Math.round) as [
        number,
        number,
        number,
    ];
    if (seconds < 100) return `${seconds} s`;
    return minutes < 100 ? `${minutes} min` : `${hours} h`;
}

/** `Retry-After`, in seconds or as a date; a date is compared with the server's own `Date`, for clocks may differ. */
function retryAfterMs(headers: Headers): number | null {
    const header = headers.get('retry-after');
    if (header === null) return null;
    if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
    const between = Date.parse(header) - Date.parse(headers.get('date') ?? '');
    return between >= 0 ? between : null; // NaN, where either is no date, gives null
}

interface Complaint {
    readonly message?: unknown;
    readonly code?: unknown;
}

/** The error inside an answer, if there is one; some servers put it beside an empty message. */
function errorIn(answer: unknown): Complaint | undefined {
    const { error, choices } = (answer ?? {}) as {
        error?: Complaint | string;
        choices?: readonly { error?: Complaint }[];
    };
    if (error === undefined || error === null)
        return Array.isArray(choices) ? (choices[0]?.error ?? undefined) : undefined;
    return typeof error === 'string' ? { message: error } : error;
}

/**
 * The text of an error as OpenAI, FastAPI or Ollama write it, the title of a web page, or the beginning of the body.
 */
function errorText(answer: unknown, text: string): string {
    const { message, detail } = (answer ?? {}) as { message?: unknown; detail?: unknown };
    const sentence = [errorIn(answer)?.message, message, detail].find(
        (each) => typeof each === 'string' && each !== '',
    );
    if (sentence !== undefined) return quotable(String(sentence));
    const isPage = /^\s*(<!doctype|<html|<head)/i.test(text);
    const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1] ?? '';
    return quotable(isPage ? title : text === '{}' ? '' : text);
}

/** The bad input to throw where a server refuses its first question: for the key, the model, or the address. */
export function probeRefused({ status, message }: RequestRefused, path: string): Error {
    const answered = `${status}${message === '' ? '' : `: ${message}`}`;
    if (status === 401)
        return badInput(
            `The teacher’s server refuses the key (${answered}); nothing was rated. Put the right one into the environment as STORYLOOP_TEACHER_KEY.`,
        );
    if (status === 403)
        return badInput(
            `The teacher’s server does not let you in (${answered}); nothing was rated. Mend what it says; if it means the key, put the right one into the environment as STORYLOOP_TEACHER_KEY.`,
        );
    if (status === 404 || status === 405)
        return badInput(
            (name) =>
                `The teacher’s server has no ${path}, or not that model (${answered}); nothing was rated. Its address should end in /v1; name its model as ${name('teacher.model')}.`,
        );
    return badInput(
        (name) =>
            `The teacher’s server refuses to rate (${answered}); nothing was rated. Check the server and ${name('teacher.model')}.`,
    );
}

/** The bad input to throw where a server gives no first answer: nobody is there, or it is busy, or in trouble. */
export function probeLost({ fault, status }: Lost): Error {
    const why = fault.kind === 'teacher-lost' ? fault.message : '';
    if (status === null)
        return badInput(
            `The teacher’s server does not answer (${why}); nothing was started. Start it, or check its address.`,
        );
    if (status === 429)
        return badInput(
            `The teacher’s server takes no more requests for now (${why}); nothing was started. Do what it says, or wait and start again.`,
        );
    if (status >= 500 || status === 408)
        return badInput(
            `The teacher’s server is in trouble (${why}); nothing was started. Wait, or mend it where it runs, then start again.`,
        );
    return badInput(
        `What answers is not a teacher’s server (${why}); nothing was started. Check its address, which should end in /v1, and its model.`,
    );
}

/** Lets a limited number of pieces of work run at a time, in the order in which they were asked for. */
class Slots {
    #free: number;
    readonly #waiting: (() => void)[] = [];

    constructor(count: number) {
        this.#free = count;
    }

    async take<T>(work: () => Promise<T>): Promise<T> {
        if (this.#free > 0) this.#free -= 1;
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
        try {
            return await work();
        } finally {
            const next = this.#waiting.shift();
            if (next) next();
            else this.#free += 1;
        }
    }
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
        const done = (): void => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', done);
            resolve();
        };
        const timer = setTimeout(done, ms);
        signal?.addEventListener('abort', done);
    });
}
