/** A page without a window: asks the backend by plain calls, over JSON like `serve`, and remembers what it is told. */
import {
    appContractVersion,
    type AppMessage,
    type AppRequest,
    type Method,
    type Params,
    type Result,
} from '../../src/shared/contracts/app.ts';
import type { Push } from '../../src/shared/views/pushes.ts';
import type { Backend } from '../../src/main/service/backend/backend.ts';

export interface Page {
    ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
    /** The sentence with which the backend refuses. */
    refusal(method: string, params: unknown, version?: number): Promise<string>;
    readonly pushes: readonly Push[];
    /** Settles at a push that fits, of those to come and those that came. */
    told<Kind extends Push['push']>(
        kind: Kind,
        fits?: (push: Extract<Push, { push: Kind }>) => boolean,
    ): Promise<Extract<Push, { push: Kind }>>;
    close(): void;
}

export function aPage(backend: Backend): Page {
    const pushes: Push[] = [];
    const waiting = new Map<number, (message: AppMessage) => void>();
    const watching = new Set<(push: Push) => void>();
    const connection = backend.connect((sent) => {
        const message = JSON.parse(JSON.stringify(sent)) as AppMessage;
        if ('push' in message) {
            pushes.push(message);
            for (const watch of watching) watch(message);
        } else waiting.get(message.id)?.(message);
    });
    let last = 0;
    const send = (request: Record<keyof Omit<AppRequest, 'id'>, unknown>): Promise<AppMessage> => {
        const id = ++last;
        return new Promise((resolve) => {
            waiting.set(id, resolve);
            void connection.receive({ id, ...request });
        });
    };
    return {
        pushes,
        async ask<M extends Method>(method: M, params: Params<M>) {
            const answer = await send({ version: appContractVersion, method, params });
            if ('result' in answer) return answer.result as Result<M>;
            throw new Error(
                `${method} was refused: ${'sentence' in answer ? answer.sentence : JSON.stringify(answer)}`,
            );
        },
        async refusal(method, params, version = appContractVersion) {
            const answer = await send({ version, method, params });
            if ('sentence' in answer && 'fault' in answer) return answer.sentence;
            throw new Error(`${method} was answered: ${JSON.stringify(answer)}`);
        },
        told: (kind, fits = () => true) =>
            new Promise((resolve) => {
                const check = (push: Push): void => {
                    if (push.push === kind && fits(push as never)) resolve(push as never);
                };
                pushes.forEach(check);
                watching.add(check);
            }),
        close: () => connection.close(),
    };
}
