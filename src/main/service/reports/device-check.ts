/** The device check: what each engine really runs on, and whether the data folder can be written and read back. */
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import type { Probed } from '../../../shared/contracts/engine.ts';
import { describeFault, FaultError, faultOf, whyNot, type FaultReader } from '../../../shared/faults.ts';
import { whyAlone } from '../../../shared/text/refusal.ts';
import type { DeviceReport, EngineFound, FolderFound, GpuFound } from '../../../shared/views/computer.ts';
import { dataFolder } from '../../store/home/run-folder.ts';

/** Thrown where a check was cancelled because nobody waits for it any more. */
export class Stopped extends FaultError {
    constructor() {
        super({ kind: 'bad-input', message: 'Stopped as asked; nothing was kept of it.' });
    }
}

/**
 * Lets an engine run a small graph in a process of its own, with these settings.
 * @throws what went wrong, or `Stopped`
 */
export type Probe = (
    engine: Probed['engine'],
    settings: { readonly 'runtime.kind'?: 'webgpu' | 'cuda' },
) => Promise<Probed>;

/** Checks one engine after the other, because at the same time they would share the processor. */
export async function checkDevice(probe: Probe, reader: FaultReader, home = dataFolder()): Promise<DeviceReport> {
    const found = async <Engine extends Probed['engine']>(engine: Engine): Promise<EngineFound<Engine>> => {
        try {
            return { ok: true, probed: answerOf(engine, await probe(engine, {})) };
        } catch (error) {
            if (error instanceof Stopped) throw error;
            return { ok: false, sentence: describeFault(faultOf(error), reader) };
        }
    };
    const student = await found('student');
    const webgpu = await onGpu(probe, 'webgpu', reader);
    const cuda = await onGpu(probe, 'cuda', reader);
    const teacher = await found('teacher');
    return { at: Date.now(), student, webgpu, cuda, teacher, folder: tryFolder(home, reader), freeMemory: freemem() };
}

function answerOf<Engine extends Probed['engine']>(
    engine: Engine,
    probed: Probed,
): Extract<Probed, { engine: Engine }> {
    if (probed.engine !== engine) throw new Error(`the ${probed.engine}’s engine answered for the ${engine}’s`);
    return probed as Extract<Probed, { engine: Engine }>;
}

async function onGpu(probe: Probe, kind: 'webgpu' | 'cuda', reader: FaultReader): Promise<GpuFound> {
    try {
        return { ok: true, probed: answerOf('student', await probe('student', { 'runtime.kind': kind })) };
    } catch (error) {
        if (error instanceof Stopped) throw error;
        const fault = faultOf(error);
        const sentence = whyAlone(describeFault(fault, reader));
        const isAbsent = fault.kind === 'bad-input' && fault.about === 'not-set-up';
        return isAbsent ? { ok: false, isAbsent, sentence } : { ok: false, sentence };
    }
}

const probeBytes = 1 << 20;

/** Writes a megabyte in the way the record is written, synced to the disk, and reads it back. */
function tryFolder(home: string, reader: FaultReader): FolderFound {
    try {
        const folder = mkdtempSync(join(home, 'device-check-'));
        try {
            const began = performance.now();
            const file = join(folder, 'probe');
            const written = Buffer.alloc(probeBytes, 'storyloop');
            writeFileSync(file, written, { flush: true });
            if (!readFileSync(file).equals(written)) throw new Error('what was written reads back otherwise');
            const milliseconds = performance.now() - began;
            const { bavail, bsize } = statfsSync(home);
            return { ok: true, free: bavail * bsize, milliseconds };
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    } catch (error) {
        return {
            ok: false,
            sentence:
                reader === 'window'
                    ? `Nothing can be written to the data folder (${whyNot(error)}), so no run can be kept there. Make it writable or free some space.`
                    : `Nothing can be written to ${home} (${whyNot(error)}), so no run can be kept there. Make it writable, free some space, or set STORYLOOP_HOME to another folder.`,
        };
    }
}
