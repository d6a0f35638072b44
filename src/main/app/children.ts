/** Starts our processes from Electron: as utility processes, or under another Node where a person names one. */
import { fork } from 'node:child_process';
import { utilityProcess } from 'electron';

export interface Child {
    post(message: unknown): void;
    onMessage(listen: (message: unknown) => void): void;
    /** Called once; `words` say how it ended. */
    onExit(listen: (words: string) => void): void;
    /** Lets it notice that nobody listens any more where it can, and kills it after the time. */
    end(patienceMs: number): void;
}

/** @param node a Node to run it under instead of Electron, as for an Electron too old for a native module */
export function startChild(entry: string, name: string, node: string | undefined): Child {
    return node ? forked(entry, node) : utility(entry, name);
}

const keptWords = 4000; // characters of what it said last

function utility(entry: string, name: string): Child {
    const child = utilityProcess.fork(entry, [], {
        serviceName: `Storyloop ${name}`,
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said = lastWords(child.stderr);
    return {
        post: (message) => child.postMessage(message),
        onMessage: (listen) => void child.on('message', listen),
        onExit: (listen) => void child.once('exit', (code) => listen(`exit code ${code}${said()}`)),
        end: () => void child.kill(),
    };
}

function forked(entry: string, node: string): Child {
    const child = fork(entry.replace('app.asar/', 'app.asar.unpacked/'), [], {
        execPath: node,
        execArgv: [],
        serialization: 'advanced', // typed arrays cross as they are
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const said = lastWords(child.stderr);
    return {
        post: (message) => {
            if (child.connected) child.send(message as object, () => {}); // it may be gone this very moment: its exit tells
        },
        onMessage: (listen) => void child.on('message', listen),
        onExit(listen) {
            child.once('exit', (code, signal) =>
                listen(`${signal ? `signal ${signal}` : `exit code ${code}`}${said()}`),
            );
            child.once('error', (error) => listen(error.message));
        },
        end(patienceMs) {
            if (child.connected) child.disconnect();
            const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
            child.once('exit', () => clearTimeout(timer));
        },
    };
}

/** The last line of its error output that speaks of an error. */
function lastWords(stream: NodeJS.ReadableStream | null): () => string {
    let said = '';
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-keptWords)));
    return () => {
        const line = said.split('\n').findLast((each) => /error/i.test(each));
        return line === undefined ? '' : `: ${line.trim()}`;
    };
}
