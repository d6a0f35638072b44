/**
 * Drawing that takes turns, so that keys, clicks and frames come in between: all figures of a run in one task are too long a
 * task, and one a task is slow, because the browser shows a frame after each.
 */
const turnMs = 16;
const waiting = new Map<object, () => void>(); // in the order of asking
const { port1: next, port2: turn } = new MessageChannel();

turn.onmessage = () => {
    const until = performance.now() + turnMs;
    try {
        for (const [who, work] of waiting) {
            waiting.delete(who);
            work();
            if (performance.now() > until) break;
        }
    } finally {
        if (waiting.size > 0) next.postMessage(null);
    }
};

/** Who waits already keeps the place, and does only the newer work. */
export function waitForTurn(who: object, work: () => void): void {
    if (waiting.size === 0) next.postMessage(null);
    waiting.set(who, work);
}

export function giveTurnUp(who: object): void {
    waiting.delete(who);
}
