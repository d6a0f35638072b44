/** Which settings of the table act in a run, by its kind and its teacher. */
import { expect, it } from 'vitest';
import { configKeys, fieldOf } from '../../../src/shared/run/config.ts';
import type { Job } from '../../../src/shared/settings/field.ts';
import { isApplied } from '../../../src/shared/settings/applied.ts';

const applied = (job: Job, teacher: string, advantage = 'gae'): readonly string[] =>
    configKeys.filter((key) => isApplied(key, fieldOf(key), job, { teacher, 'ppo.advantage': advantage }));
const ofTeacher = (teacher: string): readonly string[] =>
    applied('learn', teacher).filter((key) => key.startsWith('teacher.'));

it('leaves out of a run of learning what makes a student, and the other way round', () => {
    const learning = applied('learn', 'rules');
    expect(learning.filter((key) => /^(student|tokenizer|corpus|pretrain)\./u.test(key))).toEqual([]);
    expect(learning).toContain('ppo.batch');
    const pretraining = applied('pretrain', 'rules');
    expect(pretraining).toContain('student.width');
    expect(pretraining.filter((key) => /^(ppo|teacher|reward)\b/u.test(key))).toEqual([]);
});

it('leaves out what concerns a value head where none takes part', () => {
    const left = applied('learn', 'rules').filter((key) => !applied('learn', 'rules', 'mean').includes(key));
    expect(left).toEqual(['ppo.lambda', 'ppo.valueClipRange', 'ppo.valueWeight', 'ppo.valueStart']);
});

it('shows what pairs of stories need, and hides what their loss does not read', () => {
    const [usual, paired] = [applied('learn', 'rules', 'mean'), applied('learn', 'rules', 'best-and-worst')];
    expect(paired.filter((key) => !usual.includes(key))).toEqual(['ppo.bestOf', 'ppo.dpoBeta']);
    expect(usual.filter((key) => !paired.includes(key))).toEqual([
        'ppo.gamma',
        'ppo.clipRange',
        'ppo.klInit',
        'ppo.klHorizon',
        'ppo.normalise',
        'ppo.klPlace',
        'ppo.ratio',
        'ppo.lossMean',
    ]);
    expect(applied('learn', 'rules', 'best-of-k')).not.toContain('ppo.dpoBeta');
});

it('tells teachers apart: rules read nothing, a file has its device, a server its patience', () => {
    for (const own of ['rules', 'random', 'length', 'rules+length'])
        expect(ofTeacher(own)).toEqual(['teacher.shuffle', 'teacher.bias', 'teacher.biasWord', 'teacher.biasPoints']);
    expect(ofTeacher('llama.gguf')).toEqual(expect.arrayContaining(['teacher.rubric', 'teacher.device']));
    expect(ofTeacher('llama.gguf')).not.toContain('teacher.patience');
    for (const server of ['server', 'server#small', 'http://127.0.0.1:8000/v1#small']) {
        expect(ofTeacher(server)).toEqual(expect.arrayContaining(['teacher.rubric', 'teacher.patience']));
        expect(ofTeacher(server)).not.toContain('teacher.sideBySide');
    }
    expect(ofTeacher('rules + llama.gguf')).toContain('teacher.device');
});
