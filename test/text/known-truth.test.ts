/** Stories with known truth: the ledger holds in sound ones, and breaks where something was planted. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { firstBreak, knownPair, knownTelling, ledgerDefects } from '../../src/main/text/storyworld/known-truth.ts';
import { editIds, harmlessEditIds } from '../../src/shared/ratings/known-truth.ts';

const random = new RandomStream('known truth');
const indices = Array.from({ length: 200 }, (_, i) => i);

describe('a story with a ledger', () => {
    it('keeps to it, and breaks it in each planted telling', () => {
        for (const index of indices) {
            const { sound, broken } = knownTelling(random, index);
            expect(firstBreak(sound)).toBeNull();
            for (const defect of ledgerDefects) expect(firstBreak(broken[defect]), defect).not.toBeNull();
        }
    });

    it('differs from each twin, by one place alone', () => {
        const words = (text: string): readonly string[] => text.split(' ');
        for (const index of indices) {
            const { sound, edited, prompt } = knownPair(random, index);
            for (const edit of editIds) expect(edited[edit], edit).not.toBe(sound);
            for (const defect of ['entity-swapped', 'pronoun-alone', 'dead-return', 'thing-changed'] as const) {
                const [ours, theirs] = [sound.split(/(?<=[.])\s/u), edited[defect].split(/(?<=[.])\s/u)];
                expect(
                    ours.filter((sentence, i) => sentence !== theirs[i]),
                    defect,
                ).toHaveLength(1);
            }
            expect(words(edited['order-broken']).toSorted()).toEqual(words(sound).toSorted());
            expect(sound.startsWith(edited['cut-off'])).toBe(true);
            expect(edited['cut-off']).toMatch(/\p{L}$/u);
            const [, , , hero] = [...prompt.split(' ').slice(0, 3), prompt.split(' ')[4]!];
            expect(sound).toContain(hero);
            expect(edited['prompt-ignored']).not.toMatch(new RegExp(`\\b${hero}\\b`, 'u'));
            expect(words(sound).length).toBeGreaterThan(55);
            expect(words(sound).length).toBeLessThan(110);
        }
    });

    it('keeps to it in every harmless edit, which changes the surface alone', () => {
        for (const index of indices) {
            const { sound, edited } = knownPair(random, index);
            const { world } = knownTelling(random, index);
            const sentences = (text: string): readonly string[] => text.split(/(?<=[.])\s/u);
            const differing = (text: string): number =>
                sentences(sound).filter((sentence, i) => sentence !== sentences(text)[i]).length;
            expect(edited.renamed).not.toMatch(new RegExp(`\\b${world.friend}\\b`, 'u'));
            expect(edited.renamed.split(' ')).toHaveLength(sound.split(' ').length);
            expect(differing(edited.reworded)).toBe(1);
            expect(differing(edited['pronoun-right'])).toBe(1);
            expect(edited['pronoun-right']).toMatch(
                new RegExp(` ${world.gender === 'she' ? 'She' : 'He'} carried`, 'u'),
            );
            expect(sentences(edited['sentence-more'])).toHaveLength(sentences(sound).length + 1);
            expect(new Set(harmlessEditIds.map((edit) => edited[edit])).size).toBe(harmlessEditIds.length);
        }
    });

    it('is the same for the same seed and number, whatever was told before', () => {
        expect(knownPair(new RandomStream('known truth'), 7)).toEqual(knownPair(random, 7));
        expect(knownPair(random, 7).sound).not.toBe(knownPair(random, 8).sound);
    });
});
