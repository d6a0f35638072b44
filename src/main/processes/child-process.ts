/** A child process as its parent sees it, and the plain fork; Electron's shell has the other kind (app/children.ts). */
import { fork } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface ChildProcess {
    post(message: unknown): void;
    onMessage(listen: (message: unknown) => void): void;
    /** Called once, when the process is gone; `words` say how: "exit code 1", "signal SIGKILL". */
    onExit(listen: (words: string) => void): void;
    /** Asks the process to end and kills it when it has not within the time. */
    end(patienceMs: number): Promise<void>;
    kill(): void;
}

/** @param node the Node to run it under instead of the one we run on */
export function forkChild(entry: string, node?: string): ChildProcess & { readonly pid: number } {
    const child = fork(entry, [], {
        ...(node === undefined ? {} : { execPath: node, execArgv: [] }),
        serialization: 'advanced', // typed arrays cross as they are
        // The child stays in our session, so that priorities among our processes count (Linux). Signals that reach all
        // of them are left to us.
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        windowsHide: true,
    });
    const error = lastErrorOf(child.stdout, child.stderr);
    const gone = new Promise<string>((resolve) => {
        child.once('error', ({ message }) => resolve(message));
        child.once('exit', (code, signal) => {
            const how = signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`;
            void error().then((words) => resolve(how + words));
        });
    });
    return {
        pid: child.pid ?? -1,
        post: (message) => {
            // the child may end at this moment; then its exit is reported
            if (child.connected) child.send(message as object, () => {});
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
}

const keptCharacters = 4000;
const readMs = 1000;

/**
 * The last line of a process's output that speaks of an error, as ": …"; empty where there is none. A line that names
 * the error ("CUDA error: out of memory") is taken before one that only says there was one. Asked when the process is
 * gone, it waits for what was not read yet, but not for ever: another process may hold the same output.
 */
export function lastErrorOf(...outputs: readonly (NodeJS.ReadableStream | null)[]): () => Promise<string> {
    const tails = outputs.map((output) => tailOf(output));
    return async () => {
        const lines = (await Promise.all(tails.map((tail) => tail()))).flatMap((tail) => tail.split('\n'));
        const line = lines.findLast((each) => /error: \S/i.test(each)) ?? lines.findLast((each) => /error/i.test(each));
        return line === undefined ? '' : `: ${line.trim()}`;
    };
}

function tailOf(output: NodeJS.ReadableStream | null): () => Promise<string> {
    let tail = '';
    output?.setEncoding('utf8');
    output?.on('data', (chunk: string) => (tail = (tail + chunk).slice(-keptCharacters)));
    const read = output && finished(output).catch(() => {}); // a broken pipe has said what it could
    return async () => {
        await Promise.race([read, wait(readMs, null, { ref: false })]);
        return tail;
    };
}
