/** Starts processes through Electron's shell, which alone can start them, opens its dialogs and prints. */
import type { ChoosePurpose, FromBackend, ToBackend } from '../../../shared/contracts/shell.ts';
import type { ProcessHost } from '../../processes/process-host.ts';

interface Child {
    readonly heard: ((message: unknown) => void)[];
    readonly gone: PromiseWithResolvers<string>;
}

export interface ShellHost extends ProcessHost {
    /** Takes a message of the shell about child processes, or its answer. */
    receive(message: Extract<ToBackend, { to: 'child-message' | 'child-gone' | 'answered' }>): void;
    /** Lets a person choose a file or folder in the system's dialog; null where they cancel it. */
    choosePath(purpose: ChoosePurpose): Promise<string | null>;
    /** What the window's page shows as a PDF, in base64; null where it could not be printed. */
    printPage(): Promise<string | null>;
}

export function shellHost(send: (message: FromBackend) => void): ShellHost {
    const children = new Map<number, Child>();
    const asked = new Map<number, (answer: string | null) => void>();
    let last = 0;
    const answerTo = (messageOf: (ask: number) => FromBackend): Promise<string | null> =>
        new Promise((resolve) => {
            const ask = ++last;
            asked.set(ask, resolve);
            send(messageOf(ask));
        });
    return {
        choosePath: (purpose) => answerTo((ask) => ({ from: 'path-choose', ask, purpose })),
        printPage: () => answerTo((ask) => ({ from: 'page-print', ask })),
        start(entry) {
            const child = ++last;
            const heard: Child['heard'] = [];
            const gone = Promise.withResolvers<string>();
            children.set(child, { heard, gone });
            send({ from: 'child-start', child, entry });
            const end = (patienceMs: number): void => send({ from: 'child-end', child, patienceMs });
            return {
                post: (message) => send({ from: 'child-message', child, message }),
                onMessage: (listen) => void heard.push(listen),
                onExit: (listen) => void gone.promise.then(listen),
                async end(patienceMs) {
                    end(patienceMs);
                    await gone.promise;
                },
                kill: () => end(0),
            };
        },
        receive(message) {
            if (message.to === 'answered') {
                asked.get(message.ask)?.(message.answer);
                asked.delete(message.ask);
                return;
            }
            const child = children.get(message.child);
            if (message.to === 'child-message') for (const listen of child?.heard ?? []) listen(message.message);
            else {
                children.delete(message.child);
                child?.gone.resolve(message.words);
            }
        },
    };
}
