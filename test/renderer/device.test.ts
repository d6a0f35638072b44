/** The device check in words, and a report that gives nobody away. */
import { expect, it } from 'vitest';
import { reportText } from '../../src/renderer/lib/device.ts';
import { findingsOf, verdictOf, type Finding } from '../../src/shared/findings/device.ts';
import type { DeviceReport } from '../../src/shared/views/computer.ts';

const about = {
    version: '0.1.0',
    node: 'v24.1.0',
    dataFolder: '/home/ada/Storyloop',
    processor: 'Some CPU',
    cores: 8,
    memoryBytes: 16e9,
};
const speed = { parameters: 13_812_480, tokensPerSecond: 3412, isCutShort: false };
const well: DeviceReport = {
    at: 0,
    student: {
        ok: true,
        probed: { engine: 'student', device: 'CPU, 8 threads', difference: 3e-7, speed },
    },
    webgpu: { ok: false, isAbsent: true, sentence: 'No GPU was found.' },
    cuda: { ok: false, isAbsent: true, sentence: 'CUDA is not set up here.' },
    teacher: {
        ok: true,
        probed: {
            engine: 'teacher',
            device: 'the processor with 7 threads, because no driver for a GPU was found (CUDA, Metal or Vulkan)',
            milliseconds: 8,
        },
    },
    folder: { ok: true, free: 41e9, milliseconds: 3 },
    freeMemory: 9e9,
};

it('says what each engine will use, what is missing and what to do', () => {
    const [student, webgpu, cuda, teacher, folder] = findingsOf(well, 'window');
    expect(webgpu).toMatchObject({ state: 'absent', says: 'No GPU was found.', advice: '' });
    expect(cuda).toMatchObject({ state: 'absent', says: 'CUDA is not set up here.', advice: '' });
    expect(student).toMatchObject({ state: 'works', advice: '' });
    expect(student!.says).toBe(
        'CPU, 8 threads. The losses of a two-layer student around a training step agree with plain double precision to 3e-7 nats. One of 13.8 M parameters trains at 3,410 tokens a second.',
    );
    expect(teacher!.advice).toMatch(/install its driver and check again/);
    const device = 'the processor with 7 threads, because CUDA does not compute here (no kernel)';
    const broken = { engine: 'teacher', device, milliseconds: 8 } as const;
    expect(findingsOf({ ...well, teacher: { ok: true, probed: broken } }, 'window')[3]!.advice).toMatch(
        /^Install the newest driver/,
    );
    expect(folder!.says).toMatch(/41\.0 GB are free/);
    const fallback = {
        ...well.student,
        probed: { ...(well.student as { probed: object }).probed, device: 'CPU through its Node binding (no koffi)' },
    };
    expect(findingsOf({ ...well, student: fallback as DeviceReport['student'] }, 'window')[0]!.advice).toMatch(
        /slowly/,
    );
    const lost = { ok: false, sentence: 'The engine ended unexpectedly (signal SIGILL).' } as const;
    expect(findingsOf({ ...well, student: lost }, 'window')[0]).toMatchObject({ state: 'broken', says: lost.sentence });
    expect(verdictOf(findingsOf(well, 'window'))).toBe('Ready: everything a run needs works here.');
    expect(verdictOf(findingsOf({ ...well, student: lost }, 'window'))).toMatch(
        /^Not ready: Student on the processor\. /,
    );
    expect(verdictOf(findingsOf({ ...well, webgpu: lost }, 'window'))).toMatch(
        /^Ready: .* Not available: Student by WebGPU\.$/,
    );
});

it('says of a GPU what was compared, how a run uses it, and what is unproven', () => {
    const probed = { engine: 'student', device: 'WebGPU', difference: 4e-6, speed } as const;
    const [, webgpu] = findingsOf({ ...well, webgpu: { ok: true, probed } }, 'window');
    expect(webgpu!.says).toMatch(/WebGPU\. .* agree with the processor’s and plain double precision to 4e-6 nats/);
    expect(webgpu!.advice).toMatch(/^A run uses it only with Runtime “webgpu”\. Unproven on a real GPU/);
    const cut = { parameters: 28_544, tokensPerSecond: 212.7, isCutShort: true };
    const slow = { ok: true, probed: { ...probed, speed: cut } } as const;
    expect(findingsOf({ ...well, webgpu: slow }, 'window')[1]!.says).toMatch(
        / 28\.5 k parameters trains at 213 tokens a second; a larger one would take too long to try\.$/,
    );
    const wrong = { ok: false, sentence: 'Something unexpected happened.' } as const;
    expect(findingsOf({ ...well, webgpu: wrong }, 'window')[1]).toMatchObject({
        state: 'broken',
        says: wrong.sentence,
    });
});

it('asks for CUDA only where somebody does, and claims nothing that was not run', () => {
    const cudaOf = (cuda: DeviceReport['cuda'], asked = {}): Finding =>
        findingsOf({ ...well, cuda }, 'command line', asked)[2]!;
    expect(cudaOf(well.cuda, { wantsCuda: true })).toMatchObject({ name: 'Student by CUDA', state: 'broken' });
    const probed = { engine: 'student', device: 'CUDA', difference: 2e-6, speed } as const;
    const ran = cudaOf({ ok: true, probed });
    expect(ran.says).toMatch(/agree with the processor’s .* to 2e-6 nats\. .* trains at 3,410 tokens a second\.$/);
    expect(ran.advice).toMatch(
        /^New runs use it by themselves: --runtime-kind auto\. Unproven on this GPU: .* The check computes in float32\.$/,
    );
    const broken = cudaOf({ ok: false, sentence: 'CUDA was not found.' });
    expect(broken).toMatchObject({ state: 'broken', says: 'CUDA was not found.' });
    expect(broken.advice).toMatch(
        /^Until that is mended, --runtime-kind cuda cannot .*\. New runs use the processor instead\. To remove a .* --remove\.$/,
    );
});

it('is a report without folders and names', () => {
    const folder = { ok: false, sentence: 'Nothing can be written to /home/ada/Storyloop (EROFS).' } as const;
    const text = reportText(about, { ...well, folder });
    expect(text).toMatch(/Data folder: FAILED: Nothing can be written to <data folder> \(EROFS\)/);
    expect(text).not.toMatch(/ada/);
    expect(reportText(about, null)).toMatch(/Not checked yet/);
});
