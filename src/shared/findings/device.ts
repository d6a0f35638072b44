/**
 * Turns the results of the device check into sentences for window and command line: what is used, what is missing, what
 * to do.
 */
import type { FaultReader } from '../faults.ts';
import { optionName, settingLabel } from '../settings/names.ts';
import type { DeviceReport, GraphicsFound } from '../views/computer.ts';

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

/** Says that results agree only where they were compared. */
function agreement(words: string, difference: number | null): string {
    return difference === null ? 'were compared with nothing' : `${words} to ${difference.toExponential(0)} nats`;
}

/** `wantsCuda`: then a computer without it lacks something. */
export function findingsOf(
    { student, graphics, cuda, teacher, folder }: DeviceReport,
    reader: FaultReader,
    { wantsCuda = false } = {},
): readonly Finding[] {
    return [
        student.ok
            ? {
                  name: 'Student’s engine',
                  state: 'works',
                  says: `${student.probed.device}. A training step of a two-layer student took ${milliseconds(student.probed.milliseconds)}; its losses ${agreement('agree with plain double precision', student.probed.difference)}.`,
                  advice: studentAdvice(student.probed.device, reader),
              }
            : { name: 'Student’s engine', state: 'broken', says: student.sentence, advice: brokenAdvice(reader) },
        graphicsFinding('webgpu', graphics, reader, false),
        graphicsFinding('cuda', cuda, reader, wantsCuda),
        teacher.ok
            ? {
                  name: 'Teacher’s engine',
                  state: 'works',
                  says: `Language models run on ${teacher.probed.device}. A tiny model read and rated a story in ${milliseconds(teacher.probed.milliseconds)}.`,
                  advice: teacherAdvice(teacher.probed.device),
              }
            : { name: 'Teacher’s engine', state: 'broken', says: teacher.sentence, advice: brokenAdvice(reader) },
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
        name: 'Students on graphics',
        unproven: 'Unproven: larger students, and whether it is faster here.',
    },
    cuda: {
        name: 'Students on CUDA',
        unproven:
            'Unproven: all but this step, for Storyloop’s tests never ran on a device of NVIDIA’s, and whether it is faster here.',
    },
} as const;

/** The findings in a sentence or two. A run needs no device but the processor. */
export function verdictOf(findings: readonly Finding[]): string {
    const optional = Object.values(devices).map(({ name }) => name as string);
    const broken = findings.filter(({ state }) => state === 'broken').map(({ name }) => name);
    const needed = broken.filter((name) => !optional.includes(name));
    if (needed.length > 0)
        return `Not ready: ${needed.join(' and ')}. See below what to do; you can still read recorded runs.`;
    const missing = broken.length === 0 ? '' : ` Not available: ${broken.join(' and ')}; see below.`;
    return `Ready: everything a run needs works here.${missing}`;
}

/** A computer without a device is fine, unless somebody asked for one: `auto` never wants it. */
function graphicsFinding(
    kind: keyof typeof devices,
    found: GraphicsFound,
    reader: FaultReader,
    isAskedFor: boolean,
): Finding {
    const { name, unproven } = devices[kind];
    const runtime =
        reader === 'window' ? `${settingLabel('runtime.kind')} “${kind}”` : `${optionName('runtime.kind')} ${kind}`;
    if (found.ok) {
        const { device, milliseconds: took, difference } = found.probed;
        const prepared = kind === 'webgpu' ? 'compiling its kernels' : 'starting the device';
        return {
            name,
            state: 'works',
            says: `${device}. A training step of a two-layer student took ${milliseconds(took)}, ${prepared} included; its losses before and after ${agreement('agree with the processor’s', difference)}.`,
            advice: `A run uses it only with ${runtime}. ${unproven}`,
        };
    }
    if ('isAbsent' in found) return { name, state: isAskedFor ? 'broken' : 'absent', says: found.sentence, advice: '' };
    const away =
        kind === 'cuda' && reader === 'command line'
            ? ' If npm run setup:cuda fetched the provider, the same with -- --remove takes it away.'
            : '';
    return {
        name,
        state: 'broken',
        says: found.sentence,
        advice: `Do not use ${runtime} on this computer. Runs use the processor unless told otherwise, so they are not affected.${away}`,
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
        return 'Install the newest driver of the graphics processor and check again; until then teachers run on the device named here.';
    return device.includes('no driver for a graphics processor')
        ? 'If this computer has a graphics processor, install its driver and check again: with CUDA, Metal or Vulkan, teachers are many times faster.'
        : '';
}
