/** What the device check found, in words: what each engine will use, what is missing, and what to do. */
import type { About, DeviceReport } from '../../shared/views/computer.ts';
import { bytes, count } from './words.ts';

export interface Finding {
    readonly name: string;
    readonly isFine: boolean;
    readonly says: string;
    /** What is missing, and how to mend it; empty where nothing is. */
    readonly advice: string;
}

const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(1) : count(value)} ms`;

export function findingsOf({ student, teacher, folder }: DeviceReport): readonly Finding[] {
    return [
        student.ok
            ? {
                  name: 'Student’s engine',
                  isFine: true,
                  says: `${student.probed.device}. A training step of a two-layer student took ${milliseconds(student.probed.milliseconds)} and agrees with plain double precision to ${(student.probed.difference ?? 0).toExponential(0)} nats.`,
                  advice: studentAdvice(student.probed.device),
              }
            : { name: 'Student’s engine', isFine: false, says: student.sentence, advice: brokenAdvice },
        teacher.ok
            ? {
                  name: 'Teacher’s engine',
                  isFine: true,
                  says: `Language models run on ${teacher.probed.device}. A tiny model read and rated a story in ${milliseconds(teacher.probed.milliseconds)}.`,
                  advice: teacherAdvice(teacher.probed.device),
              }
            : { name: 'Teacher’s engine', isFine: false, says: teacher.sentence, advice: brokenAdvice },
        folder.ok
            ? {
                  name: 'Data folder',
                  isFine: true,
                  says: `A megabyte was written, synced and read back in ${milliseconds(folder.milliseconds)}; ${bytes(folder.free)} are free.`,
                  advice: '',
              }
            : { name: 'Data folder', isFine: false, says: folder.sentence, advice: '' },
    ];
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

/** For an issue or a colleague: no path, no name of a person or machine. */
export function reportText(about: About, report: DeviceReport | null): string {
    const lines = [
        `Storyloop ${about.version}, Node ${about.node}`,
        `Processor: ${about.processor}, ${about.cores} cores`,
        `Memory: ${bytes(about.memoryBytes)}${report ? `, ${bytes(report.freeMemory)} unused` : ''}`,
        ...(report
            ? findingsOf(report).map(
                  ({ name, isFine, says }) =>
                      `${name}: ${isFine ? 'ok' : 'FAILED'}: ${says.replaceAll(about.dataFolder, '<data folder>')}`,
              )
            : ['Not checked yet.']),
    ];
    return lines.join('\n');
}
