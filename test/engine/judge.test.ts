/** The second judge of an evaluation: it reads, is recorded beside the teacher, and moves nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import type { Outcome } from '../../src/main/engine/supervisor.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

type Of<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

const root = mkdtempSync(join(tmpdir(), 'storyloop-judge-'));
afterAll(() => rmSync(root, { recursive: true }));

interface Told {
    readonly outcome: Outcome;
    readonly told: <Type extends EngineEvent['type']>(type: Type) => Of<Type>[];
}

async function learn(
    judge: string,
    judged: number,
    wantsPause?: (events: readonly EngineEvent[]) => boolean,
): Promise<Told> {
    const config = stored({ 'evaluation.judge': judge, 'evaluation.judged': judged, 'budget.updates': 1 });
    const folder = mkdtempSync(join(root, 'run-'));
    const events: EngineEvent[] = [];
    const ear = listener(events, wantsPause && (() => wantsPause(events)));
    const outcome = await learnInteractively({ kind: 'learn', folder, config, from: join(root, 'student') }, ear);
    const told = <Type extends EngineEvent['type']>(type: Type): Of<Type>[] =>
        events.filter((event): event is Of<Type> => event.type === type);
    return { outcome, told };
}

describe('the second judge of an evaluation', () => {
    beforeAll(() => writeStudent(join(root, 'student')));

    it('reads the first stories before and after, and stands behind the teacher in the record', async () => {
        const { told } = await learn('random', 15);
        expect(told('evaluation')).toHaveLength(2);
        for (const { samples, ratings } of told('evaluation')) {
            expect(samples).toHaveLength(40);
            expect(ratings.map(({ rater }) => rater)).toEqual([
                ...samples.map(() => told('run-context')[0]!.context.rater.id),
                ...Array.from({ length: 15 }, () => told('rater')[0]!.rater.id),
            ]);
            const judged = ratings.slice(40).map(({ story }) => story);
            expect(judged).toEqual(samples.slice(0, 15).map(({ seed }) => seed));
        }
    });

    it('reads all of them where it may, and none where there is nobody', async () => {
        const [all, none] = [await learn('random', 0), await learn('none', 0)];
        expect(all.told('evaluation').map(({ ratings }) => ratings.length)).toEqual([80, 80]);
        expect(none.told('evaluation').map(({ ratings }) => ratings.length)).toEqual([40, 40]);
        expect(none.told('rater')).toEqual([]);
    });

    it('changes nothing of what is learned', async () => {
        const [judged, without] = [await learn('random', 15), await learn('none', 15)];
        const digests = ({ told }: Told): readonly string[] => told('update').map(({ update }) => update.digest);
        expect(digests(judged)).toEqual(digests(without));
        expect(judged.told('evaluation').map(({ evaluation }) => evaluation)).toEqual(
            without.told('evaluation').map(({ evaluation }) => evaluation),
        );
    });

    it('gives way to a pause while it reads, and records no half of an evaluation', async () => {
        const { outcome, told } = await learn('random', 0, (events) => events.some(({ type }) => type === 'rater'));
        expect(outcome).toEqual({ kind: 'paused' });
        expect(told('evaluation')).toEqual([]);
    });
});
