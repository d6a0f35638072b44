/** What is done when a task has ended, such as recording how and tidying up: its end is told whatever that does. */
import { faultOf } from '../../../shared/faults.ts';
import type { TaskEnd, TaskHandle } from './engine-session.ts';
import { whenFree } from './waiting-for-lock.ts';

/**
 * The task, which ends once `follow` is done. While a database is locked, `follow` is called again; where it throws
 * anything else, the task has failed with that fault, unless it had failed before.
 * @param giveUp called instead where the database is still locked and the task was killed: a person wants to leave
 */
export function afterEnd<Task extends TaskHandle>(
    task: Task,
    follow: (end: TaskEnd) => void,
    giveUp: () => void = () => undefined,
): Task {
    let isKilled = false;
    const ended = task.ended.then(async (end): Promise<TaskEnd> => {
        try {
            const isDone = await whenFree(() => follow(end), { isWanted: () => !isKilled, say: task.say });
            if (!isDone) giveUp();
            return end;
        } catch (error) {
            return end.kind === 'failed' ? end : { kind: 'failed', fault: faultOf(error) };
        }
    });
    const kill = (): void => {
        isKilled = true;
        task.kill();
    };
    return { ...task, kill, ended };
}
