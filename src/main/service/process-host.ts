/**
 * Starts and watches a child process that runs one of our rooms. Two hosts exist: plain Node here, Electron's
 * utilityProcess in the shell; the child cannot tell which one started it.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildProcess {
    post(message: unknown): void;
    onMessage(listen: (message: unknown) => void): void;
    /** Called once, when the process is gone; `words` say how: "exit code 1", "signal SIGKILL". */
    onExit(listen: (words: string) => void): void;
    /** Asks the process to end and kills it when it has not within the time. */
    end(patienceMs: number): Promise<void>;
    kill(): void;
}

export interface ProcessHost {
    start(entry: string): ChildProcess;
}

/** A process's entry: beside us in the built bundle, in its own room when run from source. */
function entryOf(room: string): string {
    const fromSource = import.meta.url.endsWith('.ts');
    return fileURLToPath(new URL(fromSource ? `../${room}/main.ts` : `./${room}.js`, import.meta.url));
}

export function engineEntry(): string {
    return entryOf('engine');
}

export function teacherEntry(): string {
    return entryOf('teacher');
}

export function exchangeEntry(): string {
    return entryOf('exchange');
}

export const nodeProcessHost = {
    start(entry: string): ChildProcess & { readonly pid: number } {
        const child = fork(entry, [], {
            serialization: 'advanced', // typed arrays cross as they are
            stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
            // In our session, so that priorities among us mean something (Linux); signals to all of us it leaves to us.
            windowsHide: true,
        });
        let lastWords = '';
        child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (lastWords = (lastWords + chunk).slice(-4000)));
        const gone = new Promise<string>((resolve) => {
            child.once('error', (error) => resolve(error.message));
            child.once('exit', (code, signal) => {
                const said =
                    lastWords
                        .trim()
                        .split('\n')
                        .findLast((line) => /error/i.test(line)) ?? '';
                resolve(
                    `${signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`}${said && `: ${said.trim()}`}`,
                );
            });
        });
        return {
            pid: child.pid ?? -1,
            post: (message) => {
                if (child.connected) child.send(message as object, () => {}); // it may be gone this very moment: its exit tells
            },
            onMessage: (listen) => void child.on('message', listen),
            onExit: (listen) => void gone.then(listen),
            kill: () => void child.kill('SIGKILL'),
            async end(patienceMs) {
                if (child.connected) child.disconnect();
                const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
                await gone;
                clearTimeout(timer);
            },
        };
    },
} satisfies ProcessHost;
