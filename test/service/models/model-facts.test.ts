/** What a model's file says of itself, and the speed that a check leaves behind. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { TeacherReport } from '../../../src/shared/contracts/engine.ts';
import { modelFactsReader, quantisationIn } from '../../../src/main/service/models/model-facts.ts';
import { noteTeacherSpeed, teacherSpeeds } from '../../../src/main/service/models/teacher-speeds.ts';
import { openWorkshop } from '../../../src/main/store/home/workshop.ts';

const scratch = mkdtempSync(join(tmpdir(), 'storyloop-facts-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const probe = new URL('../../../resources/probe/random-llama.gguf', import.meta.url).pathname;

it.each([
    ['Llama-3.2-1B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['qwen2.5-3b-instruct-q8_0.gguf', 'Q8_0'],
    ['Ministral-3-8B-IQ4_XS.gguf', 'IQ4_XS'],
    ['stories260K.gguf', null],
])('reads the quantisation in the name %s', (name, quantisation) => expect(quantisationIn(name)).toBe(quantisation));

it.skipIf(!existsSync(probe))('reads architecture, context and parameters from the file', () => {
    const bytes = statSync(probe).size;
    const facts = modelFactsReader()({ file: probe, model: null, bytes, done: bytes });
    expect(facts).toMatchObject({ architecture: 'llama', isFromFile: true });
    expect(facts.parameters).toBeGreaterThan(1000);
    expect(facts.context).toBeGreaterThan(0);
});

it('goes by the name of a file that is not whole, or no model', () => {
    const file = join(scratch, 'x-Q6_K.gguf');
    writeFileSync(file, 'not a model');
    const read = modelFactsReader();
    const byName = { architecture: null, quantisation: 'Q6_K', isFromFile: false };
    expect(read({ file, model: null, bytes: 11, done: 11 })).toMatchObject(byName);
    expect(read({ file: join(scratch, 'y-Q6_K.gguf'), model: null, bytes: 11, done: 5 })).toMatchObject(byName);
});

it('remembers the last speed of each teacher, and none of one that rated nothing', () => {
    const home = openWorkshop(mkdtempSync(join(scratch, 'home-')));
    onTestFinished(() => void home.db.close());
    const report = (storiesPerSecond: number): TeacherReport =>
        ({ storiesPerSecond, tokensPerSecond: 9, hoursPerMillionWords: 2, details: { device: 'CPU' } }) as never;
    expect(teacherSpeeds(home)).toEqual({});
    noteTeacherSpeed(home, 'a', report(1), 10);
    noteTeacherSpeed(home, 'a', report(3), 20);
    noteTeacherSpeed(home, 'b', report(0), 30);
    expect(teacherSpeeds(home)).toEqual({
        a: { at: 20, storiesPerSecond: 3, tokensPerSecond: 9, hoursPerMillionWords: 2, device: 'CPU' },
    });
});
