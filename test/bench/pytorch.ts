/** The same step by PyTorch, in a process of its own, where Python with PyTorch is on the machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StudentConfig } from '../../src/main/student/gpt2/config.ts';
import type { Work } from './measuring.ts';

const script = fileURLToPath(new URL('./pytorch_step.py', import.meta.url));

export interface PyTorch {
    readonly version: string;
    /** One optimiser step. */
    readonly step: Work;
    release(): void;
}

/** A student in PyTorch, ready to step; or why there is none. `STORYLOOP_PYTHON`: a Python other than `python3`. */
export async function openPyTorch(
    { layers, width, heads, vocabulary }: StudentConfig,
    rows: number,
    sequence: number,
    threads: number,
): Promise<PyTorch | string> {
    const python = process.env['STORYLOOP_PYTHON'] ?? 'python3';
    const sizes = [layers, width, heads, vocabulary, rows, sequence, threads].map(String);
    const child = spawn(python, [script, ...sizes], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const gone = new Promise<null>((resolve) =>
        child.once('error', () => resolve(null)).once('close', () => resolve(null)),
    );
    const lines = createInterface({ input: child.stdout });
    const ready = await Promise.race([once(lines, 'line') as Promise<[string]>, gone]);
    if (ready === null) return `absent: ${complaint.trim().split('\n').at(-1) || `there is no ${python}`}`;
    return {
        version: ready[0].replace('ready ', ''),
        async step() {
            const done = once(lines, 'line');
            child.stdin.write('step\n');
            if ((await Promise.race([done, gone])) === null) throw new Error(`PyTorch ended: ${complaint}`);
        },
        release: () => void child.kill(),
    };
}
