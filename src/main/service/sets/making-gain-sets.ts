/** Chooses the stories of a set from which people's word on a gain is computed: a random sample of before and after. */
import { ulid } from 'ulid';
import { badInput } from '../../../shared/faults.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import { sampleInOrder, showingOrder } from '../../learning/agreement/choosing.ts';
import { RandomStream } from '../../learning/random.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { evaluatedStories } from '../../store/run/ratings/evaluated-stories.ts';
import { teacherRubric } from '../../store/run/ratings/rated-stories.ts';
import { readSummary } from '../../store/run/run.ts';
import type { NewSet, SetStory } from '../../store/sets/rating-set.ts';
import { beforeAndAfter, samplesInSets } from '../people/gain-of-run.ts';
import type { SetRequest } from './making-sets.ts';
import { inRun } from './making-sets.ts';

const parts = ['before', 'after'] as const;

/**
 * Stories that are in a set of this run already are left for that one: several sets together are one sample.
 * @throws bad input where the request chooses stories, or the run was not evaluated before and after learning
 */
export function composeGainSet(
    home: string,
    databases: readonly string[],
    { name, seed, stories: wanted, where, episodes, rubric: own }: SetRequest,
    now: number,
): NewSet {
    const [database, second] = databases;
    if (database === undefined || second !== undefined)
        throw badInput('A set for the gain is about one run; nothing was made. Name the one run.');
    if (episodes !== undefined || Object.keys(where ?? {}).length > 0)
        throw badInput(
            'A set for the gain is a random sample, so its stories cannot be chosen; nothing was made. Leave the choice out.',
        );
    return inRun(database, (db) => {
        const rubric = own ? parseRubricFile(own.text, own.name) : teacherRubric(db);
        const { id: run } = readSummary(db, now);
        const taken = samplesInSets(home, run);
        return sampleGainSet(db, { id: ulid(now), name, seed, createdAt: now, rubric, wanted, taken });
    });
}

interface GainSample extends Pick<NewSet, 'id' | 'name' | 'seed' | 'createdAt' | 'rubric'> {
    readonly wanted: number;
    /** Rows of stories that are left out. */
    readonly taken: ReadonlySet<number>;
}

/**
 * The same run, seed, number and stories left out always give the same set.
 * @throws bad input where the run was not evaluated before and after learning, or every story is taken
 */
export function sampleGainSet(
    db: RunDatabase,
    { id, name, seed, createdAt, rubric, wanted, taken }: GainSample,
): NewSet {
    const candidates = candidatesIn(db, readSummary(db, createdAt).id);
    const isTaken = candidates.map(({ episode }) => taken.has(episode));
    if (!isTaken.includes(false))
        throw badInput('Every story of before and after is in a set already; nothing was made. Rate those.');
    const random = new RandomStream('gain-set', seed);
    const chosen = sampleInOrder(
        candidates.map(({ total, part }, i) => ({ score: total, side: part, isTaken: isTaken[i]! })),
        wanted,
        random.fork('choice'),
    );
    const stories = chosen.map((place, i): SetStory => {
        const { run, attempt, episode, stage, prompt, story, words, part, finished } = candidates[place]!;
        return { id: i + 1, run, attempt, episode, stage, prompt, story, words, part, finished };
    });
    const inOrder = Uint32Array.from(stories, (_, i) => i);
    return {
        id,
        name,
        seed,
        createdAt,
        rubric,
        purpose: 'gain',
        stories,
        order: showingOrder(stories.length, random.fork('order'), inOrder).map((place) => stories[place]!.id),
    };
}

function candidatesIn(
    db: RunDatabase,
    run: string,
): readonly (Omit<SetStory, 'id' | 'part'> & { readonly part: (typeof parts)[number]; readonly total: number })[] {
    const phases = beforeAndAfter(db);
    if (phases === null)
        throw badInput(
            'The run was not evaluated before and after learning, so there is no gain to ask people about; nothing was made. Let it learn to its end.',
        );
    return phases.flatMap(({ id, attempt }, side) =>
        evaluatedStories(db, id).map(({ sample, prompt, story, words, finished, total }) => ({
            run,
            attempt,
            episode: sample,
            stage: side + 1,
            prompt,
            story,
            words,
            finished,
            total,
            part: parts[side]!,
        })),
    );
}
