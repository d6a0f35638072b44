/** What a run computed on last, which it keeps when it goes on. */
import { expect, it } from 'vitest';
import { lastComputedOn, recordEvent } from '../../../src/main/store/run/attempts.ts';
import type { RunConfig } from '../../../src/shared/run/config.ts';
import { aLease, aRunFolder } from '../a-run.ts';

it('is what was opened last', () => {
    const lease = aLease(aRunFolder(undefined, 'owl', { 'runtime.kind': 'cuda' }));
    expect(lastComputedOn(lease.db)).toBeUndefined();
    recordEvent(lease, 'ready', 'CPU', { kind: 'official' });
    expect(lastComputedOn(lease.db)).toBe('processor');
    recordEvent(lease, 'ready', 'CUDA', { kind: 'cuda' });
    recordEvent(lease, 'note', 'later');
    expect(lastComputedOn(lease.db)).toBe('cuda');
});

it.each<readonly [RunConfig['runtime.kind'], string]>([
    ['cuda', 'cuda'],
    ['webgpu', 'webgpu'],
    ['native', 'processor'],
    ['auto', 'processor'],
])('is what was asked for where an older version noted no kind: %s', (kind, computedOn) => {
    const lease = aLease(aRunFolder(undefined, 'owl', { 'runtime.kind': kind }));
    recordEvent(lease, 'ready', 'a device', { parameters: 1, threads: 1 });
    expect(lastComputedOn(lease.db)).toBe(computedOn);
});
