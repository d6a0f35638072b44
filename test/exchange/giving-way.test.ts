import { readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { exchangeEntry, nodeProcessHost } from '../../src/main/processes/process-host.ts';

const IDLE = 5; // SCHED_IDLE of linux/sched.h
const isLinux = process.platform === 'linux' && spawnSync('chrt', ['--version']).status === 0;
if (!isLinux) console.log('How an export gives way is not tested here: it takes Linux and chrt.');

/** The policy of every thread (proc(5): field 41; the second is in parentheses). */
function policiesOf(pid: number): readonly number[] {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
        const fields = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
        return Number(fields[41 - 3]);
    });
}

describe.skipIf(!isLinux)('the process of an export', () => {
    it('takes what others leave of the processor, with all its threads', async () => {
        const child = nodeProcessHost.start(exchangeEntry());
        try {
            const areIdle = (): boolean => policiesOf(child.pid).every((policy) => policy === IDLE);
            await expect.poll(areIdle, { timeout: 20_000 }).toBe(true);
            expect(policiesOf(child.pid).length).toBeGreaterThan(4); // V8's own among them
        } finally {
            await child.end(5000);
        }
    });
});
