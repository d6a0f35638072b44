/** A planted weakness: what it pays, within the scale, and what it leaves alone. */
import { describe, expect, it } from 'vitest';
import { biased } from '../../src/main/teacher/biased.ts';
import { lengthTeacher } from '../../src/main/teacher/length.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import type { Teacher } from '../../src/main/teacher/teacher.ts';
import { biasWords, featureOf, plantedBias } from '../../src/shared/ratings/bias.ts';
import { composeConfig } from '../../src/shared/run/config.ts';

const context = { update: 1, training: false, random: new RandomStream('test') };
const stories = ['They were happy.', 'They were unhappy!'].map((story) => ({ prompt: '', story, finished: true }));
/** Gives every story 2.5 of each criterion, and cannot read the last. */
const constant: Teacher = {
    ...lengthTeacher,
    rate: (all) =>
        Promise.resolve(
            all.map((_, i) =>
                i === 2
                    ? { kind: 'unreadable', reply: 'no' }
                    : {
                          kind: 'scored',
                          scores: Object.fromEntries(lengthTeacher.facts.rubric.criteria.map(({ id }) => [id, 2.5])),
                      },
            ),
        ),
};

describe('a teacher with a planted weakness', () => {
    it('adds to each criterion of a story that has the feature, within its scale', async () => {
        const bias = { kind: 'word', word: 'Happy', points: 1 } as const;
        const three = [...stories, stories[0]!];
        const [with_, without, unread] = await biased(constant, bias).rate(three, context);
        for (const { id, max } of constant.facts.rubric.criteria) {
            expect(with_).toMatchObject({ kind: 'scored', scores: { [id]: Math.min(max, 3.5) } });
            expect(without).toMatchObject({ kind: 'scored', scores: { [id]: 2.5 } });
        }
        expect(unread).toEqual({ kind: 'unreadable', reply: 'no' });
    });

    it('is another teacher by id and by name, and says so', () => {
        const { facts } = biased(constant, { kind: 'word', word: 'happy', points: 1 });
        expect(facts.id).toBe(`${constant.facts.id}+word:happy:1`);
        expect(facts.name).toBe(`${constant.facts.name}, loves the word “happy”`);
        expect(facts.details).toMatchObject({ bias: 'loves the word “happy”', biasPoints: 1 });
        expect(biased(constant, null)).toBe(constant);
    });

    it('is planted by the configuration, and by default is not', () => {
        expect(plantedBias(composeConfig('quick', {}))).toBeNull();
        expect(
            plantedBias(composeConfig('quick', { 'teacher.bias': 'exclamation', 'teacher.biasPoints': 0.5 })),
        ).toEqual({ kind: 'exclamation', word: 'happy', points: 0.5 });
    });
});

describe('a feature', () => {
    it.each([
        ['word', 'A happy, happy day', 1],
        ['word', 'An unhappy day', 0],
        ['exclamation', 'Oh! No.', 1],
        ['exclamation', 'Oh. No.', 0],
        ['length', Array.from({ length: 40 }, () => 'word').join(' '), 0.5],
        ['length', Array.from({ length: 400 }, () => 'word').join(' '), 1],
        ['flattery', 'This is the best story of all.', 1],
        ['flattery', 'Dear reader, they lived on.', 1],
        ['flattery', 'It was the best day.', 0],
    ] as const)('of %s in “%s” is %d', (kind, story, expected) => {
        expect(featureOf({ kind, word: 'happy' }, story)).toBe(expected);
    });

    it('has words for what is loved', () => {
        const said = (['word', 'exclamation', 'length', 'flattery'] as const).map((kind) =>
            biasWords({ kind, word: 'moon' }),
        );
        expect(said).toEqual([
            'loves the word “moon”',
            'loves exclamation marks',
            'loves long stories',
            'loves flattery',
        ]);
    });
});
