/** What the device check found, in words that the command line and the app share: what is used, what is missing, what to do. */
import type { DeviceReport, GraphicsFound } from './views/computer.ts';

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

/** What was not compared is not said to agree. */
function agreement(words: string, difference: number | null): string {
    return difference === null ? 'were compared with nothing' : `${words} to ${difference.toExponential(0)} nats`;
}

/** `wantsCuda`: then a computer without it lacks something. */
export function findingsOf(
    { student, graphics, cuda, teacher, folder }: DeviceReport,
    { wantsCuda = false } = {},
): readonly Finding[] {
    return [
        student.ok
            ? {
                  name: 'Student’s engine',
                  state: 'works',
                  says: `${student.probed.device}. A training step of a two-layer student took ${milliseconds(student.probed.milliseconds)}; its losses ${agreement('agree with plain double precision', student.probed.difference)}.`,
                  advice: studentAdvice(student.probed.device),
              }
            : { name: 'Student’s engine', state: 'broken', says: student.sentence, advice: brokenAdvice },
        graphicsFinding('webgpu', graphics, false),
        graphicsFinding('cuda', cuda, wantsCuda),
        teacher.ok
            ? {
                  name: 'Teacher’s engine',
                  state: 'works',
                  says: `Language models run on ${teacher.probed.device}. A tiny model read and rated a story in ${milliseconds(teacher.probed.milliseconds)}.`,
                  advice: teacherAdvice(teacher.probed.device),
              }
            : { name: 'Teacher’s engine', state: 'broken', says: teacher.sentence, advice: brokenAdvice },
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
        return `Not ready: ${needed.join(' and ')}. What to do stands beside; recorded runs can be read all the same.`;
    const missing = broken.length === 0 ? '' : ` ${broken.join(' and ')}: not here, as is said beside.`;
    return `Ready: all that a run needs works here.${missing}`;
}

/** A computer without a device is fine, unless somebody asked for one: `auto` never wants it. */
function graphicsFinding(kind: keyof typeof devices, found: GraphicsFound, isAskedFor: boolean): Finding {
    const { name, unproven } = devices[kind];
    if (found.ok) {
        const { device, milliseconds: took, difference } = found.probed;
        const prepared = kind === 'webgpu' ? 'compiling its kernels' : 'starting the device';
        return {
            ...{ name, state: 'works' },
            says: `${device}. A training step of a two-layer student took ${milliseconds(took)}, ${prepared} included; its losses before and after ${agreement('agree with the processor’s', difference)}.`,
            advice: `A run uses it with --runtime-kind ${kind}, never by itself. ${unproven}`,
        };
    }
    if ('isAbsent' in found) return { name, state: isAskedFor ? 'broken' : 'absent', says: found.sentence, advice: '' };
    const away =
        kind === 'cuda' ? ' If npm run setup:cuda fetched the provider, the same with -- --remove takes it away.' : '';
    return {
        ...{ name, state: 'broken', says: found.sentence },
        advice: `Do not use --runtime-kind ${kind} on this computer; runs use the processor unless told otherwise, and are not touched by this.${away}`,
    };
}

const brokenAdvice =
    'Install the packages again (npm install). If it fails once more, copy this report: it says what ran and what did not.';

function studentAdvice(device: string): string {
    return device.includes('Node binding')
        ? 'The faster way into onnxruntime could not be used; training works all the same, slower. npm install fetches what it needs.'
        : '';
}

function teacherAdvice(device: string): string {
    return device.includes('no driver for a graphics processor')
        ? 'Where there is a graphics processor, its driver is missing: with CUDA, Metal or Vulkan teachers are many times faster. Install it and check again.'
        : '';
}
