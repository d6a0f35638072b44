/**
 * A child process's end of the pipe to whoever started it: Electron's shell (a utility process) or a plain fork. The
 * child cannot tell which, and need not.
 */
export interface ParentPipe {
    /** Does nothing once the parent is gone: nobody is left to hear it. */
    send(message: unknown): void;
    isParentGone(): boolean;
}

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
    postMessage(message: unknown): void;
    on(event: 'message', receive: (event: { data: unknown }) => void): void;
}

/**
 * @param onParentGone a plain fork notices that its parent has ended; Electron ends its utility processes itself
 */
export function openParentPipe(receive: (message: unknown) => void, onParentGone: () => void): ParentPipe {
    const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
    if (parentPort) {
        parentPort.on('message', ({ data }) => receive(data));
        return { send: (message) => parentPort.postMessage(message), isParentGone: () => false };
    }
    process.on('message', receive);
    process.on('disconnect', onParentGone);
    // Shells, systemd and Slurm signal whole groups. The parent gets the signal too and decides: pause, or disconnect.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
    return {
        send: (message) => {
            if (process.connected) process.send?.(message);
        },
        isParentGone: () => !process.connected,
    };
}
