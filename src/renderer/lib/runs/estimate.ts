/** An estimate of what a run needs, in words, the conclusion first. */
import type { Estimate } from '../../../shared/views/new-run.ts';
import { bytes, count, counted, duration, durationRange } from '../text/words.ts';

type Fitting = Pick<Estimate, 'memory' | 'gpu' | 'disk'>;

export function fitSentence({ memory, gpu, disk }: Fitting): string {
    if (!memory.fits)
        return `It does not fit: it needs ${bytes(memory.needed)} of memory and this computer has ${bytes(memory.of)}.`;
    if (gpu?.fits === false)
        return `It does not fit: it needs ${bytes(gpu.needed)} of GPU memory and this GPU has ${bytes(gpu.of)}.`;
    if (!disk.fits) return `The disk is too small: it needs ${bytes(disk.needed)} and ${bytes(disk.free)} are free.`;
    return 'It fits.';
}

export const fits = ({ memory, gpu, disk }: Fitting): boolean => memory.fits && gpu?.fits !== false && disk.fits;

/** Name and value of each thing that was measured. */
export function estimateLines({ measured, memory, gpu, disk, time }: Estimate): readonly (readonly [string, string])[] {
    const { teacherMemory, microBatch, pretraining, device } = measured;
    const teacher = teacherMemory ? `, of which the teacher ${bytes(teacherMemory.ram)}` : '';
    const ofTeacher = teacherMemory && teacherMemory.vram > 0 ? bytes(teacherMemory.vram) : null;
    const besides = ofTeacher === null || gpu !== null ? '' : `; and ${ofTeacher} of GPU memory`;
    return [
        [
            'Memory',
            `${bytes(memory.needed)} of ${bytes(memory.of)}${teacher}${besides}; ${counted(microBatch, 'sequence')} at once`,
        ],
        ...(gpu === null ? [] : [['GPU memory', gpuWords(gpu, ofTeacher)] as const]),
        [
            'Disk',
            `${bytes(disk.needed)} of ${bytes(disk.free)} free, with ${counted(disk.checkpoints, 'checkpoint')} of ${bytes(measured.checkpointBytes)}`,
        ],
        ...(time ? timeLines(time) : []),
        ...(pretraining
            ? [
                  [
                      'Time',
                      `${count(pretraining.tokensPerStep / pretraining.step)} tokens a second: ten million take ${duration((1e7 * pretraining.step) / pretraining.tokensPerStep)}`,
                  ] as const,
              ]
            : []),
        ['Runs on', device],
    ];
}

function gpuWords({ name, needed, of }: NonNullable<Estimate['gpu']>, ofTeacher: string | null): string {
    const teacher = ofTeacher === null ? '' : `, of which the teacher ${ofTeacher}`;
    return `about ${bytes(needed)} of the ${bytes(of)} of ${name}${teacher}`;
}

function timeLines({ update, updates, whole }: NonNullable<Estimate['time']>): readonly (readonly [string, string])[] {
    const each = `${durationRange(update)} an update`;
    if (updates === null || whole === null) return [['Time', `${each}, without end`]];
    return [['Time', `about ${durationRange(whole)}: ${counted(updates, 'update')}, ${each}, and the evaluations`]];
}
