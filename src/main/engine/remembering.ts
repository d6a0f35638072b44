/** A teacher with a memory: what it said of a story before, it says again without being asked. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Rating } from '../../shared/rubric.ts';
import type { RatingContext, StoryToRate, Teacher } from '../teacher/teacher.ts';
import type { Supervisor } from './supervisor.ts';

const scored = z.object({
    kind: z.literal('scored'),
    scores: z.record(z.string(), z.number()),
    reply: z.string().optional(),
    probabilities: z.record(z.string(), z.array(z.number())).optional(),
    entropy: z.number().optional(),
    offFormatMass: z.number().optional(),
    disagreement: z.number().optional(),
    reading: z.string().optional(),
});
const unreadable = z.object({
    kind: z.literal('unreadable'),
    reply: z.string(),
    offFormatMass: z.number().optional(),
    reading: z.string().optional(),
});
const remembered = z.discriminatedUnion('kind', [scored, unreadable]);

/** The teacher itself where it says nothing that is worth remembering. */
export function withMemory(teacher: Teacher, supervisor: Pick<Supervisor, 'recall' | 'send'>): Teacher {
    if (teacher.dependsOn === undefined) return teacher;
    const keyOf = (story: StoryToRate, context: RatingContext): string => {
        const { prompt, story: text, finished } = story;
        const all = [teacher.id, teacher.dependsOn?.(story, context) ?? '', prompt, text, finished];
        return createHash('sha256').update(JSON.stringify(all)).digest('hex');
    };
    return {
        id: teacher.id,
        name: teacher.name,
        description: teacher.description,
        rubric: teacher.rubric,
        reading: teacher.reading,
        wordsPerStory: teacher.wordsPerStory,
        details: teacher.details,
        gradesInChunks: teacher.gradesInChunks,
        async rate(stories, context) {
            const keys = stories.map((story) => keyOf(story, context));
            const known = (await supervisor.recall(keys)).map(readRemembered);
            const missing = stories.flatMap((_, i) => (known[i] === undefined ? [i] : []));
            context.onRated?.(stories.length - missing.length);
            const said =
                missing.length === 0
                    ? []
                    : await teacher.rate(
                          missing.map((i) => stories[i]!),
                          context,
                      );
            if (said.length > 0)
                supervisor.send({
                    type: 'remember',
                    ratings: said.map((rating, m) => ({ key: keys[missing[m]!]!, rating: JSON.stringify(rating) })),
                });
            const fresh = new Map(missing.map((i, m) => [i, said[m]!]));
            return stories.map((_, i) => known[i] ?? fresh.get(i)!);
        },
        release: () => teacher.release(),
    };
}

/** Undefined for nothing, and for what a later Storyloop wrote in another way: it is asked again. */
function readRemembered(text: string | null): Rating | undefined {
    return text === null ? undefined : (remembered.safeParse(JSON.parse(text)).data as Rating | undefined);
}
