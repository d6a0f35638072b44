/** Chooses the stories of a new rating set from the runs that a person names. */
import { ulid } from 'ulid';
import { badInput } from '../../../shared/faults.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import type { Rubric } from '../../../shared/ratings/rubric.ts';
import type { StoryFilter } from '../../../shared/run/story-filter.ts';
import { chooseStratified, showingOrder, stages } from '../../learning/agreement/choosing.ts';
import { RandomStream } from '../../learning/random.ts';
import { rubricDigest } from '../../learning/rubric-digest.ts';
import { openRunDatabase } from '../../store/connection/open.ts';
import {
    criteriaByRater,
    teacherRubric,
    ratableStories,
    type RatableStory,
} from '../../store/run/ratings/rated-stories.ts';
import type { NewSet, SetPurpose, SetStory } from '../../store/sets/rating-set.ts';
import { readSummary } from '../../store/run/run.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { storyIds } from '../../store/run/stories/story-lists.ts';

export interface SetRequest {
    readonly runs: readonly string[];
    readonly name: string;
    /** What the set is for; left out, agreement. */
    readonly purpose?: SetPurpose;
    /** How many to choose; where there are fewer, all are taken. */
    readonly stories: number;
    readonly seed: number;
    /** Only stories that match. */
    readonly where?: StoryFilter;
    /** Exactly these episodes of the one run, by their numbers, instead of a choice. */
    readonly episodes?: readonly number[];
    /** A rubric other than the teacher's: the name and the text of its file. */
    readonly rubric?: { readonly name: string; readonly text: string };
}

interface StoryCandidate extends RatableStory {
    readonly run: string;
    readonly stage: number;
    /** The teacher's total as a fraction of its rubric's range, so that runs compare; NaN where it could not rate. */
    readonly fraction: number;
}

/**
 * Composes the set from the databases of its runs.
 * @throws bad input where rubrics differ, or nothing fits
 */
export function composeSet(databases: readonly string[], request: SetRequest, now: number): NewSet {
    const { name, seed } = request;
    if (databases.length === 0) throw badInput('A rating set is made from runs; nothing was made. Name at least one.');
    if (request.episodes && databases.length > 1)
        throw badInput(
            'Episodes are numbered run by run, and several runs were named; nothing was made. Name the one run.',
        );
    const own = request.rubric && parseRubricFile(request.rubric.text, request.rubric.name);
    const random = new RandomStream('rating-set', seed);
    const sources = databases.map((database) =>
        inRun(database, (db) => ({
            rubric: own ?? teacherRubric(db),
            candidates: candidatesIn(db, readSummary(db, now).id, request),
        })),
    );
    const { rubric } = sources[0]!;
    if (sources.some((source) => rubricDigest(source.rubric) !== rubricDigest(rubric)))
        throw badInput(
            'The runs were rated by different rubrics, so their scores cannot stand side by side; nothing was made. Make one set for each, or name the rubric that people are to use.',
        );
    const candidates = sources.flatMap((source) => source.candidates);
    if (candidates.length === 0) throw refuseNothing(request);
    const chosen = request.episodes
        ? candidates
        : chooseStratified(
              candidates.map(({ fraction, stage }) => ({ score: fraction, stage })),
              request.stories,
              random.fork('choice'),
          ).map((place) => candidates[place]!);
    const stories = chosen.map(({ run, attempt, number, stage, prompt, story, words, finished }, i): SetStory => {
        return { id: i + 1, run, attempt, episode: number, stage, prompt, story, words, part: null, finished };
    });
    return {
        id: ulid(now),
        name,
        seed,
        createdAt: now,
        rubric,
        purpose: 'agreement',
        stories,
        order: showingOrder(stories.length, random.fork('order')).map((place) => stories[place]!.id),
    };
}

function candidatesIn(db: RunDatabase, run: string, { where, episodes }: SetRequest): readonly StoryCandidate[] {
    const written = withStages(ratableStories(db));
    const ranges = new Map([...criteriaByRater(db)].map(([rater, criteria]) => [rater, rangeOf(criteria)]));
    const all = written.map((story) => ({ ...story, run, fraction: fractionOf(story, ranges) }));
    if (episodes) {
        const wanted = new Set(episodes);
        const absent = episodes.find((wanted) => !written.some(({ number }) => number === wanted));
        if (absent !== undefined) throw badInput(`The run has no episode ${absent}; nothing was made.`);
        return distinct(all.filter(({ number }) => wanted.has(number)));
    }
    const fitting =
        where && Object.keys(where).length > 0
            ? new Set(storyIds(db, { ...where, sort: 'recorded', descending: false }))
            : null;
    return distinct(all.filter(({ total, episode }) => total !== null && (fitting === null || fitting.has(episode))));
}

type Range = readonly [least: number, most: number];

/** On the scale of the teacher who gave this rating: each teacher of a run may have a scale of its own. */
function fractionOf({ total, rater }: RatableStory, ranges: ReadonlyMap<string, Range>): number {
    if (total === null || rater === null) return Number.NaN;
    const [least, most] = ranges.get(rater)!;
    return (total - least) / (most - least);
}

function rangeOf(criteria: Rubric['criteria']): Range {
    const weighed = (end: 'min' | 'max'): number => criteria.reduce((sum, each) => sum + each.weight * each[end], 0);
    return [weighed('min'), weighed('max')];
}

function refuseNothing({ where }: SetRequest): Error {
    return badInput(
        where && Object.keys(where).length > 0
            ? 'No rated story of these runs fits; nothing was made. Take a filter away.'
            : 'These runs hold no rated stories yet; nothing was made. Let a student learn first.',
    );
}

/** Leaves out stories that repeat another one word for word. */
function distinct(stories: readonly StoryCandidate[]): readonly StoryCandidate[] {
    return [...new Map(stories.toReversed().map((story) => [story.prompt + story.story, story])).values()].toReversed();
}

/** Divides training into stages with equally many stories; stories of one update stay in one stage. */
function withStages(stories: readonly RatableStory[]): readonly (RatableStory & { readonly stage: number })[] {
    const firstOf = new Map<number, number>();
    stories.forEach(({ update }, i) => {
        if (!firstOf.has(update)) firstOf.set(update, i);
    });
    return stories.map((story) => ({
        ...story,
        stage: 1 + Math.floor((stages * firstOf.get(story.update)!) / stories.length),
    }));
}

export function inRun<T>(database: string, work: (db: RunDatabase) => T): T {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return work(db);
    } finally {
        db.close();
    }
}
