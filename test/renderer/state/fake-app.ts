/** The app as a test plays it: it waits for requests, and answers them when and how the test says. */
import type { AppRequest, Method, Params, Result } from '../../../src/shared/contracts/app.ts';
import type { Push } from '../../../src/shared/views/pushes.ts';

export interface Asked<M extends Method> {
    readonly params: Params<M>;
    answer(result: Result<M>): Promise<void>;
    refuse(sentence: string): Promise<void>;
}

interface Bridge {
    post: (message: unknown) => void;
    readonly listeners: ReadonlySet<(message: unknown) => void>;
}
const bridge = window.storyloop as unknown as Bridge;
const unread: AppRequest[] = [];
const wanted: { readonly method: Method; readonly take: (request: AppRequest) => void }[] = [];
/** What every page asks first is answered at once: there is nothing. */
const atFirst: Partial<Record<Method, unknown>> = {
    'runs.list': [],
    'settings.read': {},
    'exchanges.list': [],
    'queue.list': [],
    'draft.read': null,
    'draft.keep': null,
    'benchmarks.list': [],
};

const answeredAtOnce: AppRequest[] = [];

bridge.post = (message) => {
    const request = message as AppRequest;
    if (request.method in atFirst) {
        answeredAtOnce.push(request);
        return send({ id: request.id, result: atFirst[request.method] });
    }
    const i = wanted.findIndex(({ method }) => method === request.method);
    if (i === -1) unread.push(request);
    else wanted.splice(i, 1)[0]!.take(request);
};

function send(message: unknown): void {
    for (const listen of bridge.listeners) listen(message);
}

/** Lets everything run that waits for an answer which is there. */
export async function settled(): Promise<void> {
    for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** The oldest request of that kind that was not looked at yet, or the next one that comes. */
export async function asked<M extends Method>(method: M): Promise<Asked<M>> {
    const i = unread.findIndex((each) => each.method === method);
    const request =
        i === -1 ? await new Promise<AppRequest>((take) => wanted.push({ method, take })) : unread.splice(i, 1)[0]!;
    const { id } = request;
    return {
        params: request.params as Params<M>,
        answer: (result) => (send({ id, result }), settled()),
        refuse: (sentence) => (send({ id, fault: { kind: 'bad-input', message: sentence }, sentence }), settled()),
    };
}

/** Methods of the requests that nobody has looked at. */
export function notLookedAt(): readonly Method[] {
    return unread.map(({ method }) => method);
}

/** What was asked of a method that is answered at once, the oldest first. */
export function askedAtOnce<M extends Method>(method: M): readonly Params<M>[] {
    return answeredAtOnce.filter((each) => each.method === method).map(({ params }) => params as Params<M>);
}

export function forgetRequests(): void {
    answeredAtOnce.length = 0;
    unread.length = 0;
    wanted.length = 0;
}

export function push(what: Push): Promise<void> {
    send(what);
    return settled();
}

/** The app goes away and comes back: what was asked and not answered is lost. */
export function restart(): Promise<void> {
    return push({ push: 'restarted' });
}
