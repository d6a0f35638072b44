/** The end of a task is reported, whatever becomes of what follows it. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { afterEnd } from '../../src/main/service/sessions/after-end.ts';
import { startBenchmark } from '../../src/main/service/sessions/benchmarking.ts';
import { startEngine, type TaskHandle } from '../../src/main/service/sessions/engine-session.ts';
import { startExchange } from '../../src/main/service/sessions/exchange-session.ts';
import { shippedStudent } from '../../src/main/service/sources/checkpoint-source.ts';
import { openHome } from '../../src/main/service/sources/home.ts';
import { ownPairs } from '../../src/shared/benchmarks/benchmarks.ts';
import type { EngineTask } from '../../src/shared/contracts/engine.ts';
import type { ExchangeJob } from '../../src/shared/contracts/exchange.ts';
import { FaultError } from '../../src/shared/faults.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { temporaryHome } from '../headless/command-line.ts';
import { aProcess } from '../support/a-process.ts';

const home = temporaryHome(afterAll);
const finished = { type: 'finished', why: 'all is read', peakRssBytes: 1 } as const;
const locked = new FaultError({ kind: 'database-locked', path: '/runs/owl/run.sqlite' });

function aTask(): { readonly task: TaskHandle; readonly process: ReturnType<typeof aProcess>['process'] } {
    const { host, process } = aProcess();
    return { task: startEngine(host, {} as EngineTask, () => undefined), process };
}

describe('what follows the end of a task', () => {
    it('waits for a locked database, and is done once', async () => {
        const { task, process } = aTask();
        let tries = 0;
        const kept = afterEnd(task, () => {
            if (++tries < 3) throw locked;
        });
        process.say(finished);
        expect(await kept.ended).toMatchObject({ kind: 'finished' });
        expect(tries).toBe(3);
    });

    it('is given up where the database stays locked and the task is killed', async () => {
        const { task } = aTask();
        let timesGivenUp = 0;
        const refuse = (): never => {
            throw locked;
        };
        const kept = afterEnd(task, refuse, () => timesGivenUp++);
        kept.kill();
        expect(await kept.ended).toMatchObject({ kind: 'failed', fault: { kind: 'engine-lost' } });
        expect(timesGivenUp).toBe(1);
    });

    it('makes a finished task a failed one where it fails, and hides no earlier fault', async () => {
        for (const isLost of [false, true]) {
            const { task, process } = aTask();
            const kept = afterEnd(task, () => {
                throw new Error('no place to note it');
            });
            if (isLost) kept.kill();
            else process.say(finished);
            const fault = isLost ? { kind: 'engine-lost' } : { kind: 'unexpected', message: 'no place to note it' };
            expect(await kept.ended).toMatchObject({ kind: 'failed', fault });
        }
    });
});

it('a reading of benchmarks whose end cannot be recorded has failed', async () => {
    vi.stubEnv('STORYLOOP_HOME', home);
    const data = openHome();
    const { host, process } = aProcess();
    const asked = { preset: 'improved', config: composeConfig('improved', {}), from: shippedStudent } as const;
    const reading = startBenchmark(host, data, { ...asked, data: ownPairs, only: [] }, Date.now);
    const db = new Database(join(home, 'benchmarks.sqlite'));
    db.exec('ALTER TABLE benchmark RENAME TO moved');
    db.close();
    process.say(finished);
    expect(await reading.ended).toMatchObject({ kind: 'failed', fault: { kind: 'unexpected' } });
    data.close();
    vi.unstubAllEnvs();
});

it('an export or import whose leftovers cannot be removed says why', async () => {
    const { host } = aProcess();
    const handle = startExchange(host, { staging: 'no\0place' } as ExchangeJob);
    host.start('').kill();
    expect(await handle.ended).toMatchObject({
        type: 'fault',
        fault: { message: expect.stringContaining('null bytes') as string },
    });
});
