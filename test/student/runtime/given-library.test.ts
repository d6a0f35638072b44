/** An onnxruntime that a person points at. A process of its own: the library is loaded once per process. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RandomStream } from '../../../src/main/learning/random.ts';
import { initialWeights, languageModelParameters } from '../../../src/main/student/gpt2/parameters.ts';
import { createPretrainer } from '../../../src/main/student/training/pretrainer.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { expectSentence, runsIn, start, temporaryHome, tinyStudent } from '../../headless/command-line.ts';
import { adamw } from '../training/training.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
const name = 'libonnxruntime.so.1';
const shipped = join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch, name);

let scratch = '';
beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'storyloop-library-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

function folder(called: string, ...under: readonly string[]): string {
    const made = join(scratch, called, ...under);
    mkdirSync(made, { recursive: true });
    return made;
}

describe.skipIf(process.platform !== 'linux')('STORYLOOP_ONNXRUNTIME', () => {
    /** The same library, but that it calls itself another version. */
    function otherVersion(): string {
        const bytes = readFileSync(shipped);
        const at = bytes.indexOf('\0' + '1.30.0\0');
        expect(at).toBeGreaterThan(0);
        bytes.write('1.29.1', at + 1, 'latin1');
        const file = join(folder('older'), name);
        writeFileSync(file, bytes);
        return file;
    }
    function textFile(): string {
        const file = join(folder('text'), name);
        writeFileSync(file, 'not a library\n');
        return file;
    }

    it.each([
        ['nothing', () => join(scratch, 'nowhere'), /names no file or folder that is here; nothing was started/],
        ['an empty folder', () => folder('empty'), /names a folder without libonnxruntime\.so\.1; nothing was started/],
        ['a text file', textFile, /names a file that is not an onnxruntime library \(Failed to load/],
        [
            'another library',
            () => '/lib/x86_64-linux-gnu/libm.so.6',
            /names a file that is not an onnxruntime library \(.*OrtGetApiBase/,
        ],
        ['another version', otherVersion, /names onnxruntime 1\.29\.1, and Storyloop calls 1\.30\.0 only/],
    ])('refuses %s, whichever runtime would call it', async (_, place, says) => {
        vi.stubEnv('STORYLOOP_ONNXRUNTIME', place());
        for (const kind of ['processor', 'native', 'webgpu'] as const)
            await expect(openRuntime({ kind, threads: 1 })).rejects.toThrow(says);
    });

    it('starts no run with what it refuses', async () => {
        const home = temporaryHome();
        const variables = { STORYLOOP_ONNXRUNTIME: folder('empty') };
        const { code, err } = await start(home, ['pretrain', ...tinyStudent], {}, variables).ended;
        expect(code).toBe(1);
        expectSentence(err, /^STORYLOOP_ONNXRUNTIME names a folder without libonnxruntime\.so\.1; nothing was started/);
        expect(runsIn(home)).toEqual([]);
    });

    it('learns with the library of a folder, as a release or a NuGet package is laid out', async () => {
        const place = folder('package', 'runtimes', 'linux-x64', 'native');
        if (process.arch === 'x64') copyFileSync(shipped, join(place, 'libonnxruntime.so'));
        else symlinkSync(shipped, join(folder('package', 'lib'), name));
        vi.stubEnv('STORYLOOP_ONNXRUNTIME', join(scratch, 'package'));
        const runtime = await openRuntime({ kind: 'processor', threads: 1 });
        expect(runtime.description).toMatch(/^CPU, .* 1\.30\.0 of STORYLOOP_ONNXRUNTIME through its C API$/);
        expect(runtime.description).not.toContain(scratch);
        const maps = readFileSync('/proc/self/maps', 'utf8');
        expect(maps).toContain(join(scratch, 'package'));
        expect(maps).not.toContain(shipped);

        const config = { layers: 1, width: 16, heads: 2, vocabulary: 32, context: 8 };
        const weights = initialWeights(config, languageModelParameters(config), new RandomStream('weights'));
        const random = new RandomStream('rows');
        const rows = Int32Array.from({ length: 4 * 8 }, () => random.integer(32));
        const learner = await createPretrainer(runtime, config, weights, {
            microBatch: 4,
            sequence: 7,
            optimiser: adamw,
            dropout: null,
        });
        const losses: number[] = [];
        for (let step = 0; step < 20; step++) losses.push((await learner.step(rows, 1e-2)).loss);
        learner.release();
        expect(losses[0]).toBeCloseTo(Math.log(32), 1);
        expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.5);
    });
});
