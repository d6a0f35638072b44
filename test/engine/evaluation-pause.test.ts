/** A pause asked for while stories are written for an evaluation: it is not waited for, and comes again, the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/shared/contracts/engine.ts';
import { learnInteractively } from '../../src/main/engine/tasks/learn.ts';
import type { Outcome } from '../../src/main/engine/supervisor.ts';
import { listener, stored, writeStudent } from './small-learning.ts';

const root = mkdtempSync(join(tmpdir(), 'storyloop-evaluation-pause-'));
afterAll(() => rmSync(root, { recursive: true }));
const student = join(root, 'student');
const stories = 150; // more than are written side by side

async function learn(
    name: string,
    events: EngineEvent[],
    wantsPause?: () => boolean,
): Promise<{ readonly outcome: Outcome; readonly evaluations: readonly EngineEvent[] }> {
    const config = stored({ 'evaluation.stories': stories, 'budget.updates': 1 });
    const task = { kind: 'learn', folder: join(root, name), config, from: student } as const;
    const outcome = await learnInteractively(task, listener(events, wantsPause));
    return { outcome, evaluations: events.filter(({ type }) => type === 'evaluation') };
}

/** How many stories of the evaluation under way are told of. */
const evaluated = (events: readonly EngineEvent[]): number =>
    Math.max(0, ...events.map((event) => (event.type === 'phase' && event.phase === 'evaluating' ? event.done : 0)));

describe('an evaluation', () => {
    let whole: readonly EngineEvent[];
    beforeAll(async () => {
        writeStudent(student);
        const { outcome, evaluations } = await learn('whole', []);
        expect(outcome.kind).toBe('finished');
        expect(evaluations).toHaveLength(2);
        whole = evaluations;
    });

    it('before learning gives way to a pause, and is the same when the run goes on', async () => {
        const events: EngineEvent[] = [];
        const paused = await learn('before', events, () => evaluated(events) > 0);
        expect(paused).toEqual({ outcome: { kind: 'paused' }, evaluations: [] });
        expect(evaluated(events)).toBeLessThan(stories);
        expect((await learn('before', [])).evaluations).toEqual(whole);
    });

    it('after learning gives way to a pause too', async () => {
        const events: EngineEvent[] = [];
        const hasLearned = (): boolean => events.some(({ type }) => type === 'update');
        const since = (): number => events.findLastIndex(({ type }) => type === 'update');
        const paused = await learn('after', events, () => hasLearned() && evaluated(events.slice(since())) > 0);
        expect(paused.outcome).toEqual({ kind: 'paused' });
        expect(paused.evaluations).toEqual(whole.slice(0, 1));
        const { outcome, evaluations } = await learn('after', []);
        expect(outcome.kind).toBe('finished');
        expect(evaluations).toEqual(whole.slice(1));
    });
});

describe('an evaluation after a run went back', () => {
    const goingBack = {
        'evaluation.stories': stories,
        'evaluation.judge': 'random',
        'budget.updates': 4,
        'holdout.every': 1,
        'holdout.stories': 8,
        'holdout.stop': 'go-back',
    } as const;
    const earlier = { path: 'checkpoints/update_1', update: 1, inputWords: 180, why: 'over-optimised from update 1' };

    /** The second judge tells after the third update that the run should go back to the first. */
    async function goBack(name: string, events: EngineEvent[], wantsPause?: () => boolean): Promise<Outcome> {
        const task = { kind: 'learn', folder: join(root, name), config: stored(goingBack), from: student } as const;
        const isTold = (): boolean => events.some((event) => event.type === 'held-out' && event.reading.update === 3);
        let waits = true;
        return learnInteractively(task, {
            ...listener(events, wantsPause),
            takeEarlierStudent() {
                if (!waits || !isTold()) return null;
                waits = false;
                return earlier;
            },
        });
    }
    const ends = (events: readonly EngineEvent[]): readonly EngineEvent[] =>
        events.filter(
            (event) =>
                event.type === 'evaluation' || (event.type === 'checkpoint' && event.checkpoint.kind === 'final'),
        );

    it('gives way to a pause, and is the same when the run goes on', async () => {
        const [whole, before, after]: EngineEvent[][] = [[], [], []];
        expect(await goBack('whole-back', whole!)).toEqual({ kind: 'finished', why: earlier.why });
        const [, measured, final] = ends(whole!);
        expect(ends(whole!)).toHaveLength(3);
        expect(measured).toMatchObject({ evaluation: { phase: 'after', update: 1, inputWords: earlier.inputWords } });
        expect(final).toMatchObject({ checkpoint: { path: 'checkpoints/final', update: 1 } });

        const since = (): number => before!.findLastIndex(({ type }) => type === 'update');
        const wantsPause = (): boolean =>
            before!.filter(({ type }) => type === 'update').length === 3 && evaluated(before!.slice(since())) > 0;
        expect(await goBack('paused-back', before!, wantsPause)).toEqual({ kind: 'paused' });
        expect(ends(before!)).toHaveLength(1); // before learning
        expect(await goBack('paused-back', after!)).toEqual({ kind: 'finished', why: earlier.why });
        expect(after!.some(({ type }) => type === 'update' || type === 'held-out')).toBe(false);
        expect([...ends(before!), ...ends(after!)]).toEqual(ends(whole!));
    });
});
