/** What a process said last of its trouble is told with its end, also where it is read after the process is gone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { forkChild, lastErrorOf } from '../../src/main/processes/child-process.ts';

it('is waited for where the process was faster', async () => {
    const stderr = new PassThrough();
    const said = lastErrorOf(stderr)();
    stderr.write('RangeError: out of memory\nfrom here on only frames\n');
    stderr.end();
    expect(await said).toBe(': RangeError: out of memory');
});

it('is not waited for without end: somebody else may hold the same output', async () => {
    const stderr = new PassThrough();
    const error = lastErrorOf(stderr);
    stderr.write('Error: no such device\n');
    expect(await error()).toBe(': Error: no such device');
});

it('is the line that names the error, on whichever output, before one that only says that there was one', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const said = lastErrorOf(stdout, stderr)();
    stdout.end('CUDA error: no kernel image is available for execution on the device\n  current device: 0\n');
    stderr.end('ggml-cuda.cu:108: CUDA error\nframes\n');
    expect(await said).toBe(': CUDA error: no kernel image is available for execution on the device');
});

it('stands behind how a process ended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-child-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const entry = join(folder, 'failing.cjs');
    writeFileSync(
        entry,
        "process.stdout.write('nothing'); process.stderr.write('x'.repeat(9000) + '\\nError: the last word\\n'); process.exit(3);",
    );
    const child = forkChild(entry);
    expect(await new Promise((resolve) => child.onExit(resolve))).toBe('exit code 3: Error: the last word');
});
