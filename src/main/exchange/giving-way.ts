/** An export or import in the background takes only what nobody else wants of the processor. */
import { spawnSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/**
 * For the whole process. On Linux a low priority is not enough: an update of two threads on two cores took 15.1 s beside
 * an export instead of 8.7 when the main thread alone had it (V8's others work too), 11.0 when all had, and 8.8 under the
 * idle policy, where whoever wakes up goes first at once. All that holds within a session: between sessions the kernel
 * weighs by another number, and an export of its own session took half of the processor whatever its policy.
 */
export function giveWay(): void {
    const lowest = constants.priority.PRIORITY_LOW;
    setPriority(lowest);
    if (process.platform !== 'linux') return;
    spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)]); // of util-linux; without it, no harm
}
