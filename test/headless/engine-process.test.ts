/** The engine as its supervisor meets it: what it refuses, and that it never outlives who started it. */
import { expect, it, onTestFinished } from 'vitest';
import { contractVersion, engineEventSchema, type EngineEvent } from '../../src/shared/contracts/engine.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import { engineEntry, nodeProcessHost } from '../../src/main/processes/process-host.ts';
import { resourcesFolder } from '../../src/main/service/sources/resources.ts';

function anEngine(): {
    readonly engine: ReturnType<typeof nodeProcessHost.start>;
    next(): Promise<EngineEvent>;
    readonly gone: Promise<string>;
} {
    const engine = nodeProcessHost.start(engineEntry());
    onTestFinished(() => engine.kill());
    const events: EngineEvent[] = [];
    let waiting: ((event: EngineEvent) => void) | undefined;
    engine.onMessage((message) => {
        events.push(engineEventSchema.parse(message));
        waiting?.(events.shift()!);
        waiting = undefined;
    });
    const next = (): Promise<EngineEvent> =>
        new Promise((resolve) => (events.length > 0 ? resolve(events.shift()!) : (waiting = resolve)));
    return { engine, next, gone: new Promise((resolve) => engine.onExit(resolve)) };
}

const start = {
    type: 'start',
    version: contractVersion,
    resources: resourcesFolder(),
    task: {
        kind: 'tell',
        config: { version: configVersion, preset: 'quick', values: { ...composeConfig('quick', {}) } },
        from: '/nowhere',
        stories: 1,
    },
};

it.each([
    ['another version of the contract', { ...start, version: contractVersion + 1 }],
    ['a task it does not know', { ...start, task: { ...start.task, kind: 'dream' } }],
    ['no command at all', 'hello'],
])('refuses %s in one sentence', async (_, command) => {
    const { engine, next } = anEngine();
    engine.post(command);
    expect(await next()).toMatchObject({
        type: 'fault',
        fault: {
            kind: 'bad-input',
            message: expect.stringMatching(/was sent a command it does not know; nothing was changed/) as string,
        },
    });
});

it('refuses a configuration of a newer version', async () => {
    const { engine, next } = anEngine();
    const config = { ...start.task.config, version: configVersion + 1 };
    engine.post({ ...start, task: { ...start.task, config } });
    expect(await next()).toMatchObject({
        type: 'fault',
        fault: { kind: 'bad-input', message: expect.stringMatching(/newer Storyloop/) as string },
    });
});

it('leaves it to its supervisor to end it when a whole group is signalled', async () => {
    const { engine, next, gone } = anEngine();
    engine.post('hello');
    await next(); // it is up
    process.kill(engine.pid, 'SIGINT');
    process.kill(engine.pid, 'SIGTERM');
    process.kill(engine.pid, 'SIGHUP');
    engine.post('hello');
    expect((await next()).type).toBe('fault');
    await engine.end(10_000);
    expect(await gone).toBe('exit code 0');
});

it('ends by itself when its supervisor is gone, and tells how it ended', async () => {
    const { engine, next, gone } = anEngine();
    engine.post({ ...start, version: 0 });
    await next(); // it is up
    await engine.end(10_000);
    expect(await gone).toBe('exit code 0');
    engine.post({ type: 'pause' }); // nobody is there any more, and that is no error

    const killed = anEngine();
    killed.engine.kill();
    expect(await killed.gone).toBe('signal SIGKILL');
});
