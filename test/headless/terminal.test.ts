/** What people read: free of control characters; and a reader that goes away ends the work and is no success. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/shared/text/shell-word.ts';
import { childrenOf, runsIn, start, storyloop, temporaryHome, tinyStories, tinyStudent } from './command-line.ts';

const short = ['--rollout-max-new-tokens', '16'];
const script = fileURLToPath(new URL('../../scripts/storyloop.mjs', import.meta.url));
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

test('a story of control characters is marks for people and exact for machines', async () => {
    const home = temporaryHome();
    const line = '\x1b[31mOnce the owl\x07 went home.\x1b]0;title\x07\n';
    mkdirSync(join(home, 'text'));
    writeFileSync(join(home, 'text', 'a.train'), line.repeat(60) + 'Another.\n'.repeat(40));
    writeFileSync(join(home, 'text', 'a.dev'), line.repeat(20));
    const corpus = ['--corpus', join(home, 'text'), '--pretrain-packing', 'documents', '--pretrain-epochs', '8'];
    expect((await storyloop(home, 'pretrain', ...tinyStudent, ...corpus, '--name', 'esc')).code).toBe(0);
    const tell = ['tell', '--from', 'esc', '--stories', '6', '--rollout-prompt', '\x1b[31mOnce', ...short];
    const told = await storyloop(home, ...tell);
    expect(told.code, told.err).toBe(0);
    expect(told.out).toContain('␛[31mOnce');
    expect(told.out).not.toMatch(controls);
    const machines = await storyloop(home, ...tell, '--json');
    const stories = machines.lines.filter(({ type }) => type === 'story');
    expect(stories[0]).toMatchObject({ prompt: '\x1b[31mOnce' });
    expect(machines.out).not.toMatch(controls);
}, 240_000);

test.each([
    ['a name that is missing', ['tell', '--from', 'no\x1b[2Jsuch']],
    ['an option that is none', ['tell', '--st\x1b[2Jories', '3']],
    ['a teacher', ['learn', '--teacher', 'no\x9b2J']],
])('%s is repeated without its control characters', async (_, args) => {
    const { code, err } = await storyloop(temporaryHome(), ...args);
    expect(code).toBe(1);
    expect(err).not.toMatch(controls);
    expect(err).toMatch(/␛|\\u009b/);
});

/** The reader takes the first line and goes. */
async function readOneLine(home: string, args: readonly string[], stream: 'stdout' | 'stderr'): Promise<unknown[]> {
    const child = spawn(process.execPath, [script, ...args], {
        env: { ...process.env, STORYLOOP_HOME: home, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    await once(child[stream], 'data');
    child[stream].destroy();
    const engines = childrenOf(child.pid!);
    const [code] = (await once(child, 'close')) as [number | null];
    return [code, engines, err];
}

test.each(['stdout', 'stderr'] as const)(
    'who reads %s and goes away ends the work, without success or stack',
    async (stream) => {
        const home = temporaryHome();
        const [code, engines, err] = await readOneLine(
            home,
            stream === 'stdout'
                ? ['pretrain', ...tinyStudent, '--pretrain-epochs', '500', '--name', 'long']
                : ['tell', '--stories', '1000'],
            stream,
        );
        expect({ code, err: String(err).replace(/^.* % .*\n/gm, '') }).toMatchObject({ code: 141 });
        expect(err).not.toMatch(/\n\s+at |EPIPE/);
        for (let waited = 0; (engines as number[]).some((pid) => existsSync(`/proc/${pid}`)) && waited < 200; waited++)
            await setTimeout(100);
        expect((engines as number[]).filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
        if (stream === 'stdout') {
            expect(runsIn(home)).toHaveLength(1);
            expect(readdirSync(runsIn(home)[0]!)).toContain('run.sqlite');
        }
    },
    120_000,
);

test('a command that is suggested works when it is pasted', async () => {
    const home = temporaryHome();
    const name = `it's "my" $run; -x`;
    const made = await start(home, ['pretrain', ...tinyStudent.filter((each) => each !== '--json'), '--name', name])
        .ended;
    expect(made.code, made.err).toBe(0);
    const [, rest] = / (tell --from .*)$/m.exec(made.out)!;
    const child = spawn('sh', ['-c', `"$NODE" "$SCRIPT" ${rest!} ${tinyStories.map(shellWord).join(' ')}`], {
        env: { ...process.env, STORYLOOP_HOME: home, NODE: process.execPath, SCRIPT: script },
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    expect(await once(child, 'close'), err).toEqual([0, null]);
    expect(out.length).toBeGreaterThan(10);
}, 120_000);
