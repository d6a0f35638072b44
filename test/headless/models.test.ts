/** `models` as a person meets it, with a mirror of Hugging Face on this machine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { noteTeacherSpeed, teacherSpeeds } from '../../src/main/service/models/teacher-speeds.ts';
import { openWorkshop } from '../../src/main/store/home/workshop.ts';
import type { TeacherReport } from '../../src/shared/contracts/engine.ts';
import { serve } from '../service/models/file-server.ts';
import { expectSentence, start, storyloop, storyloopHere, temporaryHome } from './command-line.ts';

const path = '/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/067b946cf014b7c697f3654f621d577a3e3afd1c/';
const bytes = 807_694_464;

it('lists what can be had, and says what fits', async () => {
    const home = temporaryHome();
    const { code, lines } = await storyloop(home, 'models', '--json');
    expect(code).toBe(0);
    expect(lines.map(({ id, here }) => [id, here])).toEqual([
        ['llama-3.1-8b', 'not here'],
        ['ministral-3-8b', 'not here'],
        ['qwen3-4b', 'not here'],
        ['phi-4-mini', 'not here'],
        ['granite-4.0-micro', 'not here'],
        ['llama-3.2-3b', 'not here'],
        ['granite-4.0-1b', 'not here'],
        ['llama-3.2-1b', 'not here'],
    ]);
    const { out } = await storyloop(home, 'models');
    expect(out).toMatch(/llama-3\.1-8b .*\n.* 4\.9 GB · Llama 3\.1 Community License · .* · not here/);
});

it('says of what was checked how long a million words take, as the app does', async () => {
    const home = temporaryHome();
    mkdirSync(join(home, 'models'));
    writeFileSync(join(home, 'models', 'mine.gguf'), 'GGUF');
    const workshop = openWorkshop(home);
    const report = { storiesPerSecond: 2, tokensPerSecond: 9, hoursPerMillionWords: 3.5, details: {} } as TeacherReport;
    noteTeacherSpeed(workshop, 'mine.gguf', report, 1);
    noteTeacherSpeed(workshop, 'Llama-3.2-1B-Instruct-Q4_K_M.gguf', report, 2);
    workshop.db.close();
    const { out } = await storyloopHere(home, 'models');
    expect(out.match(/ · 3 h 30 min of rating for a million words, measured in a check$/gm)).toHaveLength(2);
    expect(out).toMatch(/^mine\.gguf · .* · your own file · 3 h 30 min/m);
    const { lines } = await storyloopHere(home, 'models', '--json');
    const hours = lines.map(({ id, hoursPerMillionWords }) => [id, hoursPerMillionWords]);
    expect(hours.at(-1)).toEqual([undefined, 3.5]);
    expect(hours.at(-2)).toEqual(['llama-3.2-1b', 3.5]);
    expect(hours[0]).toEqual(['llama-3.1-8b', null]);
});

it('remembers the speed of a teacher that is checked in a terminal', async () => {
    const home = temporaryHome();
    const { code } = await storyloop(home, 'teacher', 'check', 'rules', '--json');
    expect(code).toBe(0);
    const workshop = openWorkshop(home);
    expect(teacherSpeeds(workshop)).toMatchObject({ rules: { storiesPerSecond: expect.any(Number) as number } });
    workshop.db.close();
});

it('pauses a download at Ctrl-C, keeps what came and says how to go on', async () => {
    const home = temporaryHome();
    const mirror = await serve((request, response) => {
        expect(request.url?.startsWith(path)).toBe(true);
        response.writeHead(200, { 'content-length': bytes }).write(Buffer.alloc(50_000, 'GGUF'));
    });
    const started = start(home, ['models', 'download', 'llama-3.2-1b', '--json'], {}, { HF_ENDPOINT: mirror.address });
    await started.line(({ type }) => type === 'progress');
    started.process.kill('SIGINT');
    const { code, lines } = await started.ended;
    const { done } = lines.at(-1) as unknown as { done: number };
    expect({ code, last: lines.at(-1) }).toMatchObject({ code: 130, last: { type: 'paused', bytes } });
    const partial = join(home, 'models', 'Llama-3.2-1B-Instruct-Q4_K_M.gguf.partial');
    expect(readFileSync(partial).length).toBe(done);
    const { out } = await storyloopHere(home, 'models', '--json');
    expect(out).toContain('"here":"unfinished"');
});

it('says in a sentence what it does not know and what is not here', async () => {
    const home = temporaryHome();
    expectSentence((await storyloopHere(home, 'models', 'download', 'gpt-5')).err, /has no model "gpt-5"; nothing was/);
    expectSentence((await storyloopHere(home, 'models', 'add', 'nowhere.gguf')).err, /^There is no file at ".*nowhere/);
});
