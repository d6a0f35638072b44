import { describe, expect, it } from 'vitest';
import { attempts, beginAttempt, endAttempt, eventsAfter } from '../../../src/main/store/run/attempts.ts';
import { milestones, recordCheckpoint } from '../../../src/main/store/run/checkpoints.ts';
import { readEpisode } from '../../../src/main/store/run/stories/episodes.ts';
import { ratableStories } from '../../../src/main/store/run/ratings/rated-stories.ts';
import { evaluations, recordEvaluation, samplePairs } from '../../../src/main/store/run/evaluations.ts';
import type { Lease } from '../../../src/main/store/connection/lease.ts';
import { pretrainingAfter, recordPretraining } from '../../../src/main/store/run/pretraining.ts';
import { readAll, readOne } from '../../../src/main/store/connection/statements.ts';
import { storyIds } from '../../../src/main/store/run/stories/story-lists.ts';
import { recordUpdate, updatesAfter, type Recorded } from '../../../src/main/store/run/updates.ts';
import { aLease } from '../a-run.ts';
import { episodesIn } from './all-episodes.ts';
import { anEvaluation, anUpdate, aStep, episodesOf, prompt, ratingOf, ratingsOf, samplesOf } from '../records.ts';

function record(lease: Lease, number: number, digest = `weights ${number}`): Recorded {
    const written = episodesOf(number, 4, ` ${digest}`);
    return recordUpdate(lease, anUpdate(number, digest), written, ratingsOf(written));
}
const history = (lease: Lease, cursor = 0): readonly string[] =>
    updatesAfter(lease.db, cursor).map(({ attempt, number, digest }) => `${attempt}:${number}:${digest}`);

/** Rows of the episodes that hold the words, or of all, the newest first. */
const found = (lease: Lease, text: string, descending = true): readonly number[] => [
    ...storyIds(lease.db, { text, sort: 'recorded', descending }),
];

describe('recording an update', () => {
    it('gives back every value as it came, floats and tokens to the last bit', () => {
        const lease = aLease();
        const update = {
            ...anUpdate(1, 'w', 2),
            klMean: 0.1 + 0.2,
            lr: Number.MIN_VALUE,
            extras: { note: 'é', deep: 1 / 3 },
        };
        const trace = {
            kl: Float32Array.of(0.1, -0),
            values: Float32Array.of(1e-30, 2),
            advantages: Float32Array.of(3, Math.fround(1 / 3)),
        };
        const [first, second] = episodesOf(1, 2);
        const strange = 'NUL \0, a lone half \uFFFD, שלום, 🦊 and "quotes"';
        recordUpdate(
            lease,
            update,
            [
                { ...first!, story: strange, trace },
                { ...second!, reward: null, stages: {} },
            ],
            [
                ratingOf(1, 3),
                { kind: 'unreadable', story: 2, rater: 'rules-1', at: 5, reading: 'digits', reply: 'I cannot.' },
            ],
        );
        expect(updatesAfter(lease.db, 0)).toEqual([{ ...update, id: 1, attempt: 1 }]);
        const whole = readEpisode(lease.db, 1);
        const read = {
            kl: Array.from(trace.kl),
            values: Array.from(trace.values),
            advantages: Array.from(trace.advantages),
        };
        expect(whole).toMatchObject({ ...first, story: strange, trace: read, update: 1, total: 4.75 });
        expect(whole.tokens).toEqual(first!.tokens);
        expect(readEpisode(lease.db, 2)).toMatchObject({ reward: null, total: null, stages: {} });
        expect(readEpisode(lease.db, 2).ratings[0]).toMatchObject({ total: null, scores: {}, reply: 'I cannot.' });
    });

    it('keeps what a language model said beside its scores', () => {
        const lease = aLease();
        const probabilities = { readability: [0.1, 0.2, 0.3, 0.4], creativity: [1, 0, 0, 0] };
        const said = { probabilities, offFormatMass: 0.125, entropy: 0.64, disagreement: 0.5, reading: 'expected' };
        recordUpdate(lease, anUpdate(1, 'w', 1), episodesOf(1, 1), [{ ...ratingOf(1, 2), ...said }]);
        expect(readEpisode(lease.db, 1).ratings).toMatchObject([{ ...said, total: 3.75 }]);
    });

    it('ignores the same update when a resumed run computes it again, in any attempt', () => {
        const lease = aLease();
        record(lease, 1);
        expect(record(lease, 1)).toEqual({ outcome: 'ignored', attempt: 1 });
        beginAttempt(lease);
        expect(record(lease, 1)).toEqual({ outcome: 'ignored', attempt: 1 });
        expect(record(lease, 2)).toEqual({ outcome: 'stored', attempt: 2 });
        expect(history(lease)).toEqual(['1:1:weights 1', '2:2:weights 2']);
        expect(episodesIn(lease.db)).toHaveLength(8);
        expect(readOne(lease.db, 'SELECT count(*) AS n FROM rating')).toEqual({ n: 8 });
    });

    it('stores another result under a later attempt and keeps the older rows and ratings', () => {
        const lease = aLease();
        for (const number of [1, 2, 3]) record(lease, number);
        beginAttempt(lease);
        expect(record(lease, 2, 'other 2')).toEqual({ outcome: 'stored', attempt: 2 });
        expect(history(lease)).toEqual(['1:1:weights 1', '2:2:other 2']);
        // equal to a superseded row, which counts no more
        expect(record(lease, 3)).toEqual({ outcome: 'stored', attempt: 2 });
        expect(history(lease, 3)).toEqual(['2:2:other 2', '2:3:weights 3']);
        expect(ratableStories(lease.db).map(({ attempt, number }) => `${attempt}:${number}`)).toEqual(
            [1, 2, 3, 4].map((n) => `1:${n}`).concat([5, 6, 7, 8, 9, 10, 11, 12].map((n) => `2:${n}`)),
        );
        expect(readOne(lease.db, 'SELECT count(*) AS n FROM update_metrics')).toEqual({ n: 5 });
        expect(readOne(lease.db, 'SELECT count(*) AS n FROM rating')).toEqual({ n: 20 });
        expect(episodesIn(lease.db, { text: '"weights 2"' })).toEqual([]);
        expect(found(lease, '"weights 2"')).toEqual([]);
        expect(found(lease, '"other 2"')).toEqual([16, 15, 14, 13]);
    });

    it('finds words, and all, the same way whether or not a line of history was given up', () => {
        const lease = aLease();
        expect(found(lease, '')).toEqual([]);
        for (const number of [1, 2]) record(lease, number);
        expect(found(lease, '"weights 2"')).toEqual([8, 7, 6, 5]);
        expect(found(lease, 'weights')).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
        expect(found(lease, '')).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
        expect(found(lease, '', false)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        beginAttempt(lease);
        record(lease, 2, 'other 2');
        expect(found(lease, 'weights')).toEqual([4, 3, 2, 1]);
        expect(found(lease, '')).toEqual([12, 11, 10, 9, 4, 3, 2, 1]);
        expect(found(lease, '', false)).toEqual([1, 2, 3, 4, 9, 10, 11, 12]);
    });

    it('begins a new attempt by itself where the same attempt comes out different', () => {
        const lease = aLease();
        for (const number of [1, 2, 3]) record(lease, number);
        expect(record(lease, 2, 'other 2')).toEqual({ outcome: 'stored', attempt: 2 });
        expect(record(lease, 3, 'other 3')).toEqual({ outcome: 'stored', attempt: 2 });
        expect(record(lease, 1, 'other 1')).toEqual({ outcome: 'stored', attempt: 3 });
        expect(history(lease)).toEqual(['3:1:other 1']);
        expect(attempts(lease.db).map(({ reason }) => reason)).toEqual(['diverged', 'diverged', null]);
        expect(eventsAfter(lease.db, 0).map(({ kind }) => kind)).toEqual(['diverged', 'diverged']);
    });

    it('refuses a gap, a wrong count, an unknown rater or story, a score out of range or missing, and a NaN', () => {
        const lease = aLease();
        const written = episodesOf(1);
        const one = written.slice(0, 1);
        const single = anUpdate(1, 'w', 1);
        const scored = ratingOf(1, 2) as Extract<ReturnType<typeof ratingOf>, { kind: 'scored' }>;
        expect(() => record(lease, 2)).toThrow('Update 2 cannot follow update 0');
        expect(() => recordUpdate(lease, anUpdate(1), one, [])).toThrow('counts 4 episodes and brings 1');
        expect(() => recordUpdate(lease, anUpdate(1, 'w', 2), [one[0]!, one[0]!], [])).toThrow('comes twice');
        expect(() => recordUpdate(lease, single, one, [{ ...scored, rater: 'who' }])).toThrow('"who" is not known');
        expect(() => recordUpdate(lease, single, one, [{ ...scored, story: 9 }])).toThrow('names episode 9');
        expect(() => recordUpdate(lease, single, one, [ratingOf(1, 3.01)])).toThrow('gave story 1 3.01');
        expect(() => recordUpdate(lease, single, one, [{ ...scored, scores: { readability: 1 } }])).toThrow('no score');
        expect(() => recordUpdate(lease, single, one, [{ ...scored, scores: { ...scored.scores, wit: 1 } }])).toThrow(
            'by criteria',
        );
        expect(() => recordUpdate(lease, { ...single, policyLoss: Number.NaN }, one, [])).toThrow('NaN');
        expect(updatesAfter(lease.db, 0)).toEqual([]);
        expect(readOne(lease.db, 'SELECT count(*) AS n FROM episode')).toEqual({ n: 0 });
    });

    it('keeps what was recorded from being changed, even by hand', () => {
        const lease = aLease();
        record(lease, 1);
        endAttempt(lease, { reason: 'paused', at: 1, message: 'asked to' });
        expect(() => readAll(lease.db, "UPDATE episode SET story = 'x' RETURNING id")).toThrow('episodes never change');
        expect(() => readAll(lease.db, 'DELETE FROM event RETURNING id')).toThrow('events are kept');
        expect(() => record(lease, 2)).toThrow('before an attempt has begun');
    });
});

it('keeps every prompt once', () => {
    const lease = aLease();
    for (const number of [1, 2]) record(lease, number);
    expect(readAll(lease.db, 'SELECT text, held_out FROM prompt')).toEqual([{ text: prompt, held_out: 0 }]);
});

describe('recording pretraining', () => {
    it('ignores equal steps and supersedes from the first different one', () => {
        const lease = aLease();
        expect(
            recordPretraining(
                lease,
                [1, 2, 3, 4].map((step) => aStep(step)),
            ),
        ).toBe(4);
        beginAttempt(lease);
        expect(
            recordPretraining(
                lease,
                [2, 3].map((step) => aStep(step)),
            ),
        ).toBe(0);
        expect(recordPretraining(lease, [aStep(4, 9), aStep(5)])).toBe(2);
        expect(pretrainingAfter(lease.db, 0).map(({ attempt, step, loss }) => [attempt, step, loss])).toEqual([
            [1, 1, 4.99],
            [1, 2, 4.98],
            [1, 3, 4.97],
            [2, 4, 9],
            [2, 5, 4.95],
        ]);
        expect(pretrainingAfter(lease.db, 3, 1)).toHaveLength(1);
    });
});

describe('recording evaluations and checkpoints', () => {
    it('pairs the stories of equal seeds', () => {
        const lease = aLease();
        recordEvaluation(lease, anEvaluation('before', 0), samplesOf('dull', 4), [ratingOf(2, 1)]);
        record(lease, 1);
        recordEvaluation(lease, anEvaluation('after', 1), samplesOf('bright', 3), [ratingOf(2, 3)]);
        expect(recordEvaluation(lease, anEvaluation('after', 1), samplesOf('bright', 3), []).outcome).toBe('ignored');
        const [before, after] = evaluations(lease.db);
        const pairs = samplePairs(lease.db, before!.id, after!.id);
        expect(pairs.map(({ seed }) => seed)).toEqual([0, 1, 2]);
        expect(pairs[2]).toMatchObject({
            before: { story: 'a dull tale of lamp 2', total: 2.75 },
            after: { story: 'a bright tale of lamp 2', total: 4.75 },
        });
        expect(pairs[0]!.before.total).toBeNull();
    });

    it('lets only the latest evaluation of weights that still count speak', () => {
        const lease = aLease();
        recordEvaluation(lease, anEvaluation('before', 0), samplesOf('a'), []);
        for (const number of [1, 2]) record(lease, number);
        recordEvaluation(lease, anEvaluation('checkpoint', 2), samplesOf('b'), []);
        recordEvaluation(lease, anEvaluation('checkpoint', 2, 'again'), samplesOf('c'), []);
        expect(evaluations(lease.db).map(({ digest }) => digest)).toEqual(['before 0', 'again']);
        record(lease, 2, 'other 2');
        expect(evaluations(lease.db).map(({ digest }) => digest)).toEqual(['before 0']);
    });

    it('lists checkpoints with what the student was worth, and follows a folder that was written again', () => {
        const lease = aLease();
        record(lease, 1);
        const checkpoint = {
            path: 'checkpoints/words-20',
            kind: 'milestone',
            at: 1,
            words: 20,
            update: 1,
            digest: 'a',
        } as const;
        recordCheckpoint(lease, checkpoint);
        recordCheckpoint(lease, { ...checkpoint, digest: 'b', at: 2 });
        recordCheckpoint(lease, { ...checkpoint, digest: 'b', at: 3 });
        expect(milestones(lease.db)).toEqual([
            { ...checkpoint, digest: 'b', at: 2, attempt: 1, scoreMean: 4.1, klMean: 0.5, validationLoss: null },
        ]);
        for (const path of ['/etc', '../other', 'a/../../b', 'C:\\x', 'a//b', '', 'a/..'])
            expect(() => recordCheckpoint(lease, { ...checkpoint, path }), path).toThrow(
                'a path inside the run folder',
            );
    });
});
