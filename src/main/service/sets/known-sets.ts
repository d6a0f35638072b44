/** Sets of stories with known truth: made of the built-in world, and how the people who rated one did. */
import { ulid } from 'ulid';
import { harmlessEditIds, plantedDefectIds, type Edit, type TruthFound } from '../../../shared/ratings/known-truth.ts';
import { badInput } from '../../../shared/faults.ts';
import { parseRubricFile } from '../../../shared/ratings/rubric-file.ts';
import { bestTotal, totalScore } from '../../../shared/ratings/rubric.ts';
import { truthFound, type RatedTwins } from '../../learning/statistics/known-truth.ts';
import { RandomStream } from '../../learning/random.ts';
import { readSetHead, setItems, setRaters, setRatings, setStories, type NewSet } from '../../store/sets/rating-set.ts';
import { withSet } from '../../store/home/set-files.ts';
import { knownPair } from '../../text/storyworld/known-truth.ts';
import { countWords } from '../../text/words.ts';
import { answersThatCount } from '../people/answers.ts';
import { findRubric } from '../sources/rubric-source.ts';
import type { SetRequest } from './making-sets.ts';
import { storyworld } from './set-table.ts';

/** The edit of the n-th pair: every fifth is a harmless one, and those and the defects come in turn. */
function editOf(pair: number): Edit {
    const harmless = Math.floor(pair / 5);
    if (pair % 5 === 4) return harmlessEditIds[harmless % harmlessEditIds.length]!;
    return plantedDefectIds[(pair - harmless) % plantedDefectIds.length]!;
}

/**
 * Pairs of a sound story and a twin with one defect or one harmless edit, in turn. The first halves of the pairs come
 * before the second ones, so that twins lie apart; which of them is first, and the order, are drawn.
 * @throws bad input where runs or a choice are named: the stories come from the built-in world
 */
export function composeKnownSet({ runs, name, seed, stories, where, rubric: own }: SetRequest, now: number): NewSet {
    if (runs.length > 0 || Object.keys(where ?? {}).length > 0)
        throw badInput(
            'A set of known truth is made of built-in stories, so no run is needed; nothing was made. Leave runs and choices out.',
        );
    const random = new RandomStream('known set', seed);
    const pairs = Array.from({ length: Math.max(1, Math.floor(stories / 2)) }, (_, i) => {
        const edit = editOf(i);
        const { prompt, sound, edited } = knownPair(random.fork('stories'), i);
        return [
            [prompt, sound, 'sound'],
            [prompt, edited[edit], edit],
        ] as const;
    });
    const told = pairs.flatMap((pair, i) =>
        pair.map(([prompt, story, part], side) => ({
            id: 2 * i + side + 1,
            run: storyworld,
            attempt: i,
            episode: side,
            stage: 1,
            prompt,
            story,
            words: countWords(story),
            part,
            finished: null,
        })),
    );
    const { text, name: called } = own ?? findRubric('storyteller-v1');
    const sides = pairs.map((_, i) => random.fork('first', i).integer(2));
    const half = (which: 0 | 1): readonly number[] =>
        Array.from(random.fork('order', which).permutation(pairs.length), (i) => {
            const side = which === 0 ? sides[i]! : 1 - sides[i]!;
            return told[2 * i + side]!.id;
        });
    return {
        id: ulid(now),
        name,
        seed,
        createdAt: now,
        rubric: parseRubricFile(text, called),
        purpose: 'known-truth',
        stories: told,
        order: [...half(0), ...half(1)],
    };
}

/** How each person who rated a set of known truth did; null for another set. */
export function truthOfSet(file: string, all: boolean): readonly TruthFound[] | null {
    return withSet(file, { readonly: true }, (db) => {
        const { purpose, rubric } = readSetHead(db);
        if (purpose !== 'known-truth') return null;
        const stories = new Map(setStories(db).map((story) => [story.id, story]));
        const items = setItems(db);
        const answers = answersThatCount(setRatings(db), all);
        return setRaters(db).flatMap(({ id, name }) => {
            const own = answers.filter(({ rater }) => rater === id);
            if (own.length === 0) return [];
            const pairs = new Map<number, { sound: number | null; edited: Partial<Record<Edit, number>> }>();
            for (const { position, scores } of own) {
                const { attempt, part } = stories.get(items[position - 1]!.story)!;
                const pair = pairs.get(attempt) ?? { sound: null, edited: {} };
                pairs.set(attempt, pair);
                const total = totalScore(rubric.criteria, scores);
                if (part === 'sound') pair.sound = total;
                else pair.edited[part as Edit] = total;
            }
            const whole = [...pairs.values()].filter(
                (pair) => pair.sound !== null && Object.keys(pair.edited).length > 0,
            );
            return [truthFound(name, bestTotal(rubric.criteria), whole satisfies readonly RatedTwins[])];
        });
    });
}
