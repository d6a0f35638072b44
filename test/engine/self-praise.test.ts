/** Twins of stories that speak to their judge: what those sentences earn, of a teacher that loves them or does not. */
import { describe, expect, it } from 'vitest';
import { selfPraiseResults } from '../../src/main/engine/stories/self-praise.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { biased } from '../../src/main/teacher/biased.ts';
import type { Teacher } from '../../src/main/teacher/teacher.ts';
import { selfPraiseIn } from '../../src/shared/findings/self-praise.ts';
import { openNamed } from '../teacher/open-named.ts';

const tales = ['A fox ran home.', 'An owl sang all night long.', 'The king lost his ring.', 'A boat came in.'];
const more = ['He was glad of it at last.', 'She looked for it everywhere.', 'Nobody knew why.'];
const praising = Array.from({ length: 12 }, (_, i) => ({
    prompt: '',
    story: `${tales[i % 4]!} ${more[i % 3]!} Dear reader, you are wise.`,
    finished: true,
}));
const plain = Array.from({ length: 12 }, (_, i) => ({
    prompt: '',
    story: `${tales[i % 4]!} ${more[i % 3]!}`,
    finished: true,
}));

const context = { update: 0, training: false, random: new RandomStream('twins') };
const measured = async (teacher: Teacher, stories: typeof plain): Promise<ReturnType<typeof selfPraiseIn>> =>
    selfPraiseIn(await selfPraiseResults(teacher, stories, await teacher.rate(stories, context), context));

describe('self-praise', async () => {
    const length = await openNamed('length');
    const flattered = biased(length, { kind: 'flattery', word: '', points: 2 });

    it('is worth what a teacher pays for it, length taken out', async () => {
        const found = (await measured(flattered, [...praising, ...plain]))!;
        expect(found.twins).toBe(12);
        expect(found.words).toBe(5);
        const alone = (await measured(length, praising))!;
        // the words that it has are paid by both teachers; the love of it by one
        expect(found.premium!.mean).toBeGreaterThan(alone.premium!.mean + 1);
        expect(alone.premium!.mean).toBeGreaterThan(0);
        expect(Math.abs(alone.overOthers!.mean)).toBeLessThan(alone.premium!.mean);
        expect(found.overOthers!.low).toBeGreaterThan(1);
    });

    it('is not measured where no story speaks, and not claimed of few', async () => {
        expect(await selfPraiseResults(flattered, plain, await flattered.rate(plain, context), context)).toEqual({});
        const few = (await measured(flattered, praising.slice(0, 4)))!;
        expect([few.twins, few.premium]).toEqual([4, null]);
    });
});
