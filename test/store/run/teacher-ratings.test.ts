/**
 * "The teacher's rating of a story" is one thing, whoever asks: stories rated again by another teacher, on another
 * scale.
 */
import { describe, expect, it } from 'vitest';
import { composeSet } from '../../../src/main/service/sets/making-sets.ts';
import { generatedTable } from '../../../src/main/store/tables/authors-tables.ts';
import { readEpisode } from '../../../src/main/store/run/stories/episodes.ts';
import { evaluations, ratedSamples, recordEvaluation, samplePairs } from '../../../src/main/store/run/evaluations.ts';
import type { Lease } from '../../../src/main/store/connection/lease.ts';
import { teacherRatings, teacherRubric, ratableStories } from '../../../src/main/store/run/ratings/rated-stories.ts';
import {
    knownCriteria,
    recordOpenRating,
    registerRater,
    teacherCriteria,
} from '../../../src/main/store/run/ratings/ratings.ts';
import { recordReratings } from '../../../src/main/store/run/ratings/rerating.ts';
import { readAll, readColumn, readOne } from '../../../src/main/store/connection/statements.ts';
import { criterionMeans, ratedIds, storyIds, storyRows } from '../../../src/main/store/run/stories/story-lists.ts';
import { episodeTable } from '../../../src/main/store/tables/tables.ts';
import { recordUpdate } from '../../../src/main/store/run/updates.ts';
import type { RatingRecord } from '../../../src/shared/run/record.ts';
import { aLease } from '../a-run.ts';
import { anEvaluation, anUpdate, episodesOf, ratingOf, rubric, samplesOf, start, teacher } from '../records.ts';

const wit = {
    id: 'wit',
    text: '{{student_completion}}',
    criteria: [{ id: 'wit', name: 'Wit', means: 'how it is said', min: 0, max: 5, weight: 20 }],
};
/** Named so that it stands before the run's teacher in any order of names. */
const harsh = { id: 'a-harsh', kind: 'teacher', name: 'A harsh' } as const;
const member = { id: 'a-member', kind: 'teacher', name: 'A member' } as const;

const scored = (story: number, readability: number, rater: string = teacher.id): RatingRecord => {
    return { ...ratingOf(story, readability), rater };
};
const unreadable = (story: number): RatingRecord => {
    return { kind: 'unreadable', story, rater: teacher.id, at: start, reading: 'digits', reply: 'I cannot.' };
};
const witOf = (story: number, value: number): RatingRecord => {
    return { kind: 'scored', story, rater: harsh.id, at: start + 9, reading: 'digits', scores: { wit: value / 20 } };
};

/**
 * Four episodes, of which the teacher could not read the second though a member of it could; three samples on either
 * side, of which it could not read seed 1. Then a harsh rates all of them from 0 to 100, and a person one.
 */
function aRunRatedAgain(): Lease {
    const lease = aLease();
    registerRater(lease, member, rubric); // an ensemble makes its members known before anybody has rated
    const written = episodesOf(1);
    const ofSamples = [scored(0, 0), unreadable(1), scored(1, 3, member.id), scored(2, 3)];
    recordEvaluation(lease, anEvaluation('before', 0), samplesOf('dull'), ofSamples);
    recordUpdate(lease, anUpdate(1), written, [
        ...[scored(1, 0), scored(1, 3, member.id), unreadable(2), scored(2, 3, member.id)],
        ...[scored(3, 2), scored(4, 1)],
    ]);
    recordEvaluation(lease, anEvaluation('after', 1), samplesOf('bright'), ofSamples);
    registerRater(lease, harsh, wit);
    const samples = readColumn<number>(lease.db, 'SELECT id FROM sample ORDER BY id');
    recordReratings(lease, [
        ...written.map(({ number }) => ({ subject: 'episode' as const, rating: witOf(number, 10 * number) })),
        ...samples.map((row) => ({ subject: 'sample' as const, rating: witOf(row, 70) })),
    ]);
    recordOpenRating(lease.db, 'Ada', { episode: 2, at: start + 10, scores: scoresOf(3) });
    return lease;
}

const scoresOf = (readability: number): Record<string, number> => ({ readability, coherence: 1.5, creativity: 0.25 });
const totals = [1.75, null, 3.75, 2.75]; // of episodes 1 to 4, as the run's teacher gave them

describe('a run rated again on another scale, whose teacher could not read one story', () => {
    it('lists, sorts and filters by what its own teacher said', () => {
        const { db } = aRunRatedAgain();
        expect(storyRows(db, [1, 2, 3, 4]).map(({ total }) => total)).toEqual(totals);
        expect(storyRows(db, [1, 2]).map(({ scores }) => scores)).toEqual([scoresOf(0), null]);
        expect([...storyIds(db, { sort: 'score', descending: true })]).toEqual([3, 4, 1, 2]);
        expect([...storyIds(db, { sort: 'score', descending: false })]).toEqual([1, 4, 3, 2]);
        expect([...storyIds(db, { minScore: 2, sort: 'recorded', descending: false })]).toEqual([3, 4]);
        expect([...storyIds(db, { maxScore: 100, sort: 'recorded', descending: false })]).toEqual([1, 3, 4]);
        expect([...ratedIds(db, 1)]).toEqual([1, 4, 3]);
        expect(criterionMeans(db, 1, 1).get(1)).toEqual({ ...scoresOf(1) });
        expect(readEpisode(db, 2).total).toBeNull();
        expect(ratableStories(db).map(({ total }) => total)).toEqual(totals);
    });

    it('compares before and after by what its own teacher said', () => {
        const { db } = aRunRatedAgain();
        const [before, after] = evaluations(db);
        expect(samplePairs(db, before!.id, after!.id).map(({ before, after }) => [before.total, after.total])).toEqual([
            [1.75, 1.75],
            [null, null],
            [4.75, 4.75],
        ]);
        expect(ratedSamples(db, after!.id).map(({ seed, scores }) => [seed, scores])).toEqual([
            [0, scoresOf(0)],
            [1, null],
            [2, scoresOf(3)],
        ]);
    });

    it('leaves with what its own teacher said', () => {
        const { db } = aRunRatedAgain();
        const { columns, rows } = episodeTable(db);
        const column = (name: string): unknown[] =>
            [...rows()].map((row) => row[columns.findIndex((c) => c.name === name)]);
        expect(column('total')).toEqual(totals);
        expect(column('scores.readability')).toEqual([0, null, 2, 1]);
        expect(column('scores.wit')).toEqual([null, null, null, null]);
        expect(column('reply')).toEqual([null, 'I cannot.', null, null]);
        expect([...generatedTable(db).rows()].map((row) => row[2])).toEqual(['0 2 0', 'I cannot.', '2 2 0', '1 2 0']);
    });

    it('has one teacher, whose rubric people read, and every rating beside it', () => {
        const { db } = aRunRatedAgain();
        expect(readAll(db, 'SELECT rater FROM run_teacher')).toEqual([{ rater: teacher.id }]);
        expect(teacherRubric(db)).toEqual(rubric);
        expect(teacherCriteria(db)).toEqual(rubric.criteria);
        expect(knownCriteria(db)).toEqual(rubric.criteria);
        expect(teacherRatings(db, 1, 2).map((said) => said.teacher)).toEqual([member.id, harsh.id]);
        const sql = `SELECT rater.rubric = run_teacher.rubric AS same FROM rater, run_teacher WHERE rater.kind = 'person'`;
        expect(readAll(db, sql)).toEqual([{ same: 1 }]);
    });

    it('gives its teacher’s ratings one a row, also to a question of your own', () => {
        const { db } = aRunRatedAgain();
        const sql =
            'SELECT episode, sample, rater, total FROM teacher_rating ORDER BY episode IS NULL, episode, sample';
        const row = (episode: number | null, sample: number | null, total: number | null): object => {
            return { episode, sample, rater: teacher.id, total };
        };
        expect(readAll(db, sql)).toEqual([
            ...totals.map((total, i) => row(i + 1, null, total)),
            ...[1.75, null, 4.75, 1.75, null, 4.75].map((total, i) => row(null, i + 1, total)),
        ]);
        expect(
            readAll(db, 'SELECT DISTINCT rubric = (SELECT rubric FROM run_teacher) AS same FROM teacher_rating'),
        ).toEqual([{ same: 1 }]);
    });

    it('makes rating sets of what its own teacher could rate', () => {
        const { db } = aRunRatedAgain();
        const asked = { runs: ['owl'], name: 'trial', stories: 10, seed: 1 };
        const { stories, rubric: read } = composeSet([db.name], asked, start);
        expect(stories.map(({ episode }) => episode).sort()).toEqual([1, 3, 4]);
        expect(read).toEqual(rubric);
    });
});

const ratedByRules = (story: number, fraction: number): RatingRecord => {
    const each = 3 * fraction;
    return {
        ...ratingOf(story, each),
        kind: 'scored',
        scores: { readability: each, coherence: each, creativity: each },
    };
};
const ratedByCritic = (story: number, fraction: number): RatingRecord => witOf(story, 100 * fraction);

describe('a run whose teacher became another one on the way', () => {
    it('draws its stories by each rating’s own scale', () => {
        const lease = aLease();
        registerRater(lease, harsh, wit);
        const count = 40;
        const fraction = (number: number): number => (((number - 1) % count) + 0.5) / count;
        for (const update of [1, 2, 3, 4]) {
            const written = episodesOf(update, count);
            const rate = update <= 2 ? ratedByRules : ratedByCritic;
            const ratings = written.map(({ number }) => rate(number, fraction(number)));
            recordUpdate(lease, anUpdate(update, `weights ${update}`, count), written, ratings);
        }
        const asked = { runs: ['owl'], name: 'trial', stories: 16, seed: 1 };
        const { stories } = composeSet([lease.db.name], asked, start);
        const strata = stories.map(({ stage, episode }) => `${stage} ${Math.floor(4 * fraction(episode))}`);
        expect(new Set(strata).size).toBe(16); // one from each quarter of the scores in each stretch of the training
    });

    it.each([
        ['nobody is known', [], undefined],
        ['nobody has rated: the first by name', [member, teacher], member.id],
    ])('where %s', (_, raters, expected) => {
        const lease = aLease();
        lease.db.exec('DELETE FROM rater');
        for (const rater of raters) registerRater(lease, rater, rubric);
        expect(readOne<{ rater: string }>(lease.db, 'SELECT rater FROM run_teacher')?.rater).toBe(expected);
    });
});

it('reads all of an index and nothing else where stories are sorted by score', () => {
    const { db } = aRunRatedAgain();
    const plan = readAll<{ detail: string }>(db, 'EXPLAIN QUERY PLAN SELECT id FROM rated_episode ORDER BY total');
    expect(plan.map(({ detail }) => detail)).toContain('SEARCH rating USING INDEX rating_of_episode (episode=?)');
    expect(plan.filter(({ detail }) => /SCAN rating|MATERIALIZE|AUTOMATIC/.test(detail))).toEqual([]);
});
