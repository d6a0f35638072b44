/** Requests to the app and pushes from it. A request is answered, refused with a sentence, or fails with the pipe. */
import type { AppMessage, AppRequest, Method, Params, Result } from '../../../shared/contracts/app.ts';
import type { Fault } from '../../../shared/faults.ts';
import type { Push } from '../../../shared/views/pushes.ts';
import type { Pipe, PipeEnds, PipeState } from './pipe.ts';

const version: AppRequest['version'] = 1; // the type follows the contract: another version does not compile

/** The app refused; the message is its sentence. */
export class Refused extends Error {
    /** Null where nobody answered. */
    readonly kind: Fault['kind'] | null;
    constructor(sentence: string, kind: Fault['kind'] | null = null) {
        super(sentence);
        this.kind = kind;
    }
}

/** Nobody answered: what was asked may have been done or not. */
export class Unanswered extends Refused {
    constructor() {
        super('Storyloop has stopped answering. Your runs are safe. Start it again, then try once more.');
    }
}

interface Waiting {
    resolve(result: unknown): void;
    reject(error: Refused): void;
}

export interface App {
    ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
}

export function openApp(
    open: (ends: PipeEnds) => Pipe,
    listen: { push(push: Push): void; state(state: PipeState): void },
): App {
    const waiting = new Map<number, Waiting>();
    let last = 0;
    let isOpen = false;
    const pipe = open({
        message(message: AppMessage) {
            if ('push' in message) {
                if (message.push === 'restarted') giveUp();
                return listen.push(message);
            }
            const one = waiting.get(message.id);
            waiting.delete(message.id);
            if ('fault' in message) one?.reject(new Refused(message.sentence, message.fault.kind));
            else one?.resolve(message.result);
        },
        state(state) {
            isOpen = state === 'open';
            if (!isOpen) giveUp();
            listen.state(state);
        },
    });
    function giveUp(): void {
        for (const { reject } of waiting.values()) reject(new Unanswered());
        waiting.clear();
    }
    return {
        ask: <M extends Method>(method: M, params: Params<M>) =>
            new Promise<Result<M>>((resolve, reject) => {
                if (!isOpen) return reject(new Unanswered());
                const id = ++last;
                waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
                pipe.send({ version, id, method, params });
            }),
    };
}

/** What was asked cannot be, however often it is asked: something in it has to change first. */
export function isRefusal(error: unknown): boolean {
    return error instanceof Refused && error.kind === 'bad-input';
}

/** What went wrong, for a person. */
export function sentenceOf(error: unknown): string {
    if (error instanceof Error) return error.message;
    return String(error);
}
