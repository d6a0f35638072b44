import { expect, it, vi } from 'vitest';
import { cancelDrawing, queueDrawing } from '../../../src/renderer/lib/page/frame-budget.ts';

/** As long as a turn lasts at least. */
const long = (): void => {
    const began = performance.now();
    while (performance.now() - began < 20);
};

it('draws in the order of asking, a long piece a task, the newest of what each asked for', async () => {
    const done: string[] = [];
    const [a, b, c] = [{}, {}, {}];
    queueDrawing(a, () => {
        done.push('a');
        queueMicrotask(() => done.push('end of the task'));
        long();
    });
    queueDrawing(b, () => done.push('old b'));
    queueDrawing(c, () => done.push('c'));
    queueDrawing(b, () => done.push('b'));
    expect(done).toEqual([]);
    await vi.waitFor(() => expect(done).toEqual(['a', 'end of the task', 'b', 'c']));
});

it('draws nothing for whoever is gone, and goes on after', async () => {
    const done: string[] = [];
    const [gone, here] = [{}, {}];
    queueDrawing(gone, () => done.push('gone'));
    cancelDrawing(gone);
    queueDrawing(here, () => done.push('here'));
    await vi.waitFor(() => expect(done).toEqual(['here']));
});
