/** The real command line as a child process, on the smallest students that still learn. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, onTestFinished, vi } from 'vitest';
import { runCommandLine } from '../../src/main/headless/command-line.ts';

export type JsonLine = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Ended {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly out: string;
    readonly err: string;
    /** What was printed as JSON, a line an object. */
    readonly lines: readonly JsonLine[];
}

export interface Started {
    readonly process: ChildProcess;
    /** Settles at a line that fits, or at the end of the process. */
    line(fits: (line: JsonLine) => boolean): Promise<JsonLine | null>;
    readonly ended: Promise<Ended>;
}

/** One thread of the processor, also where `auto` would be a GPU. */
export const oneThread = ['--runtime-kind', 'native', '--runtime-threads', '1'];
const tiny = ['--preset', 'quick', '--json', ...oneThread];
export const tinyStudent = [
    ...tiny,
    ...['--corpus', 'storyworld', '--corpus-stories', '150', '--student-layers', '2', '--student-width', '16'],
    ...['--student-heads', '2', '--student-context', '48', '--tokenizer-vocabulary', '400', '--pretrain-epochs', '2'],
    ...['--pretrain-batch', '4', '--pretrain-lr', '0.02'],
];
export const tinyStories = ['--rollout-prompt', 'Once upon a time', '--rollout-max-new-tokens', '16'];
/** Nobody but the teacher reads, and nothing but stories: what else would be read takes longer than so small a run. */
export const alone = ['--evaluation-judge', 'none', '--guard-battery', 'off'];
export const tinyLearning = [
    ...[...tiny, ...tinyStories, '--ppo-batch', '8', '--ppo-minibatch', '4', '--ppo-lr', '0.003'],
    ...['--evaluation-stories', '8', ...alone, '--budget-updates', '3'],
];

/** A data folder of its own, gone after the file or the test that asked for it. */
export function temporaryHome(atEnd: (remove: () => void) => void = onTestFinished): string {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-headless-'));
    atEnd(() => rmSync(home, { recursive: true, force: true }));
    return home;
}

export function start(
    home: string,
    args: readonly string[],
    identity: { uid?: number; gid?: number } = {},
    variables: Readonly<Record<string, string>> = {},
): Started {
    const program = inject('program');
    const own = { STORYLOOP_HOME: home, NO_COLOR: '1', NODE_COMPILE_CACHE: join(program, 'compiled'), ...variables };
    const environment = { ...process.env, ...own };
    const child = spawn(process.execPath, [join(program, 'storyloop.js'), ...args], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...identity,
    });
    const lines: JsonLine[] = [];
    const watchers = new Set<(line: JsonLine | null) => void>();
    let out = '';
    let err = '';
    createInterface(child.stdout).on('line', (line) => {
        out += `${line}\n`;
        if (!line.startsWith('{')) return;
        const parsed = JSON.parse(line) as JsonLine;
        lines.push(parsed);
        for (const watch of watchers) watch(parsed);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const ended = once(child, 'close').then(([code, signal]) => {
        for (const watch of watchers) watch(null);
        return { code: code as number | null, signal: signal as NodeJS.Signals | null, out, err, lines };
    });
    return {
        process: child,
        ended,
        line: (fits) =>
            new Promise((resolve) => {
                const known = lines.find(fits);
                if (known !== undefined || child.exitCode !== null || child.signalCode !== null) {
                    resolve(known ?? null);
                    return;
                }
                watchers.add((line) => (line === null || fits(line)) && resolve(line));
            }),
    };
}

/** Runs a command to its end. */
export function storyloop(home: string, ...args: readonly string[]): Promise<Ended> {
    return start(home, args).ended;
}

/**
 * Runs a command in this process, engines apart: for what is refused, which says the same and takes a fraction of the
 * time. One at a time.
 */
export async function storyloopHere(home: string, ...args: readonly string[]): Promise<Omit<Ended, 'signal'>> {
    const out: string[] = [];
    const err: string[] = [];
    const put = (to: string[]) => (text: string | Uint8Array) => to.push(String(text)) > 0;
    const spies = [
        vi.spyOn(process.stdout, 'write').mockImplementation(put(out)),
        vi.spyOn(process.stderr, 'write').mockImplementation(put(err)),
        vi.spyOn(console, 'log').mockImplementation((text) => void out.push(`${text}\n`)),
        vi.spyOn(console, 'error').mockImplementation((text) => void err.push(`${text}\n`)),
    ];
    vi.stubEnv('STORYLOOP_HOME', home);
    try {
        process.exitCode = 0;
        await runCommandLine(args);
        const printed = out.join('');
        const objects = printed.split('\n').filter((line) => line.startsWith('{'));
        return {
            code: Number(process.exitCode),
            out: printed,
            err: err.join(''),
            lines: objects.map((line) => JSON.parse(line) as JsonLine),
        };
    } finally {
        process.exitCode = 0;
        vi.unstubAllEnvs();
        for (const spy of spies) spy.mockRestore();
    }
}

/** Runs a command that must go well, and gives its last line of JSON. */
export async function succeeding(home: string, ...args: readonly string[]): Promise<JsonLine> {
    const { code, err, lines } = await storyloop(home, ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return lines.at(-1)!;
}

/** One clear sentence or two for a person: no stack, no JSON, nothing cut off. */
export function expectSentence(err: string, says: RegExp): void {
    expect(err).toMatch(says);
    expect(err).not.toMatch(/^\s+at |Error:|\[object|undefined|node:internal|ZodError/m);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(err.trim().split('\n')[0]).toMatch(/[.)?\]]$|^error: |\bType: \S.*$/);
}

export function runsIn(home: string): string[] {
    const runs = join(home, 'runs');
    return existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : [];
}

export function weightsDigest(folder: string, checkpoint = 'final'): string {
    const seal = JSON.parse(readFileSync(join(folder, 'checkpoints', checkpoint, 'storyloop.json'), 'utf8')) as {
        sha256: Record<string, string>;
    };
    return `${seal.sha256['model.safetensors']} ${seal.sha256['value_head.safetensors'] ?? ''}`;
}

/** The processes a process has started; none where the system has no /proc. */
export function childrenOf(pid: number): number[] {
    const file = `/proc/${pid}/task/${pid}/children`;
    return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}
