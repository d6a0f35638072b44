/**
 * Turns the results of the device check into sentences for window and command line: what is used, what is missing, what
 * to do.
 */
import type { FaultReader } from '../faults.ts';
import type { RunConfig } from '../run/config.ts';
import { optionName, settingLabel } from '../settings/names.ts';
import { count, rounded } from '../text/numbers.ts';
import type { DeviceReport, GpuFound, StudentProbed } from '../views/computer.ts';

export interface Finding {
    readonly name: string;
    /** Absent: this computer has none, and nobody asked for it. */
    readonly state: 'works' | 'absent' | 'broken';
    readonly says: string;
    /** What is missing, and how to mend it; empty where nothing is. */
    readonly advice: string;
}

function milliseconds(value: number): string {
    if (value >= 10_000) return `${Math.round(value / 1000)} s`;
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** What was compared, and how fast the largest student that was tried trains. */
function trained({ device, difference, speed }: StudentProbed, comparedWith: string): string {
    const { parameters, tokensPerSecond, isCutShort } = speed;
    const larger = isCutShort ? '; a larger one would take too long to try' : '';
    return `${device}. The losses of a two-layer student around a training step agree with ${comparedWith} to ${difference.toExponential(0)} nats. One of ${rounded(parameters)} parameters trains at ${count(Number(tokensPerSecond.toPrecision(3)))} tokens a second${larger}.`;
}

/** `wantsCuda`: then a computer without it lacks something. */
export function findingsOf(
    { student, webgpu, cuda, teacher, folder }: DeviceReport,
    reader: FaultReader,
    { wantsCuda = false } = {},
): readonly Finding[] {
    return [
        student.ok
            ? {
                  name: 'Student on the processor',
                  state: 'works',
                  says: trained(student.probed, 'plain double precision'),
                  advice: studentAdvice(student.probed.device, reader),
              }
            : {
                  name: 'Student on the processor',
                  state: 'broken',
                  says: student.sentence,
                  advice: brokenAdvice(reader),
              },
        gpuFinding('webgpu', webgpu, reader, false),
        gpuFinding('cuda', cuda, reader, wantsCuda),
        teacher.ok
            ? {
                  name: 'Teacher (.gguf)',
                  state: 'works',
                  says: `Language models run on ${teacher.probed.device}. A tiny model read and rated a story in ${milliseconds(teacher.probed.milliseconds)}.`,
                  advice: teacherAdvice(teacher.probed.device),
              }
            : { name: 'Teacher (.gguf)', state: 'broken', says: teacher.sentence, advice: brokenAdvice(reader) },
        folder.ok
            ? {
                  name: 'Data folder',
                  state: 'works',
                  says: `A megabyte was written, synced and read back in ${milliseconds(folder.milliseconds)}; ${(folder.free / 1e9).toFixed(1)} GB are free.`,
                  advice: '',
              }
            : { name: 'Data folder', state: 'broken', says: folder.sentence, advice: '' },
    ];
}

const devices = {
    webgpu: {
        name: 'Student by WebGPU',
        use: 'A run uses it only with ',
        value: 'webgpu',
        unproven: 'Unproven on a real GPU: Storyloop’s tests have only met a software driver.',
    },
    cuda: {
        name: 'Student by CUDA',
        use: 'New runs use it by themselves: ',
        value: 'auto',
        unproven:
            'Unproven on this GPU: an earlier version ran on one H100, this version on none. The check computes in float32.',
    },
} as const;

/** The findings in a sentence or two. A run needs no device but the processor. */
export function verdictOf(findings: readonly Finding[]): string {
    const optional = Object.values(devices).map(({ name }) => name as string);
    const broken = findings.filter(({ state }) => state === 'broken').map(({ name }) => name);
    const needed = broken.filter((name) => !optional.includes(name));
    if (needed.length > 0)
        return `Not ready: ${needed.join(' and ')}. The findings say what to do; recorded runs can still be read.`;
    const missing = broken.length === 0 ? '' : ` Not available: ${broken.join(' and ')}.`;
    return `Ready: everything a run needs works here.${missing}`;
}

/** A computer without a device is fine, unless somebody asked for one. */
function gpuFinding(kind: keyof typeof devices, found: GpuFound, reader: FaultReader, isAskedFor: boolean): Finding {
    const { name, use, value, unproven } = devices[kind];
    const runtime = (value: RunConfig['runtime.kind']): string =>
        reader === 'window' ? `${settingLabel('runtime.kind')} “${value}”` : `${optionName('runtime.kind')} ${value}`;
    if (found.ok) {
        const says = trained(found.probed, 'the processor’s and plain double precision');
        return { name, state: 'works', says, advice: `${use}${runtime(value)}. ${unproven}` };
    }
    if ('isAbsent' in found) return { name, state: isAskedFor ? 'broken' : 'absent', says: found.sentence, advice: '' };
    const instead = kind === 'cuda' ? 'New runs use the processor instead.' : 'No run uses it unless asked to.';
    const away =
        kind === 'cuda' && reader === 'command line'
            ? ' To remove a provider that npm run setup:cuda fetched: npm run setup:cuda -- --remove.'
            : '';
    return {
        name,
        state: 'broken',
        says: found.sentence,
        advice: `Until that is mended, ${runtime(kind)} cannot be used here. ${instead}${away}`,
    };
}

function brokenAdvice(reader: FaultReader): string {
    return `Install Storyloop again${reader === 'window' ? '' : ' (npm install)'}. If that does not help, report it with a copy of this check.`;
}

function studentAdvice(device: string, reader: FaultReader): string {
    return device.includes('Node binding')
        ? `The faster way into onnxruntime could not be used; training works, but more slowly. Install Storyloop again${reader === 'window' ? '' : ' (npm install)'} to get it.`
        : '';
}

function teacherAdvice(device: string): string {
    if (device.includes('does not compute here'))
        return 'Install the newest driver of the GPU and check again; until then teachers run on the device named here.';
    return device.includes('no driver for a GPU')
        ? 'If this computer has a GPU, install its driver and check again: teachers then run on it by CUDA, Metal or Vulkan (speed unmeasured).'
        : '';
}
