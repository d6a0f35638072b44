/**
 * Drawing that takes turns: one piece of work a task, so that keys, clicks and frames come in between. Five figures drawn in
 * one task would be too long a task.
 */
const waiting = new Map<object, () => void>(); // in the order of asking
const { port1: next, port2: turn } = new MessageChannel();

turn.onmessage = () => {
    const [first] = waiting;
    if (!first) return;
    const [who, work] = first;
    waiting.delete(who);
    if (waiting.size > 0) next.postMessage(null);
    work();
};

/** Who waits already keeps the place, and does only the newer work. */
export function waitForTurn(who: object, work: () => void): void {
    if (waiting.size === 0) next.postMessage(null);
    waiting.set(who, work);
}

export function giveTurnUp(who: object): void {
    waiting.delete(who);
}
