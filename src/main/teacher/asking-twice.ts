/**
 * Wraps a teacher so that a story whose reply could not be read is rated a second time before it counts as unreadable.
 * The published system gave up at once (quirk T2).
 */
import type { Teacher } from './teacher.ts';

/** Returns the teacher as it is where its replies are not drawn: a second reply would be the first one again. */
export function askingTwice(teacher: Teacher): Teacher {
    const { facts } = teacher;
    if (!facts.draws) return teacher;
    return {
        ...teacher,
        facts: { ...facts, wordsPerStory: 2 * facts.wordsPerStory },
        async rate(stories, context) {
            const first = await teacher.rate(stories, context);
            const unread = first.flatMap((rating, i) => (rating.kind === 'unreadable' && !rating.refused ? [i] : []));
            if (unread.length === 0) return first;
            const second = await teacher.rate(
                unread.map((i) => stories[i]!),
                { ...context, again: true, onRated: () => {} }, // they were counted the first time
            );
            const replies = new Map(unread.map((i, u) => [i, { ...second[u]!, firstReply: first[i]!.reply ?? '' }]));
            return first.map((rating, i) => replies.get(i) ?? rating);
        },
    };
}
