/** Gives a teacher a memory: stories that it has rated before get the same rating without asking it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isThoughtAlone } from '../../../shared/text/quoting.ts';
import { scoredSchema, unreadableSchema, type Rating } from '../../../shared/ratings/rubric.ts';
import type { TeacherMemory } from '../../teacher/open-teacher.ts';
import type { RatingContext, StoryToRate, Teacher } from '../../teacher/teacher.ts';
import type { RememberedRatings, Reports } from '../supervisor.ts';

const remembered = z.discriminatedUnion('kind', [scoredSchema, unreadableSchema]);

/** The memory that all runs share, as teachers use it. */
export function teacherMemory(supervisor: RememberedRatings & Pick<Reports, 'send'>): TeacherMemory {
    // hashed, so that the cache names no address
    const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');
    return {
        remembering: (teacher) => withMemory(teacher, supervisor),
        recallServer: async (key) => (await supervisor.recall([digestOf(key)]))[0] ?? null,
        rememberServer: (key, found) =>
            supervisor.send({ type: 'remember', ratings: [{ key: digestOf(key), rating: found }] }),
    };
}

/**
 * Asks the teacher only for ratings that are not remembered. Where a rating depends on the rest of its batch, the whole
 * batch is asked for as soon as one rating is missing, so that remembering changes no number.
 * @returns the teacher itself where its ratings cannot be remembered
 */
export function withMemory(teacher: Teacher, supervisor: RememberedRatings & Pick<Reports, 'send'>): Teacher {
    const { id, dependsOn, ratesTogether } = teacher.facts;
    if (dependsOn === undefined) return teacher;
    const keysOf = (stories: readonly StoryToRate[], context: RatingContext): readonly string[] => {
        const dependences = dependsOn(stories, context);
        return stories.map(({ prompt, story, finished }, i) => {
            const all = [id, dependences[i]!, prompt, story, finished];
            return createHash('sha256').update(JSON.stringify(all)).digest('hex');
        });
    };
    return {
        ...teacher,
        async rate(stories, context) {
            const keys = keysOf(stories, context);
            const known = (await supervisor.recall(keys)).map(readRemembered);
            const knowsAll = known.every((rating) => rating !== undefined);
            const missing = stories.flatMap((_, i) =>
                known[i] === undefined || (ratesTogether && !knowsAll) ? [i] : [],
            );
            context.onRated?.(stories.length - missing.length);
            if (missing.length === 0) return known as readonly Rating[];
            const answers = await teacher.rate(
                missing.map((i) => stories[i]!),
                context,
            );
            // nothing is kept where no reply could be read, or these replies would come back when the teacher is mended
            if (context.again || answers.some((rating) => rating.kind === 'scored' || rating.refused))
                supervisor.send({
                    type: 'remember',
                    ratings: answers.map((rating, m) => ({ key: keys[missing[m]!]!, rating: JSON.stringify(rating) })),
                });
            const fresh = new Map(missing.map((i, m) => [i, answers[m]!]));
            return stories.map((_, i) => known[i] ?? fresh.get(i)!);
        },
    };
}

/**
 * The remembered rating; undefined where there is none, or a later version wrote it differently. Also undefined for a
 * reply of thoughts alone, since the teacher may meanwhile have been told to answer at once.
 */
function readRemembered(text: string | null): Rating | undefined {
    if (text === null) return undefined;
    const rating = remembered.safeParse(JSON.parse(text)).data;
    const isAnswer = rating?.kind !== 'unreadable' || rating.refused || !isThoughtAlone(rating.reply);
    return isAnswer ? rating : undefined;
}
