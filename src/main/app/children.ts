/** Starts our processes from Electron: as utility processes, or under another Node if one is named. */
import { utilityProcess } from 'electron';
import { forkChild, lastErrorOf, type ChildProcess } from '../processes/child-process.ts';

/** @param node the Node to run it under instead of Electron, for an Electron too old for a native module */
export function startChild(entry: string, name: string, node: string | undefined): ChildProcess {
    if (node) return forkChild(entry.replace('app.asar/', 'app.asar.unpacked/'), node);
    const child = utilityProcess.fork(entry, [], {
        serviceName: `Storyloop ${name}`,
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const error = lastErrorOf(child.stdout, child.stderr);
    const gone = new Promise<string>((resolve) => {
        child.once('exit', (code) => void error().then((words) => resolve(`exit code ${code}${words}`)));
    });
    return {
        post: (message) => child.postMessage(message),
        onMessage: (listen) => void child.on('message', listen),
        onExit: (listen) => void gone.then(listen),
        kill: () => void child.kill(),
        async end() {
            child.kill(); // Electron's kill sends SIGTERM first; there is no pipe to close
            await gone;
        },
    };
}
