/**
 * Draws queued figures within a time budget per task, so that keys, clicks and frames are served in between. All
 * figures of a run in one task would block the page; one figure per task is slow, because the browser shows a frame
 * after each.
 */
const budgetMs = 16;
const waiting = new Map<object, () => void>(); // in the order they were queued
const { port1: next, port2: task } = new MessageChannel();

task.onmessage = () => {
    const until = performance.now() + budgetMs;
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

/** Queues a drawing. One that is already queued under the same key keeps its position, with the newer work. */
export function queueDrawing(who: object, work: () => void): void {
    if (waiting.size === 0) next.postMessage(null);
    waiting.set(who, work);
}

export function cancelDrawing(who: object): void {
    waiting.delete(who);
}
