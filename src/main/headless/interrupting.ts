/** Ctrl-C, as a command hears it: once for one press. */

const signals = ['SIGINT', 'SIGTERM'] as const;

// npm and shells forward a Ctrl-C that the terminal already sent to every process, so one press may arrive twice
const echoMs = 500;

/** Calls `heard` at every Ctrl-C, until the function returned is called. Meanwhile none ends the process by itself. */
export function onInterrupt(heard: () => void): () => void {
    const lastHeard = new Map<NodeJS.Signals, number>();
    const onSignal = (signal: NodeJS.Signals): void => {
        const now = performance.now();
        const isEcho = now - (lastHeard.get(signal) ?? -Infinity) < echoMs;
        lastHeard.set(signal, now);
        if (!isEcho) heard();
    };
    for (const signal of signals) process.on(signal, onSignal);
    return () => {
        for (const signal of signals) process.off(signal, onSignal);
    };
}
