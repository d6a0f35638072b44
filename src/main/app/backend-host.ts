/** Keeps the backend running and relays messages between it, the windows and the processes it asks for. */
import type { AppMessage } from '../../shared/contracts/app.ts';
import type { FromBackend, ToBackend } from '../../shared/contracts/shell.ts';
import type { ChildProcess } from '../processes/child-process.ts';
import { startChild } from './children.ts';
import { choosePath } from './choose-path.ts';
import { printPage } from './print-page.ts';

export interface LastWords {
    readonly text: string;
    /** True where the words are a complete sentence for people; otherwise they only say how the process ended. */
    readonly isSentence: boolean;
}

export interface BackendHost {
    /** Connects a page; `send` receives the backend's messages for it. */
    open(page: number, send: (message: unknown) => void): void;
    receive(page: number, message: unknown): void;
    close(page: number): void;
    /** Pauses running work; settles when the backend has ended. */
    end(): Promise<void>;
}

const quickDeathMs = 3000; // a backend that dies this soon would die again
const patienceMs = 15_000; // longer than the backend needs to end by itself

/**
 * @param entry the file of the backend's process
 * @param onLost the backend cannot be kept alive
 */
export function hostBackend(entry: string, onLost: (words: LastWords) => void): BackendHost {
    const pages = new Map<number, (message: unknown) => void>();
    const ended = Promise.withResolvers<null>();
    let isEnding = false;
    let backend = start();

    function start(): ChildProcess {
        const children = new Map<number, ChildProcess>();
        const startedAt = Date.now();
        let refusal: string | null = null;
        const child = startChild(entry, 'backend', process.env['BACKEND_NODE']);
        const post = (message: ToBackend): void => child.post(message);
        child.onMessage((message) => {
            const answer = message as FromBackend; // of the same build
            if (answer.from === 'refused') refusal = answer.sentence;
            else handle(answer, children, post);
        });
        child.onExit((words) => {
            // its run is interrupted; everything recorded is safe
            for (const orphan of children.values()) void orphan.end(0);
            if (isEnding) ended.resolve(null);
            else if (refusal !== null) onLost({ text: refusal, isSentence: true });
            else if (Date.now() - startedAt < quickDeathMs) onLost({ text: words, isSentence: false });
            else backend = start();
        });
        for (const page of pages.keys()) {
            post({ to: 'page-opened', page });
            pages.get(page)!({ push: 'restarted' } satisfies AppMessage);
        }
        return child;
    }
    function handle(
        message: Exclude<FromBackend, { from: 'refused' }>,
        children: Map<number, ChildProcess>,
        post: (message: ToBackend) => void,
    ): void {
        switch (message.from) {
            case 'page-message':
                pages.get(message.page)?.(message.message);
                break;
            case 'child-start': {
                const { child, entry } = message;
                const started = startChild(entry, 'engine', process.env['ENGINE_NODE']);
                children.set(child, started);
                started.onMessage((each) => post({ to: 'child-message', child, message: each }));
                started.onExit((words) => {
                    children.delete(child);
                    post({ to: 'child-gone', child, words });
                });
                break;
            }
            case 'child-message':
                children.get(message.child)?.post(message.message);
                break;
            case 'path-choose':
                void choosePath(message.purpose).then((answer) => post({ to: 'answered', ask: message.ask, answer }));
                break;
            case 'page-print':
                void printPage().then(
                    (answer) => post({ to: 'answered', ask: message.ask, answer }),
                    (error: unknown) => {
                        console.error('The page could not be printed:', error);
                        post({ to: 'answered', ask: message.ask, answer: null }); // it opens a print window then
                    },
                );
                break;
            case 'child-end':
                void children.get(message.child)?.end(message.patienceMs);
                break;
            default:
                message satisfies never;
        }
    }
    return {
        open(page, send) {
            pages.set(page, send);
            backend.post({ to: 'page-opened', page } satisfies ToBackend);
        },
        receive: (page, message) => backend.post({ to: 'page-message', page, message } satisfies ToBackend),
        close(page) {
            pages.delete(page);
            backend.post({ to: 'page-closed', page } satisfies ToBackend);
        },
        async end() {
            isEnding = true;
            backend.post({ to: 'close' } satisfies ToBackend);
            const timer = setTimeout(() => void backend.end(0), patienceMs);
            await ended.promise;
            clearTimeout(timer);
        },
    };
}
