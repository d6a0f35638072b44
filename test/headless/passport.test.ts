/** `passport`: what a student that was pretrained and then taught here has seen, and one that came from elsewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Passport } from '../../src/shared/passport/passport.ts';
import { readyStudent } from '../support/ready-student.ts';
import { expectSentence, storyloop, succeeding, temporaryHome, tinyLearning } from './command-line.ts';

it('follows a student back to its corpus, and makes a folder of it', async () => {
    const home = temporaryHome();
    const checkpoint = await readyStudent(home);
    const learned = await succeeding(home, 'learn', '--from', checkpoint, ...tinyLearning, '--name', 'taught');
    const out = join(home, 'to-submit');
    const line = await succeeding(home, 'passport', learned['run'] as string, '--out', out, '--json');
    const passport = line as unknown as Passport & { files: readonly string[] };
    const taught = passport.stages.at(-1)!;
    expect(taught).toMatchObject({ kind: 'learn', name: 'taught', corpusWords: 0, corpusWordsSeen: 0 });
    expect(taught.studentWords).toBeGreaterThan(0);
    expect(taught.teacherRead).toBe(taught.promptWords! + taught.studentWords!);
    expect(taught.teacher!.isModel).toBe(false);
    expect(passport.stages[0]!.kind).toBe('pretrain');
    expect(passport.totals.corpusWordsSeen).toBeGreaterThanOrEqual(passport.totals.corpusWords!);
    const strict = passport.judgements.find(({ year, track }) => year === 2025 && track === 'strict')!;
    expect(strict).toMatchObject({ verdict: 'not compliant' });
    expect(strict.reasons.map(({ says }) => says).join()).toContain('"taught" learned from a teacher');

    expect(passport.files.slice(0, 2)).toEqual(['passport.json', 'passport.md']);
    expect(readFileSync(join(out, 'passport.md'), 'utf8')).toContain('2025 strict: not compliant, because ');
    expect(readFileSync(join(out, 'passport.json'), 'utf8')).not.toContain(home); // names no folder of this machine
    expect(existsSync(join(out, 'student', 'model.safetensors'))).toBe(true);
    const again = await storyloop(home, 'passport', learned['run'] as string, '--out', out);
    expect(again.code).not.toBe(0);
    expectSentence(again.err, /holds something already; nothing was written/u);
});
