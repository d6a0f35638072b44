/**
 * Requests to an OpenAI-compatible server: so many in flight, each tried again while time may mend it, and one clear
 * word when it may not. Sentences name no host: they are recorded with the run.
 */
import { badInput, FaultError } from '../../../shared/faults.ts';
import type { RandomStream } from '../../learning/random.ts';

export interface ServerPlace {
    /** Up to and with `/v1`. */
    readonly address: string;
    /** From the environment; never stored, never logged. */
    readonly key: string | null;
}

export interface Patience {
    /** For one answer. */
    readonly seconds: number;
    /** New attempts of one request after its first. */
    readonly retries: number;
    /** Before the first new attempt; doubles each time. */
    readonly waitMs: number;
}

/** A request that the server understood and refuses for good, with what it said. */
export class Refused extends Error {
    readonly status: number;
    constructor(status: number, said: string) {
        super(said);
        this.status = status;
    }
}

/** Time may mend it; `afterMs` where the server says when to come again. */
class Troubled extends Error {
    readonly afterMs: number | null;
    constructor(why: string, afterMs: number | null = null) {
        super(why);
        this.afterMs = afterMs;
    }
}

const longestWaitMs = 60_000;
const longestSaid = 300;

export class ServerClient {
    readonly #place: ServerPlace;
    readonly #patience: Patience;
    readonly #slots: Slots;

    constructor(place: ServerPlace, inFlight: number, patience: Patience) {
        this.#place = place;
        this.#patience = patience;
        this.#slots = new Slots(inFlight);
    }

    /**
     * What `read` makes of the answer; waits for its turn and for the server.
     * @param path after the address, as `/chat/completions`
     * @param body of a POST; a GET without
     * @param read gives undefined for what is no answer to the question
     * @param jitter spreads new attempts, so that many do not come back at once
     * @throws Refused; `teacher-lost` once patience is over; what `signal` says when it aborts
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
                    if (attempt === this.#patience.retries) throw lost(error.message, attempt + 1);
                    const backOff = this.#patience.waitMs * 2 ** attempt * (0.5 + jitter.uniform());
                    await wait(Math.min(error.afterMs ?? backOff, longestWaitMs), signal);
                }
            }
        });
    }

    async #attempt(path: string, body: object | null, signal: AbortSignal | undefined): Promise<unknown> {
        const { address, key } = this.#place;
        const tooLong = AbortSignal.timeout(this.#patience.seconds * 1000);
        let response: Response;
        let text: string;
        try {
            response = await fetch(`${address}${path}`, {
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
            throw new Troubled(tooLong.aborted ? `no answer in ${this.#patience.seconds} s` : wireTrouble(error));
        }
        const { status } = response;
        if (status === 408 || status === 429 || status >= 500)
            throw new Troubled(`it answers ${status}`, retryAfterMs(response.headers));
        if (!response.ok) throw new Refused(status, whatItSaid(text));
        const answer = parsedJson(text);
        if (answer === undefined) throw new Troubled('it answers with something that is no JSON');
        return answer;
    }
}

function lost(why: string, attempts: number): FaultError {
    return new FaultError({
        kind: 'teacher-lost',
        message: attempts === 1 ? why : `${why}, ${attempts} times in a row`,
    });
}

/** `Retry-After` in seconds or as a date, which counts from the server's own `Date`: clocks may differ. */
function retryAfterMs(headers: Headers): number | null {
    const said = headers.get('retry-after');
    if (said === null) return null;
    if (/^\d+$/.test(said.trim())) return Number(said) * 1000;
    const between = Date.parse(said) - Date.parse(headers.get('date') ?? '');
    return between >= 0 ? between : null; // also where either is no date
}

/** A word such as ECONNREFUSED; never the message, which names the host. */
function wireTrouble(error: unknown): string {
    const { code, name } = ((error as { cause?: unknown }).cause ?? error) as { code?: string; name?: string };
    return `no connection: ${code ?? name ?? 'unknown'}`;
}

/** The words of an OpenAI-style error, or the beginning of whatever came. */
function whatItSaid(text: string): string {
    const answer = parsedJson(text) as { error?: { message?: unknown } | string; message?: unknown } | undefined;
    const error = answer?.error;
    const said = typeof error === 'string' ? error : (error?.message ?? answer?.message ?? text);
    return String(said).replace(/\s+/g, ' ').trim().slice(0, longestSaid);
}

function parsedJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** @throws bad input for a key or an address that does not open the door */
export function refusedAtTheDoor({ status, message }: Refused, path: string): Error {
    if (status === 401 || status === 403)
        return badInput(
            `The teacher’s server refuses the key (${status}); nothing was rated. Put the right one into the environment as STORYLOOP_TEACHER_KEY.`,
        );
    if (status === 404 || status === 405)
        return badInput(
            `The teacher’s server has no ${path}, or not that model (${status}${message === '' ? '' : `: ${message}`}); nothing was rated. Its address should end in /v1; name its model with --teacher-model.`,
        );
    return badInput(
        `The teacher’s server refuses to rate (${status}${message === '' ? '' : `: ${message}`}); nothing was rated. Check the server and --teacher-model.`,
    );
}

/** At most so many pieces of work at a time, in the order they were asked for. */
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
