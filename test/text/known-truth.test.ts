/** Stories with known truth: the ledger holds in sound ones, and breaks where something was planted. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { firstBreak, knownPair, knownTelling, ledgerDefects } from '../../src/main/text/storyworld/known-truth.ts';
import { plantedDefectIds } from '../../src/shared/ratings/known-truth.ts';

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
            const { sound, planted, prompt } = knownPair(random, index);
            for (const defect of plantedDefectIds) expect(planted[defect], defect).not.toBe(sound);
            for (const defect of ['entity-swapped', 'pronoun-alone', 'dead-return', 'thing-changed'] as const) {
                const [ours, theirs] = [sound.split(/(?<=[.])\s/u), planted[defect].split(/(?<=[.])\s/u)];
                expect(
                    ours.filter((sentence, i) => sentence !== theirs[i]),
                    defect,
                ).toHaveLength(1);
            }
            expect(words(planted['order-broken']).toSorted()).toEqual(words(sound).toSorted());
            expect(sound.startsWith(planted['cut-off'])).toBe(true);
            expect(planted['cut-off']).toMatch(/\p{L}$/u);
            const [, , , hero] = [...prompt.split(' ').slice(0, 3), prompt.split(' ')[4]!];
            expect(sound).toContain(hero);
            expect(planted['prompt-ignored']).not.toMatch(new RegExp(`\\b${hero}\\b`, 'u'));
            expect(words(sound).length).toBeGreaterThan(55);
            expect(words(sound).length).toBeLessThan(110);
        }
    });

    it('is the same for the same seed and number, whatever was told before', () => {
        expect(knownPair(new RandomStream('known truth'), 7)).toEqual(knownPair(random, 7));
        expect(knownPair(random, 7).sound).not.toBe(knownPair(random, 8).sound);
    });
});
