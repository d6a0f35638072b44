/** Runs on a GPU, from the command line to the record; here one in software. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { softwareVulkan, whyNoWebGpu } from '../support/software-vulkan.ts';
import { alone, expectSentence, runsIn, start, temporaryHome } from './command-line.ts';
import type { JsonLine } from './command-line.ts';
import { attemptReasons, recordedRun } from './recorded.ts';

const onWebGpu = ['--runtime-kind', 'webgpu', '--runtime-threads', '1'];
const usual = ['--preset', 'quick', '--json'];
const smallest = [
    ...['--corpus', 'storyworld', '--corpus-stories', '100', '--student-layers', '1', '--student-width', '16'],
    ...['--student-heads', '2', '--student-context', '24', '--tokenizer-vocabulary', '300'],
    ...['--pretrain-epochs', '1', '--pretrain-batch', '64', '--pretrain-lr', '0.02'],
    // kernels compile for long in software: Muon's are tried in student/devices, and the guard on the CPU
    ...['--pretrain-optimiser', 'adamw', '--guard-battery', 'off'],
];
const learning = [
    ...[...usual, '--rollout-prompt', 'Once upon a time', '--rollout-max-new-tokens', '8', '--ppo-batch', '4'],
    ...['--ppo-minibatch', '4', '--ppo-lr', '0.003', '--evaluation-stories', '4', ...alone, '--budget-updates', '2'],
];

const nowhere = { VK_ICD_FILENAMES: '/dev/null', VK_DRIVER_FILES: '/dev/null' };

const home = temporaryHome(afterAll);
const noWebGpu = await whyNoWebGpu();

async function succeeding(...args: readonly string[]): Promise<readonly JsonLine[]> {
    const { code, err, lines } = await start(home, args, {}, softwareVulkan).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return lines;
}

describe.skipIf(noWebGpu !== null)('on WebGPU', () => {
    let pretrained: readonly JsonLine[];
    beforeAll(async () => {
        pretrained = await succeeding('pretrain', '--name', 'student', ...usual, ...smallest, ...onWebGpu);
        const device = pretrained.find(({ type }) => type === 'ready')!['device'];
        expect(device).toMatch(/^WebGPU, onnxruntime 1\.\d+\.\d+ through its C API/);
    });

    it('pretrains as the CPU does, to a rounding', async () => {
        const there = await succeeding('pretrain', '--name', 'same', ...usual, ...smallest, '--runtime-threads', '1');
        const losses = [pretrained, there].map((lines) =>
            recordedRun(lines[0]!['run'] as string).steps.map(({ loss }) => Number(loss)),
        );
        expect(losses[0]!.length).toBeGreaterThan(0);
        losses[0]!.forEach((loss, step) => expect(loss).toBeCloseTo(losses[1]![step]!, 4));
    });

    it('learns, pauses, resumes and ends with everything on record', async () => {
        const started = start(
            home,
            ['learn', '--from', 'student', '--name', 'learned', ...learning, ...onWebGpu],
            {},
            softwareVulkan,
        );
        await started.line(({ type }) => type === 'update');
        started.process.kill('SIGINT');
        const { code, lines } = await started.ended;
        expect(code).toBe(130);
        const folder = lines[0]!['run'] as string;
        await succeeding('resume', 'learned', '--json');
        expect(attemptReasons(folder)).toEqual(['paused', 'finished']);
        const { updates, episodes, evaluations } = recordedRun(folder);
        expect(updates).toHaveLength(2);
        expect(episodes).toHaveLength(8);
        expect(evaluations.length).toBeGreaterThanOrEqual(2);
    });
});

it('says in one sentence that no device was found, and starts nothing', async () => {
    const empty = temporaryHome();
    const { code, err } = await start(
        empty,
        ['pretrain', '--name', 'no', ...usual, ...smallest, ...onWebGpu],
        {},
        nowhere,
    ).ended;
    expect(code).toBe(1);
    expectSentence(
        err,
        /^No GPU was found that WebGPU can use \(No supported adapters.*\): .* choose --runtime-kind native\.$/m,
    );
    expect(runsIn(empty)).toEqual([]);
});

it('the device check says so too, and finds nothing wrong', async () => {
    const { code, err, lines } = await start(temporaryHome(), ['device', '--json'], {}, nowhere).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const says = Object.fromEntries(lines.map(({ name, says: words }) => [name as string, words as string]));
    expect(Object.keys(says)).toEqual([
        ...['Student on the processor', 'Student by WebGPU', 'Student by CUDA', 'Teacher (.gguf)', 'Data folder'],
    ]);
    expect(says['Student on the processor']).toMatch(
        /^CPU, .* agree with plain double precision to \de-\d nats\. One of .* M parameters trains at .* tokens a second/,
    );
    expect(says['Student by WebGPU']).toMatch(/^No GPU was found that WebGPU can use/);
});
