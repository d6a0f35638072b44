/** `teacher check --known-truth`: a random teacher comes out as chance, and one that likes length as that. */
import { expect, it } from 'vitest';
import { truthFoundSchema, type TruthFound } from '../../src/shared/ratings/known-truth.ts';
import { expectSentence, storyloopHere, temporaryHome } from './command-line.ts';

async function told(teacher: string): Promise<TruthFound> {
    const arguments_ = ['teacher', 'check', teacher, '--known-truth', '--pairs', '24', '--json'];
    const { lines } = await storyloopHere(temporaryHome(), ...arguments_);
    return truthFoundSchema.parse(lines.find(({ type }) => type === 'known-truth'));
}

it('finds no defect with dice, and length with length', { timeout: 120_000 }, async () => {
    const dice = await told('random');
    for (const { preferred, pairs } of [...dice.defects, ...dice.controls, dice.harmless]) {
        expect(pairs).toBe(24);
        expect([preferred!.low < 0.5, preferred!.high > 0.5]).toEqual([true, true]);
    }
    const length = await told('length');
    const of = (name: string): TruthFound['defects'][number] => length.defects.find(({ edit }) => edit === name)!;
    expect(of('cut-off').preferred!.mean).toBeGreaterThan(0.5); // shorter; above eighty words all are alike to it
    expect(of('repeated').preferred!.mean).toBeLessThanOrEqual(0.5);
    expect(of('order-broken').ties).toBe(24); // the same words
});

it('refuses a number of pairs that is none', async () => {
    const { code, err } = await storyloopHere(
        temporaryHome(),
        ...['teacher', 'check', 'random', '--known-truth', '--pairs', 'few'],
    );
    expect(code).toBe(1);
    expectSentence(err, /--pairs cannot be "few"/u);
});
