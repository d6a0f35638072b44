/** Lowers the priority of this process, so that exports and imports use only idle processor time. */
import { spawnSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/**
 * For the whole process. On Linux a low priority is not enough: beside an export an update of two threads on two cores
 * took 1.7 times as long when the main thread alone had it (V8's others work too), 1.4 times when all had, and under
 * the idle policy, where whoever wakes up goes first at once, 0.7 to 1.3 times in eight rounds of a restless machine,
 * 1.0 in the middle. That holds within a session: between sessions the kernel weighs by another number, and an export
 * in a session of its own took up to half of the processor whatever its policy.
 */
export function giveWay(): void {
    const lowest = constants.priority.PRIORITY_LOW;
    setPriority(lowest);
    if (process.platform !== 'linux') return;
    // part of util-linux; harmless where it is missing
    spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)]);
}
