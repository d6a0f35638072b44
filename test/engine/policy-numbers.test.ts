/** A policy is checked and named by all its weights on the processor, and on a device by sums that are made there. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { digestOf, openPolicyNumbers } from '../../src/main/engine/learning/policy-numbers.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { initialWeights, policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { DeviceTensor } from '../../src/main/student/runtime/gpu/device-tensor.ts';
import type * as opening from '../../src/main/student/runtime/open.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { rehearsedDevice } from '../support/rehearsed-device.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

vi.mock('../../src/main/student/runtime/open.ts', async (importOriginal) => {
    const original = await importOriginal<typeof opening>();
    const rehearsal = await import('../support/rehearsed-device.ts');
    return {
        openRuntime: (options: Parameters<typeof original.openRuntime>[0]) =>
            options.kind === 'cuda' ? rehearsal.rehearsedDevice(options.threads) : original.openRuntime(options),
    };
});

const config = { layers: 2, width: 16, heads: 2, vocabulary: 48, context: 16 };
const embedding = 'transformer.wte.weight';

const runtimes = {
    processor: await openRuntime({ kind: 'processor', threads: 1 }),
    device: await rehearsedDevice(1),
};

async function opened(runtime: Runtime) {
    const drawn = initialWeights(config, policyParameters(config), new RandomStream('numbers'));
    const policy = loadWeights(runtime, policyParameters(config), drawn);
    const numbers = await openPolicyNumbers(runtime, policy);
    return {
        drawn,
        policy,
        /** Sets one number of a tensor. */
        set(name: string, at: number, value: number): void {
            const values = Float32Array.from(drawn.get(name)!);
            values[at] = value;
            policy[name]!.write(values);
        },
        digest: async () => digestOf(await numbers.read()),
        isFinite: async () => [...(await numbers.read()).values()].every((values) => values.every(Number.isFinite)),
    };
}

it('on the processor the digest is SHA-256 over all weights, by their names', async () => {
    const { drawn, digest } = await opened(runtimes.processor);
    const expected = createHash('sha256');
    for (const name of [...drawn.keys()].sort()) expected.update(name).update(drawn.get(name)!);
    expect(await digest()).toBe(expected.digest('hex'));
});

it('on a device no weight is read', async () => {
    const { policy, digest } = await opened(runtimes.device);
    await digest(); // compiles
    const toHost = vi.spyOn(DeviceTensor.prototype, 'onHost');
    await digest();
    expect(toHost).not.toHaveBeenCalled();
    toHost.mockRestore();
    expect(Object.values(policy).filter((tensor) => tensor instanceof DeviceTensor)).toHaveLength(29);
});

describe.each(Object.entries(runtimes))('on the %s', (_, runtime) => {
    it('other weights have another digest, the same ones the same again', async () => {
        const { drawn, set, digest } = await opened(runtime);
        const first = await digest();
        for (const name of [embedding, 'transformer.h.1.mlp.c_fc.bias', 'v_head.summary.weight']) {
            set(name, 3, drawn.get(name)![3]! + 1e-4);
            expect(await digest(), name).not.toBe(first);
            set(name, 3, drawn.get(name)![3]!);
            expect(await digest(), name).toBe(first);
        }
    });

    it.each([Number.NaN, Infinity, -Infinity])('a weight of %d shows', async (value) => {
        for (const name of [embedding, 'transformer.ln_f.bias', 'v_head.summary.bias']) {
            const { drawn, set, isFinite } = await opened(runtime);
            expect(await isFinite()).toBe(true);
            set(name, drawn.get(name)!.length - 1, value);
            expect(await isFinite(), name).toBe(false);
        }
    });
});

describe('a run on a device', () => {
    const root = mkdtempSync(join(tmpdir(), 'storyloop-policy-numbers-'));
    const student = join(root, 'student');
    beforeAll(() => writeStudent(student));
    afterAll(() => rmSync(root, { recursive: true }));

    async function updatesOf(name: string, onUpdate: (number: number) => void = () => {}): Promise<readonly string[]> {
        const events: EngineEvent[] = [];
        const listening = listener(events);
        const values = { 'runtime.kind': 'cuda', 'runtime.microBatch': 20, 'record.resumeSeconds': 86_400 } as const;
        const task = { kind: 'learn', folder: join(root, name), config: stored(values), from: student } as const;
        await learnInteractively(task, {
            ...listening,
            commit(event) {
                if (event.type === 'update') onUpdate(event.update.number);
                return listening.commit(event);
            },
        });
        return events.flatMap((event) => (event.type === 'update' ? event.update.digest : []));
    }

    it('moves nothing that lies there from update to update, not even gradients over micro-batches', async () => {
        const crossings = { toHost: 0, toDevice: 0 };
        const [toHost, toDevice] = [
            vi.spyOn(DeviceTensor.prototype, 'onHost'),
            vi.spyOn(DeviceTensor.prototype, 'write'),
        ];
        const digests = await updatesOf('whole', (number) => {
            if (number > 1) {
                crossings.toHost += toHost.mock.calls.length;
                crossings.toDevice += toDevice.mock.calls.length;
            }
            toHost.mockClear();
            toDevice.mockClear();
        });
        expect(crossings).toEqual({ toHost: 0, toDevice: 0 });
        expect(new Set(digests).size).toBe(3);
        vi.restoreAllMocks();
        expect(await updatesOf('again')).toEqual(digests);
    });
});
