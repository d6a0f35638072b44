/** What is written after `--teacher` becomes names for the record and places that stay out of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findJudge, findTeachers } from '../../../src/main/service/models/teacher-places.ts';

const home = mkdtempSync(join(tmpdir(), 'storyloop-teachers-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
mkdirSync(join(home, 'models'));
const shelved = join(home, 'models', 'Judge-Q4.gguf');
const plus = join(home, 'a+b.gguf');
const blob = join(home, 'sha256-0a'); // as other programs keep models
for (const file of [shelved, plus, blob]) writeFileSync(file, 'GGUF');

it.each([
    ['rules', 'rules', {}],
    [shelved, 'Judge-Q4.gguf', { 'Judge-Q4.gguf': shelved }],
    ['judge-q4', 'Judge-Q4.gguf', { 'Judge-Q4.gguf': shelved }],
    [plus, 'a+b.gguf', { 'a+b.gguf': plus }],
    ['http://box:8000/v1/', 'server', { server: 'http://box:8000/v1' }],
    ['https://box/v1#org/model-7B', 'server#org/model-7B', { 'server#org/model-7B': 'https://box/v1' }],
    ['127.0.0.1:8000/v1', 'server', { server: 'http://127.0.0.1:8000/v1' }],
    ['localhost:8000#m', 'server#m', { 'server#m': 'http://localhost:8000' }],
    ['rules+box.lab/v1/#m', 'rules+server#m', { 'server#m': 'http://box.lab/v1' }],
    ['[::1]:8000/v1', 'server', { server: 'http://[::1]:8000/v1' }],
    ['https://box/v1/?api-version=1#m', 'server#m', { 'server#m': 'https://box/v1?api-version=1' }],
    [
        'http://box:1/v1#small + http://box:2/v1#large + rules',
        'server#small+server#large+rules',
        { 'server#small': 'http://box:1/v1', 'server#large': 'http://box:2/v1' },
    ],
])('%s', (typed, teacher, places) => {
    expect(findTeachers(typed, home)).toEqual({ teacher, places });
});

it.each([
    ['ftp://box/v1', /^"ftp:\/\/box\/v1" is not the address of a teacher; nothing was started\./],
    ['http://', /is not the address of a teacher/],
    ['http://ada:secret@box/v1', /holds a key or a password, which would be written down; .* STORYLOOP_TEACHER_KEY\.$/],
    ['https://box/v1?key=secret', /holds a key or a password/],
    ['https://box/v1?api-version=1&api_key=secret', /holds a key or a password/],
    ['models/mine', /^There is no model file at ".*models\/mine"/],
    [blob, /sha256-0a does not end in \.gguf; nothing was started\. If it is a model in GGUF, .* -- models add /],
    ['nowhere.gguf', /^There is no model file at ".*nowhere\.gguf"; nothing was started\./],
    ['http://a/v1+http://b/v1', /^The teacher "server" is named twice .* Tell servers apart by their models/],
    ['llama-3.1-8b', /^The model "llama-3\.1-8b" is not downloaded; nothing was started\./],
])('%s is refused', (typed, says) => {
    expect(() => findTeachers(typed, home)).toThrow(says);
});

it('finds the second judge of a run: somebody who does not reward it, or nobody', () => {
    expect(findJudge('second-reader', 'rules', home)).toEqual({ teacher: 'second-reader', places: {} });
    expect(findJudge('judge-q4', 'rules', home).places).toEqual({ 'Judge-Q4.gguf': shelved });
    expect(findJudge('none', 'rules', home)).toEqual({ teacher: 'none', places: {} });
    const refused = /"rules", which rewards this run and is no second opinion; nothing was started\. Name another/;
    expect(() => findJudge('rules', 'rules+random', home)).toThrow(refused);
    expect(() => findJudge('nobody', 'rules', home)).toThrow(/^There is no teacher called "nobody"/);
});
